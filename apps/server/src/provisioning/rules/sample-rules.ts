import type { SchemaAttribute } from '@rollcall/expressions'
import { findResourceType, type Json } from '@rollcall/scim'
import { selectDefaultDomain } from '../../db/queries/domains.ts'
import type { Queryable } from '../../db/pool.ts'
import { toShown } from '../evaluate/shown.ts'
import type { ObjectKind } from '../object.ts'
import { findSourceAttribute, isEnabled } from '../source/attributes.ts'
import { readPeople, readTeams, streamPeople, streamTeams } from '../source/read-source.ts'
import type { SourceObject } from '../source/source-object.ts'
import { loadSchemas, type TargetKind } from './app-rules.ts'
import { toSourceSchema, toTargetSchema } from './schemas.ts'

/** Who is shown when nobody was named. */
const unnamedMax = 3

/** Somebody to try rules on, with every attribute that rules can name. */
export type SampledObject = {
  readonly kind: ObjectKind
  readonly id: string
  readonly name: string | null
  readonly values: readonly (readonly [name: string, value: Json])[]
}

export type RulesSample = {
  readonly source: readonly SchemaAttribute[]
  readonly target: readonly SchemaAttribute[]
  readonly objects: readonly SampledObject[]
  readonly defaultDomain: string | null
}

/** What an editor of rules needs to evaluate them by itself: attributes of both sides, and some objects with their values. */
export async function sampleRules(
  db: Queryable,
  request: {
    readonly organizationId: string
    readonly appId: string
    readonly target: TargetKind
    readonly kind: ObjectKind
    readonly ids: readonly string[]
    readonly names: readonly string[]
  },
): Promise<RulesSample> {
  const { organizationId, kind, names } = request
  const schemas = await loadSchemas(db, organizationId, request.target)
  const typeName = kind === 'user' ? 'User' : 'Group'
  const source = findResourceType(schemas.source, typeName)
  const target = findResourceType(schemas.target, typeName)
  if (source === undefined || target === undefined) throw new Error(`no resource type for ${kind}`)
  const readable = toSourceSchema(kind, source, names)
  const readers = readable.flatMap(({ name }) => {
    const read = findSourceAttribute(name, kind, source)?.read
    return read === undefined ? [] : [{ name, read }]
  })
  const objects = await readSampled(db, request)
  return {
    source: readable,
    target: toTargetSchema(target, names),
    objects: objects.map((object) => toSampled(object, readers)),
    defaultDomain: (await selectDefaultDomain(db, organizationId)) ?? null,
  }
}

type Reader = {
  readonly name: string
  readonly read: NonNullable<ReturnType<typeof findSourceAttribute>>['read']
}

function toSampled(source: SourceObject, readers: readonly Reader[]): SampledObject {
  const isSoftDeleted = source.kind === 'user' ? !isEnabled(source) : source.isDeleted
  const values = readers.flatMap(({ name, read }) => {
    const value = toShown(read({ source, isSoftDeleted }))
    return value === null || (Array.isArray(value) && value.length === 0) ? [] : [[name, value] as const]
  })
  return { kind: source.kind, id: source.id, name: source.display, values }
}

async function readSampled(
  db: Queryable,
  request: {
    readonly organizationId: string
    readonly appId: string
    readonly kind: ObjectKind
    readonly ids: readonly string[]
  },
): Promise<readonly SourceObject[]> {
  const { kind, ids } = request
  const reads = { assignment: 'nested', manager: 'whole', teams: true } as const
  const named = { ...request, reads }
  if (ids.length > 0) return kind === 'user' ? readPeople(db, named) : readTeams(db, named)
  const range = { ...named, batchMax: 50 }
  for await (const batch of kind === 'user' ? streamPeople(db, range) : streamTeams(db, range))
    return batch.filter((object) => object.kind === 'team' || isEnabled(object)).slice(0, unnamedMax)
  return []
}
