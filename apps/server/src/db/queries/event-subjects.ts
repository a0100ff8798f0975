import type { Queryable } from '../pool.ts'

/** A person or a team as events name it. */
export type SubjectRow = {
  readonly id: string
  readonly kind: 'user' | 'team'
  /** Undefined over SCIM: deleted. */
  readonly scimId: string | null
  readonly connectionId: string | null
  readonly externalId: string | null
  readonly document: string | null
  readonly version: number
}

/** Those of these ids that are people or teams, in whatever state. */
export async function selectEventSubjects(
  db: Queryable,
  organizationIds: readonly string[],
  ids: readonly string[],
): Promise<readonly SubjectRow[]> {
  if (ids.length === 0) return []
  const { rows } = await db.query<SubjectRow>(
    {
      text: `select id, 'user' as kind, scim_id as "scimId", connection_id as "connectionId", external_id as "externalId",
          document, version from users where organization_id = any($1::uuid[]) and id = any($2::uuid[])
        union all
        select id, 'team', scim_id, connection_id, external_id, document, version
        from teams where organization_id = any($1::uuid[]) and id = any($2::uuid[])`,
    },
    [organizationIds, ids],
  )
  return rows
}

/** What deleted subjects were called over SCIM, by their ids. */
export async function selectFormerScimIds(
  db: Queryable,
  organizationIds: readonly string[],
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const { rows } = await db.query<{ id: string; scimId: string }>(
    {
      text: `select distinct on (subject_id) subject_id as id, data->>'scimId' as "scimId" from changes
        where organization_id = any($1::uuid[]) and subject_id = any($2::uuid[])
          and action in ('user.deleted', 'team.deleted') and data->>'scimId' is not null
        order by subject_id, position desc`,
    },
    [organizationIds, ids],
  )
  return new Map(rows.map(({ id, scimId }) => [id, scimId]))
}

/** The transactions of asynchronous requests, by the request ids of the changes that they made. */
export async function selectTransactions(
  db: Queryable,
  organizationIds: readonly string[],
  requestIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (requestIds.length === 0) return new Map()
  const { rows } = await db.query<{ executedAs: string; id: string }>(
    {
      text: `select executed_as as "executedAs", id from async_requests
        where organization_id = any($1::uuid[]) and executed_as = any($2::text[])`,
    },
    [organizationIds, requestIds],
  )
  return new Map(rows.map(({ executedAs, id }) => [executedAs, id]))
}

/** Whom an address, an account id or a SCIM id names; more than one: none for certain. */
export async function selectSubjectIds(
  db: Queryable,
  organizationId: string,
  by: {
    readonly email?: string | undefined
    readonly userNameKey?: string | undefined
    readonly id?: string | undefined
    readonly scimId?: string | undefined
    readonly externalId?: string | undefined
  },
): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    {
      text: `select id from users where organization_id = $1 and (
          id = $2::uuid or scim_id = $3::uuid or user_name_key = $4 or external_id = $5
          or search @> jsonb_build_object('emails', jsonb_build_array(jsonb_build_object('value', $6::text)))
        )
        union
        select id from teams where organization_id = $1 and (id = $2::uuid or scim_id = $3::uuid)
        limit 2`,
    },
    [organizationId, by.id ?? null, by.scimId ?? null, by.userNameKey ?? null, by.externalId ?? null, by.email ?? null],
  )
  return rows.map(({ id }) => id)
}
