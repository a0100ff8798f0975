import type { LinkRow } from '../db/queries/provisioning-links.ts'
import type { Queryable } from '../db/pool.ts'
import { hashDesired, type DesiredAttributes } from './desired.ts'
import { evaluateObject } from './evaluate/evaluate-object.ts'
import type { Evaluation } from './evaluate/evaluation.ts'
import type { Evaluated } from './evaluated.ts'
import { hasAccount } from './export/link.ts'
import type { ObjectRef } from './object.ts'
import { releaseMeanwhile } from './references/release-references.ts'
import {
  lookUpReferences,
  resolveReferences,
  type ReferenceValue,
  type Referring,
} from './references/resolve-references.ts'
import type { CompiledRules } from './rules/compiled.ts'
import { readPeople, readTeams } from './source/read-source.ts'
import type { SourceObject } from './source/source-object.ts'

/** The rules of an app, ready to be applied. */
export type RuledApp = {
  readonly organizationId: string
  readonly appId: string
  readonly rules: CompiledRules
  readonly assignsNested: boolean
}

/** An object, and what is known of its account. */
export type KnownObject = ObjectRef & { readonly link: LinkRow | undefined }

/** What the rules say of these objects, from data as it is now. */
export async function evaluateObjects(
  db: Queryable,
  app: RuledApp,
  objects: readonly KnownObject[],
  now: Date,
): Promise<ReadonlyMap<string, Evaluated>> {
  const sources = await readSources(db, app, objects)
  const found = judge(app, objects, { sources, now })
  const { attributes, neededIds } = await resolveReferences(
    db,
    app,
    found.map(({ evaluation }) => toReferring(evaluation)),
  )
  await releaseMeanwhile(db, app, { neededIds, now })
  return toAnswer(objects, found, attributes)
}

/** The same of objects that were read already, for previews and plans: nothing is written, and nobody waits for a reference. */
export async function tryObjects(
  db: Queryable,
  app: RuledApp,
  objects: readonly KnownObject[],
  { sources, now }: { readonly sources: ReadonlyMap<string, SourceObject>; readonly now: Date },
): Promise<ReadonlyMap<string, Evaluated>> {
  const found = judge(app, objects, { sources, now })
  const { attributes } = await lookUpReferences(
    db,
    app,
    found.map(({ evaluation }) => toReferring(evaluation)),
  )
  return toAnswer(objects, found, attributes)
}

function judge(
  { rules }: RuledApp,
  objects: readonly KnownObject[],
  { sources, now }: { readonly sources: ReadonlyMap<string, SourceObject>; readonly now: Date },
): readonly Both[] {
  return objects
    .map((object) => evaluateOne(rules, object, sources.get(object.id), now))
    .filter((each) => each !== undefined)
}

function toAnswer(
  objects: readonly KnownObject[],
  found: readonly Both[],
  attributes: readonly DesiredAttributes[],
): ReadonlyMap<string, Evaluated> {
  const results = found.map((each, index): [string, Evaluated] => [
    each.evaluation.id,
    toEvaluated(each, attributes[index] ?? {}),
  ])
  const known = new Map(results)
  for (const { id } of objects) if (!known.has(id)) known.set(id, gone)
  return known
}

/** These objects as the rules want them read. */
export async function readSources(
  db: Queryable,
  { organizationId, appId, rules, assignsNested }: RuledApp,
  objects: readonly ObjectRef[],
): Promise<ReadonlyMap<string, SourceObject>> {
  const request = { organizationId, appId, reads: rules.reads({ assignsNested }) }
  const idsOf = (kind: ObjectRef['kind']): readonly string[] =>
    objects.filter((object) => object.kind === kind).map(({ id }) => id)
  const people = await readPeople(db, { ...request, ids: idsOf('user') })
  const teams = await readTeams(db, { ...request, ids: idsOf('team') })
  return new Map([...people, ...teams].map((source) => [source.id, source]))
}

type Both = {
  readonly evaluation: Evaluation
  /** What would be looked for if the object were in scope. */
  readonly searched: Evaluation
  readonly name: string | undefined
}

function evaluateOne(
  rules: CompiledRules,
  { link }: KnownObject,
  source: SourceObject | undefined,
  now: Date,
): Both | undefined {
  if (source === undefined) return undefined
  const isLinked = link !== undefined && hasAccount(link)
  const evaluation = evaluateObject(rules, source, { now, isLinked })
  // A creation of somebody who left meanwhile may have made an account, which is looked for all the same.
  const isSearched = !isLinked && (link?.inFlightAt ?? null) !== null && evaluation.isSoftDeleted
  const searched = isSearched ? evaluateObject(forEverybody(rules), asActive(source), { now, isLinked }) : evaluation
  return { evaluation, searched, name: source.display ?? undefined }
}

const everybody = { kind: 'clauses', groups: [] } as const

function forEverybody(rules: CompiledRules): CompiledRules {
  const { users, teams } = rules
  return {
    ...rules,
    assignment: 'everyone',
    users: { ...users, scope: everybody },
    teams: teams && { ...teams, scope: everybody },
  }
}

function asActive(source: SourceObject): SourceObject {
  return source.kind === 'user' ? { ...source, state: 'active' } : { ...source, isDeleted: false }
}

function toEvaluated({ evaluation, searched, name }: Both, references: DesiredAttributes): Evaluated {
  const { failure, leaving, skip } = evaluation
  const desired = { ...evaluation.desired, ...references }
  return {
    isInScope: evaluation.isInScope,
    reason: leaving ?? skip,
    isSkipped: skip !== undefined,
    isDisabling: evaluation.isInScope && evaluation.isSoftDeleted,
    isGone: leaving === 'SourcePurged',
    version: evaluation.version,
    desired,
    creating: { ...evaluation.ifEmpty, ...desired, ...evaluation.onCreate },
    ifEmpty: evaluation.ifEmpty,
    unique: evaluation.unique,
    hash: hashDesired(desired),
    matches: searched.matches,
    ownId: searched.desired['externalId'] ?? searched.onCreate['externalId'],
    failure: failure && { reason: failure.reason, attribute: failure.attribute, detail: failure.detail },
    nextChangeAt: evaluation.nextChangeAt,
    redactedPaths: evaluation.redactedPaths,
    name,
  }
}

export function toReferring({ kind, id, references, referenceFallbacks }: Evaluation): Referring {
  const values = Object.entries(references).map(([path, needed]): [string, ReferenceValue] => {
    const text = referenceFallbacks[path]
    if (text === undefined) return [path, { needed, isMultiValued: false, onMissing: 'omit' }]
    if (text === null) return [path, { needed, isMultiValued: false, onMissing: 'clear' }]
    return [path, { needed, isMultiValued: false, onMissing: 'text', text }]
  })
  return { kind, id, references: Object.fromEntries(values) }
}

/** Of an id that is nobody's. */
const gone: Evaluated = {
  isInScope: false,
  reason: 'SourcePurged',
  isSkipped: true,
  isDisabling: false,
  isGone: true,
  version: null,
  desired: {},
  creating: {},
  ifEmpty: {},
  unique: [],
  hash: hashDesired({}),
  matches: [],
  ownId: undefined,
  redactedPaths: [],
  name: undefined,
}
