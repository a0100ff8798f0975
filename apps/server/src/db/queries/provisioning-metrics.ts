import type { Queryable } from '../pool.ts'

export type ProvisioningMetrics = {
  /** What is due, by lane. */
  readonly lanes: readonly { readonly lane: number; readonly count: number; readonly oldest: Date }[]
  readonly escrowed: number
  readonly held: number
  /** When the oldest hold was opened; null: none is open. */
  readonly oldestHold: Date | null
  /** Apps by their health. */
  readonly health: readonly { readonly health: string; readonly count: number }[]
  /** The oldest change that the engine has not heard of yet; null: it has heard of all. */
  readonly oldestUnheard: Date | null
}

/** Of the whole instance, for whoever scrapes. */
export async function selectProvisioningMetrics(db: Queryable, now: Date): Promise<ProvisioningMetrics> {
  const { rows } = await db.query<MetricsJson>(statement, [now])
  const [row] = rows
  if (row === undefined) throw new Error('Metrics came back without a row')
  return { ...row, lanes: row.lanes.map((each) => ({ ...each, oldest: new Date(each.oldest) })) }
}

type MetricsJson = Omit<ProvisioningMetrics, 'lanes'> & {
  readonly lanes: readonly { readonly lane: number; readonly count: number; readonly oldest: string }[]
}

const statement = {
  name: 'provisioning_metrics',
  text: `select
      coalesce((select json_agg(json_build_object('lane', lane, 'count', count, 'oldest', oldest) order by lane) from (
        select lane, count(*) as count, min(due_at) as oldest from work_items
        where stage in ('evaluate', 'gate', 'export', 'members') and due_at <= $1 group by lane) x), '[]') as lanes,
      (select count(*) from work_items where stage = 'escrow') as escrowed,
      (select count(*) from work_items where stage = 'held') as held,
      (select min(opened_at) from gate_holds where state = 'open') as "oldestHold",
      coalesce((select json_agg(json_build_object('health', health, 'count', count)) from (
        select coalesce(h.health, 'healthy') as health, count(*) as count from apps a
          left join app_health h on h.organization_id = a.organization_id and h.app_id = a.id group by 1) x), '[]') as health,
      (select min(c.at) from outbox_cursors k join lateral (
        select at from changes where organization_id = k.organization_id and position > k.position order by position limit 1) c on true
        where k.consumer = 'provisioning') as "oldestUnheard"`,
}
