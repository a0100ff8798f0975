import type { Queryable, Statement } from '../pool.ts'
import { toTextArray } from '../binary-array.ts'
import type { SourceName } from './source-settling.ts'

/** An account as settling looks at it. */
export type SettlingPerson = {
  readonly id: string
  readonly scim_id: string | null
  readonly version: number
  readonly state: 'pending' | 'active' | 'suspended' | 'deprovisioned'
  readonly connection_id: string | null
  readonly document: string
  readonly external_id: string | null
  readonly display: string | null
}

const columns = `u.id, u.scim_id, u.version, u.state, u.connection_id, u.document, u.external_id, u.display`

export async function selectSettlingPeople(
  tx: Queryable,
  organizationId: string,
  ids: readonly string[],
): Promise<readonly SettlingPerson[]> {
  if (ids.length === 0) return []
  const { rows } = await tx.query<SettlingPerson>(byIds, [organizationId, ids])
  return rows
}

const byIds = {
  name: 'settling_people',
  text: `select ${columns} from users u where u.organization_id = $1 and u.id = any($2::uuid[])`,
}

/** What is looked for, folded; what is undefined is not asked. */
export type PersonKey = {
  readonly userName?: string | undefined
  readonly externalId?: string | undefined
  /** A part of `search`, as JSON. */
  readonly search?: string | undefined
}

export type FoundPerson = SettlingPerson & { readonly ordinal: number }

/** Candidates that are told by name. */
export const candidatesMax = 20

/**
 * Everybody who has all of a key, for each key by its number; at most one more than are told. All keys of one call have the same
 * parts. Built-in accounts are found by no source.
 */
export async function selectByKeys(
  tx: Queryable,
  organizationId: string,
  keys: readonly PersonKey[],
): Promise<readonly FoundPerson[]> {
  const [first] = keys
  if (first === undefined) return []
  const parts = partNames.filter((part) => first[part] !== undefined)
  const { rows } = await tx.query<FoundPerson>(toStatement(parts), [
    organizationId,
    candidatesMax + 1,
    ...parts.map((part) => toTextArray(keys.map((key) => key[part] ?? null))),
  ])
  return rows
}

const partNames = ['userName', 'externalId', 'search'] as const
type Part = (typeof partNames)[number]

const conditions: { readonly [part in Part]: string } = {
  userName: 'u.user_name_key = w.user_name',
  externalId: 'u.external_id = w.external_id',
  search: 'u.search @> w.search::jsonb',
}
const names: { readonly [part in Part]: string } = {
  userName: 'user_name',
  externalId: 'external_id',
  search: 'search',
}

// One person at a time by an index: PostgreSQL does not know how many keys there are, and would rather read everybody.
function toStatement(parts: readonly Part[]): Statement {
  const lists = parts.map((_, index) => `$${index + 3}::text[]`).join(', ')
  const conditionsOf = parts.map((part) => conditions[part]).join(' and ')
  return {
    name: `people_by_${parts.map((part) => names[part]).join('_')}`,
    text: `select w.ordinal::integer - 1 as ordinal, ${columns}
      from unnest(${lists}) with ordinality w (${parts.map((part) => names[part]).join(', ')}, ordinal)
      cross join lateral (
        select * from users u where u.organization_id = $1 and u.scim_id is not null and not u.is_built_in and ${conditionsOf}
        order by u.id limit $2
      ) u`,
  }
}

/** Which of these user names, folded, somebody has. */
export async function selectTakenUserNames(
  tx: Queryable,
  organizationId: string,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set()
  const { rows } = await tx.query<{ key: string }>(takenNames, [organizationId, keys])
  return new Set(rows.map(({ key }) => key))
}

const takenNames = {
  name: 'taken_user_names',
  text: `select user_name_key as key from users
    where organization_id = $1 and user_name_key = any($2::text[]) and scim_id is not null`,
}

/** A record that is linked with a person. */
export type LinkedRecord = {
  readonly user_id: string
  readonly source_id: string
  readonly anchor: string
  readonly mapped: string | null
  readonly left_at: Date | null
}

/** All records of these people, of any source. */
export async function selectLinkedRecords(
  tx: Queryable,
  organizationId: string,
  userIds: readonly string[],
): Promise<readonly LinkedRecord[]> {
  if (userIds.length === 0) return []
  const { rows } = await tx.query<LinkedRecord>(linked, [organizationId, userIds])
  return rows
}

const linked = {
  name: 'linked_source_records',
  text: `select user_id, source_id, anchor, mapped, left_at from source_records
    where organization_id = $1 and user_id = any($2::uuid[])`,
}

/** The SCIM ids of those whom these anchors of the source are linked with. */
export async function selectScimIdsByAnchors(
  tx: Queryable,
  name: SourceName,
  anchors: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (anchors.length === 0) return new Map()
  const { rows } = await tx.query<{ anchor: string; scim_id: string }>(byAnchors, [
    name.organizationId,
    name.sourceId,
    anchors,
  ])
  return new Map(rows.map(({ anchor, scim_id }) => [anchor, scim_id]))
}

const byAnchors = {
  name: 'scim_ids_by_anchors',
  // Key by key: without statistics a join reads everybody of the organization.
  text: `select k.anchor, u.scim_id from unnest($3::text[]) k (anchor)
    cross join lateral (
      select user_id from source_records where organization_id = $1 and source_id = $2 and anchor = k.anchor limit 1) r
    cross join lateral (select scim_id from users where organization_id = $1 and id = r.user_id limit 1) u
    where u.scim_id is not null`,
}
