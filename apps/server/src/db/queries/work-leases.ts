import type { Queryable } from '../pool.ts'
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
