import type { Queryable } from '../pool.ts'
import { toArrayText } from './array-text.ts'
import type { AppOf, WorkRow } from './provisioning-work.ts'

/** Makes the lease of a turn longer; false: it is somebody else's by now. */
export async function extendLease(
  db: Queryable,
  app: AppOf,
  item: Pick<WorkRow, 'objectId' | 'epoch'>,
  until: Date,
): Promise<boolean> {
  const { rowCount } = await db.query(extend, [app.organizationId, app.appId, item.objectId, item.epoch, until])
  return rowCount > 0
}

const extend = {
  name: 'extend_lease',
  text: `update work_items set lease_until = $5
    where organization_id = $1 and app_id = $2 and object_id = $3 and lease_epoch = $4 and lease_owner is not null`,
}

/** How many removals of members the gate let through for this turn. */
export async function selectAdmittedCount(
  db: Queryable,
  app: AppOf,
  item: Pick<WorkRow, 'objectId' | 'epoch'>,
): Promise<number> {
  const { rows } = await db.query<{ count: number | null }>(admitted, [
    app.organizationId,
    app.appId,
    item.objectId,
    item.epoch,
  ])
  return rows[0]?.count ?? 0
}

const admitted = {
  name: 'admitted_removals',
  text: `select (destructive ->> 'count')::integer as count from work_items
    where organization_id = $1 and app_id = $2 and object_id = $3 and lease_epoch = $4 and is_admitted
      and destructive_class = 'memberRemoval'`,
}

/** Takes the turn of an object away from whoever has it, until the end of the transaction from all: he writes nothing of it. */
export async function revokeTurn(tx: Queryable, app: AppOf, objectId: string): Promise<void> {
  await tx.query(revoke, [app.organizationId, app.appId, objectId])
}

const revoke = {
  text: `update work_items set lease_epoch = lease_epoch + 1, lease_owner = null, lease_until = null
    where organization_id = $1 and app_id = $2 and object_id = $3`,
}

/** Until the end of the transaction nobody ends a turn of these objects. */
export async function lockTurns(tx: Queryable, app: AppOf, objectIds: readonly string[]): Promise<void> {
  if (objectIds.length === 0) return
  await tx.query(lockAll, [app.organizationId, app.appId, toArrayText(objectIds)])
}

// See the statements of work_items: rows are found one by one, in the order of ids.
const lockAll = {
  text: `select from (select id from unnest($3::uuid[]) m (id) order by id) m
    cross join lateral (
      select from work_items w where w.organization_id = $1 and w.app_id = $2 and w.object_id = m.id for update) w`,
}

/** The same as `revokeTurn` for many, which `lockTurns` has locked. */
export async function revokeTurns(tx: Queryable, app: AppOf, objectIds: readonly string[]): Promise<void> {
  if (objectIds.length === 0) return
  await tx.query(revokeAll, [app.organizationId, app.appId, toArrayText(objectIds)])
}

const revokeAll = {
  text: `update work_items w set lease_epoch = w.lease_epoch + 1, lease_owner = null, lease_until = null
    from unnest($3::uuid[]) m (id)
    cross join lateral (
      select f.ctid from work_items f where f.organization_id = $1 and f.app_id = $2 and f.object_id = m.id offset 0) f
    where w.ctid = f.ctid`,
}
