import type { Queryable } from '../pool.ts'
import type { AppOf } from './provisioning-work.ts'

/** Whether anything before the lane of reconciliations is to be sent now. */
export async function hasUrgentWork(db: Queryable, { organizationId, appId }: AppOf, now: Date): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(urgent, [organizationId, appId, now])
  return rows[0]?.found === true
}

const urgent = {
  name: 'has_urgent_work',
  text: `select exists (
    select from work_items w join apps a on a.organization_id = w.organization_id and a.id = w.app_id
      and a.state in ('active', 'stopping')
    where w.organization_id = $1 and w.app_id = $2 and w.stage in ('export', 'members') and w.lane < 5 and w.due_at <= $3
  ) as found`,
}
