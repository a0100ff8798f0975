import type { Queryable } from '../pool.ts'
import type { AppOf, DestructiveClass } from './gate.ts'

/** The open hold of the class, made when there is none. */
export async function openGateHold(
  tx: Queryable,
  hold: AppOf & {
    readonly id: string
    readonly class: DestructiveClass
    readonly allowance: number
    readonly used: number
    readonly now: Date
    readonly lapsesAt: Date
  },
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const { rows } = await tx.query<{ id: string }>(open, [
    hold.organizationId,
    hold.id,
    hold.appId,
    hold.class,
    hold.allowance,
    hold.used,
    hold.now,
    hold.lapsesAt,
  ])
  // Nothing of it changes: an update is how the row that stands is locked and handed out.
  const id = rows[0]?.id ?? hold.id
  return { id, isNew: id === hold.id }
}

const open = {
  text: `insert into gate_holds (organization_id, id, app_id, class, state, allowance, used, opened_at, lapses_at)
    values ($1, $2, $3, $4, 'open', $5, $6, $7, $8)
    on conflict (organization_id, app_id, class) where state = 'open' do update set state = 'open' returning id`,
}

export type GateHoldRow = {
  readonly id: string
  readonly app_id: string
  readonly class: DestructiveClass
  readonly state: 'open' | 'decided' | 'lapsed'
  readonly allowance: number
  readonly used: number
  readonly opened_at: Date
  readonly lapses_at: Date
  readonly decided_at: Date | null
  readonly version: number
  /** How many were ever in it, and how many of them wait. */
  readonly item_count: number
  readonly held_count: number
}

const holdColumns = `h.id, h.app_id, h.class, h.state, h.allowance, h.used, h.opened_at, h.lapses_at, h.decided_at, h.version,
  c.item_count, c.held_count`

const holdCounts = `cross join lateral (
    select count(*) as item_count, count(*) filter (where i.state = 'held') as held_count
    from gate_hold_items i where i.organization_id = h.organization_id and i.hold_id = h.id
  ) c`

export async function selectGateHold(
  db: Queryable,
  organizationId: string,
  id: string,
): Promise<GateHoldRow | undefined> {
  const text = `select ${holdColumns} from gate_holds h ${holdCounts} where h.organization_id = $1 and h.id = $2`
  const { rows } = await db.query<GateHoldRow>({ text }, [organizationId, id])
  return rows[0]
}
