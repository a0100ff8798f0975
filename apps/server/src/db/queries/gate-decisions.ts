import type { Queryable } from '../pool.ts'
import { gateTimeoutMs, type DestructiveClass } from './gate.ts'

/** Which of what a hold holds a decision is about; without any of both: everything. */
export type HoldSelection = {
  readonly objectIds?: readonly string[] | undefined
  readonly cause?: string | undefined
}

export type HoldDecision = HoldSelection & {
  readonly organizationId: string
  readonly holdId: string
  readonly appId: string
  readonly decidedBy: string
  readonly now: Date
}

const values = (decision: HoldDecision): readonly unknown[] => [
  decision.organizationId,
  decision.holdId,
  decision.appId,
  decision.now,
  decision.decidedBy,
  decision.objectIds ?? null,
  decision.cause ?? null,
]

const decided = (state: 'approved' | 'rejected'): string => `
  update gate_hold_items i set state = '${state}', decided_at = $4, decided_by = $5
  where i.organization_id = $1 and i.hold_id = $2 and i.state = 'held'
    and ($6::uuid[] is null or i.object_id = any ($6)) and ($7::text is null or i.cause = $7)
  returning i.object_id`

/** What waits in this hold: that of an object may have become something else, and wait in another one. */
const waitsHere = `w.stage = 'held' and w.destructive_class = (
    select h.class from gate_holds h where h.organization_id = $1 and h.id = $2)`

/** Locks an open hold for a decision; undefined: it is not open any more, or not there. */
export async function lockOpenHold(
  tx: Queryable,
  organizationId: string,
  holdId: string,
): Promise<{ readonly appId: string } | undefined> {
  // It may hold everybody.
  await tx.query({ text: `set local statement_timeout = ${gateTimeoutMs}` })
  const { rows } = await tx.query<{ appId: string }>(
    {
      text: `select app_id as "appId" from gate_holds where organization_id = $1 and id = $2 and state = 'open' for update`,
    },
    [organizationId, holdId],
  )
  return rows[0]
}

/**
 * Approves what is held: it goes on at once. What is being evaluated anew at this moment passes when it comes back, once,
 * if it still is what was approved.
 */
export async function approveItems(tx: Queryable, decision: HoldDecision): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(approve, values(decision))
  return rows[0]?.count ?? 0
}

const approve = {
  query_timeout: gateTimeoutMs,
  text: `with approved as (${decided('approved')}),
    passed as (
      update work_items w set stage = case w.destructive_class when 'memberRemoval' then 'members' else 'export' end,
        is_admitted = true, due_at = $4
      from approved a where w.organization_id = $1 and w.app_id = $3 and w.object_id = a.object_id and ${waitsHere}
      returning w.object_id
    ),
    used as (
      update gate_hold_items i set passed_at = $4 from passed p
      where i.organization_id = $1 and i.hold_id = $2 and i.object_id = p.object_id
    )
    select count(*) as count from approved`,
}

/** The class of what a hold holds, and how the rules of its app count the members of nested teams. */
export async function selectHeldKind(
  tx: Queryable,
  hold: { readonly organizationId: string; readonly holdId: string },
): Promise<{ readonly class: DestructiveClass; readonly nesting: 'flatten' | 'direct' } | undefined> {
  const { rows } = await tx.query<{ class: DestructiveClass; nesting: 'flatten' | 'direct' }>(
    {
      text: `select h.class, coalesce(r.document #>> '{teams,members,nesting}', 'flatten') as nesting
        from gate_holds h
        join apps a on a.organization_id = h.organization_id and a.id = h.app_id
        left join app_rules r on r.organization_id = a.organization_id and r.app_id = a.id and r.revision = a.live_revision
        where h.organization_id = $1 and h.id = $2`,
    },
    [hold.organizationId, hold.holdId],
  )
  return rows[0]
}

/** Rejects removals of members that are held, and gives whose they were: the teams themselves go on. */
export async function rejectRemovals(tx: Queryable, decision: HoldDecision): Promise<readonly string[]> {
  const { rows } = await tx.query<{ id: string }>(rejectRemovalsText, values(decision))
  return rows.map(({ id }) => id)
}

const rejectRemovalsText = {
  query_timeout: gateTimeoutMs,
  text: `with rejected as (${decided('rejected')}),
    gone as (
      delete from work_items w using rejected r
      where w.organization_id = $1 and w.app_id = $3 and w.object_id = r.object_id and ${waitsHere}
    )
    select object_id as id from rejected where $4::timestamptz is not null`,
}

