import type { LinkRow } from '../db/queries/provisioning-links.ts'
import { selectTeamPushChoices } from '../db/queries/team-push-choices.ts'
import type { Queryable } from '../db/pool.ts'
import { withPrint, type DesiredAttributes } from './desired.ts'
import { evaluateObject } from './evaluate/evaluate-object.ts'
import type { Evaluation } from './evaluate/evaluation.ts'
import type { Evaluated } from './evaluated.ts'
import { hasAccount } from './export/link.ts'
import { withTeamChoice } from './members/team-choice.ts'
import type { ObjectRef } from './object.ts'
import { foreseeNumbers, numberObjects, type NumberOf } from './number-objects.ts'
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
  /** The first domain that the organization proved to be its own. */
  readonly defaultDomain?: string | undefined
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
  const read = { objects, sources, now }
  const found = judge(app, read, await numberNew(db, app, { ...read, number: numberObjects }))
  const { attributes, neededIds } = await resolveReferences(
    db,
    app,
    found.map(({ evaluation }) => toReferring(evaluation)),
  )
  await releaseMeanwhile(db, app, { neededIds, now })
  return toAnswer(db, app, { objects, found, attributes })
}

/** The same of objects that were read already, for previews and plans: nothing is written, and nobody waits for a reference. */
export async function tryObjects(
  db: Queryable,
  app: RuledApp,
  objects: readonly KnownObject[],
  { sources, now }: { readonly sources: ReadonlyMap<string, SourceObject>; readonly now: Date },
): Promise<ReadonlyMap<string, Evaluated>> {
  const read = { objects, sources, now }
  const found = judge(app, read, await numberNew(db, app, { ...read, number: foreseeNumbers }))
  const { attributes } = await lookUpReferences(
    db,
    app,
    found.map(({ evaluation }) => toReferring(evaluation)),
  )
  return toAnswer(db, app, { objects, found, attributes })
}

type Read = {
  readonly objects: readonly KnownObject[]
  readonly sources: ReadonlyMap<string, SourceObject>
  readonly now: Date
}

function judge(
  { rules, defaultDomain }: RuledApp,
  { objects, sources, now }: Read,
  numberOf: NumberOf,
): readonly Both[] {
  const site: Site = { rules, defaultDomain, numberOf, now }
  const evaluated = objects.map((object) => evaluateOne(site, object, sources.get(object.id)))
  return evaluated.filter((each) => each !== undefined)
}

async function toAnswer(
  db: Queryable,
  app: RuledApp,
  {
    objects,
    found,
    attributes,
  }: {
    readonly objects: readonly KnownObject[]
    readonly found: readonly Both[]
    readonly attributes: readonly DesiredAttributes[]
  },
): Promise<ReadonlyMap<string, Evaluated>> {
  const choices = await selectTeamPushChoices(
    db,
    app,
    objects.filter(({ kind }) => kind === 'team').map(({ id }) => id),
  )
  const results = found.map((each, index): [string, Evaluated] => [
    each.evaluation.id,
    withTeamChoice(toEvaluated(each, attributes[index] ?? {}), choices.get(each.evaluation.id)),
  ])
  const known = new Map(results)
  for (const { id } of objects) if (!known.has(id)) known.set(id, gone)
  return known
}

/** These objects, read as the rules want them. */
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

type Site = Pick<RuledApp, 'rules' | 'defaultDomain'> & { readonly numberOf: NumberOf; readonly now: Date }

/** Numbers for those who are about to get an account: nobody else uses any up. */
async function numberNew(
  db: Queryable,
  app: RuledApp,
  { objects, sources, now, number }: Read & { readonly number: typeof numberObjects },
): Promise<NumberOf> {
  const { rules, defaultDomain } = app
  const sequences = [...new Set([...rules.users.sequences, ...(rules.teams?.sequences ?? [])])]
  const none: NumberOf = () => 0
  if (sequences.length === 0) return none
  const isNew = (object: KnownObject): boolean => {
    const known = evaluateOne({ rules, defaultDomain, numberOf: none, now }, object, sources.get(object.id))
    return known !== undefined && !isLinked(object) && known.evaluation.skip === undefined
  }
  return number(db, app, { sequences, objectIds: objects.filter(isNew).map(({ id }) => id) })
}

function isLinked({ link }: KnownObject): boolean {
  return link !== undefined && hasAccount(link)
}

function evaluateOne(
  { rules, defaultDomain, numberOf, now }: Site,
  object: KnownObject,
  source: SourceObject | undefined,
): Both | undefined {
  if (source === undefined) return undefined
  const { link } = object
  const context = {
    now,
    isLinked: isLinked(object),
    defaultDomain,
    numberOf: (sequence: string) => numberOf(source.id, sequence),
  }
  const evaluation = evaluateObject(rules, source, context)
  // A creation of somebody who left meanwhile may have made an account, which is looked for all the same.
  const isSearched = !context.isLinked && (link?.inFlightAt ?? null) !== null && evaluation.isSoftDeleted
  const searched = isSearched ? evaluateObject(forEverybody(rules), asActive(source), context) : evaluation
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
  const { failure, leaving, skip, ifEmpty, onCreate } = evaluation
  const desired = isEmpty(references) ? evaluation.desired : { ...evaluation.desired, ...references }
  return {
    isInScope: evaluation.isInScope,
    reason: leaving ?? skip,
    isSkipped: skip !== undefined,
    isDisabling: evaluation.isInScope && evaluation.isSoftDeleted,
    isGone: leaving === 'SourcePurged',
    version: evaluation.version,
    ...withPrint(desired),
    creating: isEmpty(ifEmpty) && isEmpty(onCreate) ? desired : { ...ifEmpty, ...desired, ...onCreate },
    ifEmpty,
    additive: evaluation.additive,
    unique: evaluation.unique,
    matches: searched.matches,
    ownId: searched.desired['externalId'] ?? searched.onCreate['externalId'],
    failure: failure && { reason: failure.reason, attribute: failure.attribute, detail: failure.detail },
    nextChangeAt: evaluation.nextChangeAt,
    redactedPaths: evaluation.redactedPaths,
    name,
  }
}

function isEmpty(attributes: DesiredAttributes): boolean {
  for (const _ in attributes) return false
  return true
}

function toReferring({ kind, id, references, referenceFallbacks }: Evaluation): Referring {
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
  ...withPrint({}),
  creating: {},
  ifEmpty: {},
  additive: [],
  unique: [],
  matches: [],
  ownId: undefined,
  redactedPaths: [],
  name: undefined,
}
