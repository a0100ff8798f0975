import type { Json } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

/** An attribute of a managed person that somebody keeps against the source. */
export type OverrideRow = {
  readonly id: string
  readonly user_id: string
  readonly attribute: string
  readonly reason: string
  readonly created_by: string
  readonly created_at: Date
  readonly expires_at: Date
  readonly ended_at: Date | null
  readonly ended_by: string | null
  readonly pushed: Json | null
  readonly settled_at: Date | null
}

const columns = `id, user_id, attribute, reason, created_by, created_at, expires_at, ended_at, ended_by, pushed, settled_at`

/** Those of a person that the source has not got back yet; locked until the transaction ends. */
export async function lockOverrides(
  tx: Queryable,
  organizationId: string,
  userId: string,
): Promise<readonly OverrideRow[]> {
  const { rows } = await tx.query<OverrideRow>(lock, [organizationId, userId])
  return rows
}

const lock = {
  name: 'lock_overrides',
  text: `select ${columns} from attribute_overrides
    where organization_id = $1 and user_id = $2 and settled_at is null order by id for update`,
}

/** All of a person, newest first. */
export async function selectOverrides(
  db: Queryable,
  query: {
    readonly organizationId: string
    readonly userId: string
    readonly before: string | undefined
    readonly rowsMax: number
  },
): Promise<readonly OverrideRow[]> {
  const { rows } = await db.query<OverrideRow>(select, [
    query.organizationId,
    query.userId,
    query.before ?? null,
    query.rowsMax,
  ])
  return rows
}

const select = {
  name: 'overrides',
  text: `select ${columns} from attribute_overrides
    where organization_id = $1 and user_id = $2 and ($3::uuid is null or id < $3) order by id desc limit $4`,
}

export async function countOverrides(db: Queryable, organizationId: string, userId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: 'select count(*) as count from attribute_overrides where organization_id = $1 and user_id = $2' },
    [organizationId, userId],
  )
  return rows[0]?.count ?? 0
}

/** Begins overrides, one an attribute, and makes writes of the person look at them. */
export async function insertOverrides(
  tx: Queryable,
  given: {
    readonly organizationId: string
    readonly userId: string
    readonly reason: string
    readonly createdBy: string
    readonly now: Date
    readonly expiresAt: Date
    readonly overrides: readonly {
      readonly id: string
      readonly attribute: string
      readonly pushed: Json | undefined
    }[]
  },
): Promise<void> {
  const { organizationId, userId, reason, createdBy, now, expiresAt, overrides } = given
  await tx.query(insert, [
    organizationId,
    userId,
    reason,
    createdBy,
    now,
    expiresAt,
    JSON.stringify(overrides.map((override) => ({ ...override, pushed: override.pushed ?? null }))),
  ])
}

const insert = {
  name: 'insert_overrides',
  text: `with flagged as (
      update users set has_overrides = true where organization_id = $1 and id = $2
    )
    insert into attribute_overrides (organization_id, id, user_id, attribute, reason, created_by, created_at, expires_at, pushed)
    select $1, o.id, $2, o.attribute, $3, $4, $5, $6, nullif(o.pushed::text, 'null')::json
    from json_to_recordset($7::json) o (id uuid, attribute text, pushed json)`,
}

/** What became of overrides when the source wrote: what it said, and whether it has the attribute back. */
export async function updateOverrides(
  tx: Queryable,
  given: {
    readonly organizationId: string
    readonly userId: string
    readonly now: Date
    readonly overrides: readonly {
      readonly id: string
      readonly pushed: Json | undefined
      readonly isSettled: boolean
    }[]
  },
): Promise<void> {
  const rows = given.overrides.map((override) => ({ ...override, pushed: override.pushed ?? null }))
  await tx.query(update, [given.organizationId, given.now, JSON.stringify(rows)])
  await tx.query(unflag, [given.organizationId, given.userId])
}

const update = {
  name: 'update_overrides',
  text: `update attribute_overrides a set pushed = nullif(o.pushed::text, 'null')::json,
      settled_at = case when o."isSettled" then $2::timestamptz end
    from json_to_recordset($3::json) o (id uuid, pushed json, "isSettled" boolean)
    where a.organization_id = $1 and a.id = o.id`,
}

const unflag = {
  name: 'unflag_overrides',
  text: `update users u set has_overrides = false
    where u.organization_id = $1 and u.id = $2 and u.has_overrides and not exists (
      select from attribute_overrides a where a.organization_id = $1 and a.user_id = $2 and a.settled_at is null)`,
}

/** Ends an override before its time; undefined when there is none of that id that lasts. */
export async function updateOverrideEnded(
  tx: Queryable,
  given: {
    readonly organizationId: string
    readonly userId: string
    readonly id: string
    readonly now: Date
    readonly endedBy: string
  },
): Promise<OverrideRow | undefined> {
  const { organizationId, userId, id, now, endedBy } = given
  const { rows } = await tx.query<OverrideRow>(end, [organizationId, userId, id, now, endedBy])
  return rows[0]
}

const end = {
  name: 'end_override',
  text: `update attribute_overrides set ended_at = $4, ended_by = $5
    where organization_id = $1 and user_id = $2 and id = $3 and ended_at is null and expires_at > $4 returning ${columns}`,
}
