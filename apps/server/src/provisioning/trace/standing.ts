import { findResourceType } from '@rollcall/scim'
import { AccessError } from '../../access/access-error.ts'
import { selectDefaultDomain } from '../../db/queries/domains.ts'
import { selectLinks, type LinkRow } from '../../db/queries/provisioning-links.ts'
import type { Queryable } from '../../db/pool.ts'
import { getOpenedApp, type AppName, type OpenedApp } from '../apps/app.ts'
import type { Sealing } from '../apps/credentials.ts'
import { getRules, type RevisionName } from '../apps/rules-revisions.ts'
import { readSources, tryObjects } from '../evaluate-objects.ts'
import { explainObject, type ExplainedObject } from '../evaluate/explain-object.ts'
import type { Evaluated } from '../evaluated.ts'
import { foreseeNumbers } from '../number-objects.ts'
import { hasAccount, newLink } from '../export/link.ts'
import type { ObjectRef } from '../object.ts'
import { loadSchemas } from '../rules/app-rules.ts'
import { compileRules } from '../rules/compile-rules.ts'
import type { CompiledRules } from '../rules/compiled.ts'
import type { SourceObject } from '../source/source-object.ts'
import { overlay, type Overrides } from './what-if.ts'

export type StandingRequest = AppName & {
  readonly object: ObjectRef
  readonly revision: RevisionName
  /** As if the object had these. */
  readonly attributes?: Overrides | undefined
}

/** Everything that decides on one object in one app, read at once; nothing was written for it. */
export type Standing = {
  readonly app: OpenedApp
  readonly rules: CompiledRules
  readonly revision: number
  readonly object: ObjectRef
  readonly source: SourceObject
  readonly link: LinkRow
  readonly evaluated: Evaluated
  readonly explained: ExplainedObject
}

/** Throws `appNotFound`, `rulesNotFound`, `subjectNotFound`, `unknownAttribute`. */
export async function readStanding(parts: Sealing, now: Date, request: StandingRequest): Promise<Standing> {
  const app = await getOpenedApp(parts, now, request)
  const { revision, document } = await getRules(parts.database, request)
  const rules = compileRules(document, await loadSchemas(parts.database, request.organizationId))
  return judgeOne(parts.database, { app, rules, revision, now }, request)
}

/** Of an app whose rules are at hand. Throws `subjectNotFound`, `unknownAttribute`. */
export async function judgeOne(
  db: Queryable,
  judged: Pick<Standing, 'app' | 'rules' | 'revision'> & { readonly now: Date },
  { object, attributes = {} }: Pick<StandingRequest, 'object' | 'attributes'>,
): Promise<Standing> {
  const { app, rules, revision, now } = judged
  const { organizationId, id: appId } = app
  const defaultDomain = await selectDefaultDomain(db, organizationId)
  const ruled = { organizationId, appId, rules, assignsNested: app.numbers.assignsNested, defaultDomain }
  const read = (await readSources(db, ruled, [object])).get(object.id)
  if (read === undefined) {
    const what = object.kind === 'user' ? 'person' : 'team'
    throw new AccessError('subjectNotFound', `There is no such ${what}`, { field: 'object' })
  }
  const source = await withOverrides(db, organizationId, read, attributes)
  const [known] = await selectLinks(db, ruled, [object.id])
  const sources = new Map([[object.id, source]])
  const evaluated = (await tryObjects(db, ruled, [{ ...object, link: known }], { sources, now })).get(object.id)
  if (evaluated === undefined) throw new Error(`Nothing was evaluated for ${object.id}`)
  const link = known ?? { ...newLink(object.id, object.kind), sent: null }
  const sequences = [...rules.users.sequences, ...(rules.teams?.sequences ?? [])]
  const numbers = await foreseeNumbers(db, ruled, { sequences, objectIds: [object.id] })
  const numberOf = (sequence: string): number => numbers(object.id, sequence)
  const explained = explainObject(rules, source, { now, isLinked: hasAccount(link), defaultDomain, numberOf })
  return { app, rules, revision, object, source, link, evaluated, explained }
}

async function withOverrides(
  db: Queryable,
  organizationId: string,
  source: SourceObject,
  attributes: Overrides,
): Promise<SourceObject> {
  if (Object.keys(attributes).length === 0) return source
  const schemas = await loadSchemas(db, organizationId)
  const type = findResourceType(schemas.source, source.kind === 'user' ? 'User' : 'Group')
  if (type === undefined) throw new Error('A standard resource type is missing')
  return overlay(source, attributes, type)
}
