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

/** One that nobody has to decide: what it holds was approved in advance. */
export async function insertDecidedHold(
  tx: Queryable,
  { organizationId, appId }: AppOf,
  hold: { readonly holdId: string; readonly class: DestructiveClass; readonly now: Date },
): Promise<void> {
  await tx.query(
    {
      text: `insert into gate_holds (organization_id, id, app_id, class, state, allowance, used, opened_at, lapses_at, decided_at)
        values ($1, $2, $3, $4, 'decided', 0, 0, $5, $5, $5)`,
    },
    [organizationId, hold.holdId, appId, hold.class, hold.now],
  )
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

export type GateHoldFilter = {
  readonly appId?: string | undefined
  readonly state?: GateHoldRow['state'] | undefined
}

const matches = `h.organization_id = $1 and ($2::uuid is null or h.app_id = $2) and ($3::text is null or h.state = $3)`

/** Newest first, those before `after`. */
export async function selectGateHolds(
  db: Queryable,
  organizationId: string,
  page: GateHoldFilter & { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly GateHoldRow[]> {
  const text = `select ${holdColumns} from gate_holds h ${holdCounts}
    where ${matches} and ($4::uuid is null or h.id < $4) order by h.id desc limit $5`
  const values = [organizationId, page.appId ?? null, page.state ?? null, page.after ?? null, page.rowsMax]
  const { rows } = await db.query<GateHoldRow>({ text }, values)
  return rows
}

export async function selectGateHoldCount(
  db: Queryable,
  organizationId: string,
  filter: GateHoldFilter,
): Promise<number> {
  const text = `select count(*) as count from gate_holds h where ${matches}`
  const values = [organizationId, filter.appId ?? null, filter.state ?? null]
  const { rows } = await db.query<{ count: number }>({ text }, values)
  return rows[0]?.count ?? 0
}

/** What a hold holds by cause, most frequent first. */
export async function selectHoldCauses(
  db: Queryable,
  organizationId: string,
  hold: { readonly holdId: string; readonly rowsMax: number },
): Promise<readonly { readonly cause: string; readonly count: number }[]> {
  const { rows } = await db.query<{ cause: string; count: number }>(
    {
      text: `select cause, count(*) as count from gate_hold_items where organization_id = $1 and hold_id = $2
        group by cause order by count(*) desc, cause limit $3`,
    },
    [organizationId, hold.holdId, hold.rowsMax],
  )
  return rows
}

export type GateHoldItemState = 'held' | 'approved' | 'rejected' | 'reversed' | 'lapsed'

export type GateHoldItemRow = {
  readonly object_id: string
  readonly kind: 'user' | 'team'
  /** As it is now; null: it is gone. */
  readonly name: string | null
  readonly target_key: string | null
  readonly state: GateHoldItemState
  readonly cause: string
  readonly facts: { readonly count?: number; readonly cleared?: string[]; readonly changed?: string[] } | null
  readonly held_at: Date
  readonly decided_at: Date | null
  readonly decided_by: string | null
}

export type GateHoldItemFilter = {
  readonly holdId: string
  readonly state?: GateHoldItemState | undefined
  readonly cause?: string | undefined
}

const itemMatches = `i.organization_id = $1 and i.hold_id = $2 and ($3::text is null or i.state = $3)
  and ($4::text is null or i.cause = $4)`

/** In the order of our ids, behind `after`. */
export async function selectHoldItems(
  db: Queryable,
  organizationId: string,
  page: GateHoldItemFilter & { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly GateHoldItemRow[]> {
  const text = `select i.object_id, i.kind, coalesce(u.display, t.display) as name, l.target_key, i.state, i.cause, i.facts,
      i.held_at, i.decided_at, i.decided_by
    from gate_hold_items i
    join gate_holds h on h.organization_id = i.organization_id and h.id = i.hold_id
    left join users u on i.kind = 'user' and u.organization_id = i.organization_id and u.id = i.object_id
    left join teams t on i.kind = 'team' and t.organization_id = i.organization_id and t.id = i.object_id
    left join links l on l.organization_id = i.organization_id and l.app_id = h.app_id and l.object_id = i.object_id
    where ${itemMatches} and ($5::uuid is null or i.object_id > $5) order by i.object_id limit $6`
  const values = [organizationId, page.holdId, page.state ?? null, page.cause ?? null, page.after ?? null, page.rowsMax]
  const { rows } = await db.query<GateHoldItemRow>({ text }, values)
  return rows
}

export async function selectHoldItemCount(
  db: Queryable,
  organizationId: string,
  filter: GateHoldItemFilter,
): Promise<number> {
  const text = `select count(*) as count from gate_hold_items i where ${itemMatches}`
  const values = [organizationId, filter.holdId, filter.state ?? null, filter.cause ?? null]
  const { rows } = await db.query<{ count: number }>({ text }, values)
  return rows[0]?.count ?? 0
}