/** Rejects what is held. The objects are left as they are in the app from now on: nothing is sent for them any more. */
export async function ignoreItems(tx: Queryable, decision: HoldDecision): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(ignore, values(decision))
  return rows[0]?.count ?? 0
}

const ignore = {
  query_timeout: gateTimeoutMs,
  text: `with rejected as (${decided('rejected')}),
    ignored as (
      update links l set state = 'ignored' from rejected r
      where l.organization_id = $1 and l.app_id = $3 and l.object_id = r.object_id and l.state in ('linked', 'disabled')
    ),
    gone as (
      delete from work_items w using rejected r
      where w.organization_id = $1 and w.app_id = $3 and w.object_id = r.object_id and ${waitsHere}
    )
    select count(*) as count from rejected`,
}

/** Rejects what is held because its cause was undone: it is judged anew, and held again if it still is destructive. */
export async function evaluateItemsAgain(tx: Queryable, decision: HoldDecision): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(evaluateAgain, values(decision))
  return rows[0]?.count ?? 0
}

const evaluateAgain = {
  query_timeout: gateTimeoutMs,
  text: `with rejected as (${decided('rejected')}),
    again as (
      update work_items w set stage = 'evaluate', due_at = $4, generation = generation + 1, cycle_id = null from rejected r
      where w.organization_id = $1 and w.app_id = $3 and w.object_id = r.object_id and ${waitsHere}
    )
    select count(*) as count from rejected`,
}

/** Closes a hold in which nothing waits any more; true when it did. */
export async function closeHold(
  tx: Queryable,
  { organizationId, holdId, now }: { organizationId: string; holdId: string; now: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    {
      text: `update gate_holds h set state = 'decided', decided_at = $3, version = version + 1
        where organization_id = $1 and id = $2 and state = 'open' and not exists (
          select from gate_hold_items i where i.organization_id = $1 and i.hold_id = $2 and i.state = 'held')`,
    },
    [organizationId, holdId, now],
  )
  return rowCount > 0
}

/** Open holds of all organizations, oldest first: what a job of the instance settles. */
export async function selectOpenHolds(
  db: Queryable,
  rowsMax: number,
): Promise<readonly { readonly organizationId: string; readonly holdId: string; readonly lapsesAt: Date }[]> {
  const { rows } = await db.query<{ organizationId: string; holdId: string; lapsesAt: Date }>(
    {
      text: `select organization_id as "organizationId", id as "holdId", lapses_at as "lapsesAt" from gate_holds
        where state = 'open' order by lapses_at limit $1`,
    },
    [rowsMax],
  )
  return rows
}

/**
 * Takes out what is not destructive any more: its work went another way, or is done. What waits to be evaluated or judged
 * stays until that is known.
 */
export async function releaseReversed(
  tx: Queryable,
  hold: { readonly organizationId: string; readonly holdId: string; readonly appId: string; readonly now: Date },
): Promise<number> {
  const { rowCount } = await tx.query(reversed, [hold.organizationId, hold.holdId, hold.appId, hold.now])
  return rowCount
}

const reversed = {
  query_timeout: gateTimeoutMs,
  text: `update gate_hold_items i set state = 'reversed', decided_at = $4
    where i.organization_id = $1 and i.hold_id = $2 and i.state = 'held' and not exists (
      select from work_items w where w.organization_id = $1 and w.app_id = $3 and w.object_id = i.object_id
        and (w.stage in ('gate', 'evaluate') or ${waitsHere}))`,
}

/** Nobody decided in time: what waited is judged anew. */
export async function lapseHold(
  tx: Queryable,
  hold: { readonly organizationId: string; readonly holdId: string; readonly appId: string; readonly now: Date },
): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(lapse, [hold.organizationId, hold.holdId, hold.appId, hold.now])
  return rows[0]?.count ?? 0
}

const lapse = {
  query_timeout: gateTimeoutMs,
  text: `with closed as (
      update gate_holds set state = 'lapsed', decided_at = $4, version = version + 1 where organization_id = $1 and id = $2
    ),
    lapsed as (
      update gate_hold_items set state = 'lapsed', decided_at = $4
      where organization_id = $1 and hold_id = $2 and state = 'held' returning object_id
    ),
    again as (
      update work_items w set stage = 'evaluate', due_at = $4, generation = generation + 1, cycle_id = null from lapsed l
      where w.organization_id = $1 and w.app_id = $3 and w.object_id = l.object_id and ${waitsHere}
    )
    select count(*) as count from lapsed`,
}
