import type { Queryable } from '../pool.ts'

/** What can cost somebody something; see provisioning/gate. */
export type DestructiveClass = 'disable' | 'delete' | 'memberRemoval' | 'clear'

export type AppOf = { readonly organizationId: string; readonly appId: string }

/** One decision of one app: its token marks the items that it is about, so that what comes meanwhile is left to the next. */
export type GateTurn = AppOf & { readonly token: string; readonly now: Date }

/** Whether anything waits before the gate of the app at all. */
export async function hasGateItems(db: Queryable, { organizationId, appId }: AppOf): Promise<boolean> {
  const { rows } = await db.query<{ waits: boolean }>(anyWaiting, [organizationId, appId])
  return rows[0]?.waits ?? false
}

const anyWaiting = {
  name: 'has_gate_items',
  text: `select exists (select from work_items where organization_id = $1 and app_id = $2 and stage = 'gate') as waits`,
}

/** A decision may be about everybody: it takes longer than other statements may. */
export const gateTimeoutMs = 10 * 60_000

/** The app's turn, until the end of the transaction: what several workers count adds up. */
export async function lockGate(tx: Queryable, { organizationId, appId }: AppOf): Promise<void> {
  await tx.query({ text: `set local statement_timeout = ${gateTimeoutMs}` })
  const text = `select pg_advisory_xact_lock(hashtextextended('gate ' || $1::text || $2::text, 0))`
  await tx.query({ text, query_timeout: gateTimeoutMs }, [organizationId, appId])
}

/**
 * Marks what is to be decided now, and says how many. Left out is what others of its kind are still being evaluated with: the
 * slices of a cycle, or the changes that have arrived; for the latter nothing waits longer than since `waitedSince`.
 */
export async function markGateItems(tx: Queryable, turn: GateTurn & { readonly waitedSince: Date }): Promise<number> {
  const { organizationId, appId, token, now, waitedSince } = turn
  const { rowCount } = await tx.query(mark, [organizationId, appId, token, now, waitedSince])
  return rowCount
}

const mark = {
  name: 'mark_gate_items',
  query_timeout: gateTimeoutMs,
  text: `update work_items w set lease_owner = $3 where w.ctid = any (array(
      select g.ctid from work_items g
      where g.organization_id = $1 and g.app_id = $2 and g.stage = 'gate' and (
        g.lane = 1
        or g.cycle_id is not null and not exists (
          select from cycles c where c.organization_id = $1 and c.id = g.cycle_id and c.state = 'evaluating')
        or g.cycle_id is null and (g.due_at <= $5 or not exists (
          select from work_items e where e.organization_id = $1 and e.app_id = $2 and e.stage = 'evaluate'
            and e.due_at <= $4 and e.cycle_id is null))
      )
      order by g.object_id for update
    ))`,
}

/** Back into the hold: what is in an open one already, and what the same cycle brings for it afterwards. */
export async function holdAgain(tx: Queryable, turn: GateTurn): Promise<number> {
  const { organizationId, appId, token, now } = turn
  const { rowCount } = await tx.query(again, [organizationId, appId, token, now])
  return rowCount
}

const again = {
  query_timeout: gateTimeoutMs,
  text: `with open as materialized (
      select id, class from gate_holds where organization_id = $1 and app_id = $2 and state = 'open'
    ),
    cycles as materialized (
      select distinct o.id as hold_id, i.cycle_id from open o
      join gate_hold_items i on i.organization_id = $1 and i.hold_id = o.id and i.state = 'held' and i.cycle_id is not null
    ),
    mine as materialized (
      select w.object_id, o.id as hold_id from work_items w join open o on o.class = w.destructive_class
      where w.organization_id = $1 and w.app_id = $2 and w.stage = 'gate' and w.lease_owner = $3 and (
        (o.id, w.cycle_id) in (select hold_id, cycle_id from cycles)
        or exists (select from gate_hold_items i where i.organization_id = $1 and i.hold_id = o.id
          and i.object_id = w.object_id and i.state = 'held'))
    ),
    held as (
      update work_items w set stage = 'held', lease_owner = null, is_admitted = false from mine m
      where w.organization_id = $1 and w.app_id = $2 and w.object_id = m.object_id
      returning m.hold_id, w.object_id, w.kind, w.destructive, w.cycle_id
    )
    insert into gate_hold_items (organization_id, hold_id, object_id, kind, cause, facts, cycle_id, held_at)
    select $1, hold_id, object_id, kind, coalesce(destructive ->> 'cause', ''), destructive, cycle_id, $4 from held
    on conflict (organization_id, hold_id, object_id) do update
      set state = 'held', cause = excluded.cause, facts = excluded.facts, decided_at = null, decided_by = null, passed_at = null`,
}

/** What somebody approved while it was being evaluated anew: it passes, once. */
export async function passApproved(tx: Queryable, turn: GateTurn & { readonly approvedSince: Date }): Promise<number> {
  const { organizationId, appId, token, now, approvedSince } = turn
  const { rowCount } = await tx.query(approved, [organizationId, appId, token, now, approvedSince])
  return rowCount
}

const approved = {
  query_timeout: gateTimeoutMs,
  text: `with used as (
      update gate_hold_items i set passed_at = $4 from gate_holds h, work_items w
      where h.organization_id = $1 and h.app_id = $2 and i.organization_id = $1 and i.hold_id = h.id
        and i.state = 'approved' and i.passed_at is null and i.decided_at > $5
        and w.organization_id = $1 and w.app_id = $2 and w.stage = 'gate' and w.lease_owner = $3
        and w.object_id = i.object_id and w.destructive_class = h.class
        and coalesce((w.destructive ->> 'count')::integer, 1) <= coalesce((i.facts ->> 'count')::integer, 1)
      returning i.object_id
    )
    update work_items w set stage = case destructive_class when 'memberRemoval' then 'members' else 'export' end,
      lease_owner = null, is_admitted = true, due_at = $4
    where w.organization_id = $1 and w.app_id = $2 and w.object_id in (select object_id from used)`,
}

/** What is to be decided, in numbers. */
export type GateCount =
  | { readonly about: 'class'; readonly name: DestructiveClass; readonly is_by_hand: boolean; readonly count: number }
  | { readonly about: 'cleared' | 'changed'; readonly name: string; readonly count: number }
  /** A team by its id, with the members that it has in the app. */
  | { readonly about: 'team'; readonly name: string; readonly count: number; readonly members: number }

export async function countGateItems(tx: Queryable, turn: GateTurn): Promise<readonly GateCount[]> {
  const { rows } = await tx.query<GateCount>(countMarked, [turn.organizationId, turn.appId, turn.token])
  return rows
}

const countMarked = {
  query_timeout: gateTimeoutMs,
  text: `with marked as materialized (
      select object_id, lane, destructive_class as class, destructive, coalesce((destructive ->> 'count')::integer, 1) as count
      from work_items where organization_id = $1 and app_id = $2 and stage = 'gate' and lease_owner = $3
    )
    select 'class' as about, class as name, lane = 1 as is_by_hand, sum(count) as count, null::bigint as members
    from marked group by class, lane = 1
    union all
    select f.effect, a.name, null, count(*), null
    from marked m cross join (values ('cleared'), ('changed')) f (effect)
    cross join jsonb_array_elements_text(coalesce(m.destructive -> f.effect, '[]')) a (name)
    where m.class = 'clear' group by f.effect, a.name
    union all
    select 'team', m.object_id::text, null, m.count, (
      select count(*) from member_edges e where e.organization_id = $1 and e.app_id = $2 and e.team_id = m.object_id
        and e.is_present is distinct from false)
    from marked m where m.class = 'memberRemoval'`,
}

/** What was let through since then, by class and detail. */
export async function selectGateUsage(
  db: Queryable,
  app: AppOf & { readonly since: Date },
): Promise<readonly { readonly class: DestructiveClass; readonly detail: string; readonly count: number }[]> {
  const { rows } = await db.query<{ class: DestructiveClass; detail: string; count: number }>(
    {
      text: `select class, detail, sum(count) as count from gate_usage
        where organization_id = $1 and app_id = $2 and minute + interval '1 minute' > $3 group by class, detail`,
    },
    [app.organizationId, app.appId, app.since],
  )
  return rows
}

/** Accounts and groups of the app that stand, and those that stood at that time. */
export async function countLiveLinks(
  db: Queryable,
  { organizationId, appId, since }: AppOf & { readonly since: Date },
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    {
      text: `select count(*) as count from links where organization_id = $1 and app_id = $2
        and (state = 'linked' or state in ('disabled', 'dead') and left_at > $3)`,
    },
    [organizationId, appId, since],
  )
  return rows[0]?.count ?? 0
}

/** What of the marked items is held; all else of them passes. */
export type GateVerdict = {
  /** Whole classes; `byHand` says whether what a person asked for alone is among it. */
  readonly classes: readonly { readonly class: DestructiveClass; readonly byHand: boolean }[]
  readonly cleared: readonly string[]
  readonly changed: readonly string[]
  readonly teams: readonly string[]
}

/** Freezes by name, one hold a class; a hold of the class that is open gets more. */
export async function holdGateItems(
  tx: Queryable,
  turn: GateTurn,
  held: GateVerdict & { readonly holdIds: Readonly<Partial<Record<DestructiveClass, string>>> },
): Promise<number> {
  const { rowCount } = await tx.query(hold, [
    turn.organizationId,
    turn.appId,
    turn.token,
    turn.now,
    held.classes.filter(({ byHand }) => !byHand).map((one) => one.class),
    held.classes.filter(({ byHand }) => byHand).map((one) => one.class),
    held.cleared,
    held.changed,
    held.teams,
    JSON.stringify(held.holdIds),
  ])
  return rowCount
}

const hold = {
  query_timeout: gateTimeoutMs,
  text: `with held as (
      update work_items w set stage = 'held', lease_owner = null, is_admitted = false
      where w.organization_id = $1 and w.app_id = $2 and w.stage = 'gate' and w.lease_owner = $3 and (
        w.destructive_class = any ($5::text[]) and w.lane <> 1
        or w.destructive_class = any ($6::text[])
        or w.destructive_class = 'clear'
          and (w.destructive -> 'cleared' ?| $7::text[] or w.destructive -> 'changed' ?| $8::text[])
        or w.destructive_class = 'memberRemoval' and w.object_id = any ($9::uuid[])
      )
      returning w.object_id, w.kind, w.destructive_class as class, w.destructive, w.cycle_id
    )
    insert into gate_hold_items (organization_id, hold_id, object_id, kind, cause, facts, cycle_id, held_at)
    select $1, ($10::jsonb ->> class)::uuid, object_id, kind, coalesce(destructive ->> 'cause', ''), destructive, cycle_id, $4
    from held
    on conflict (organization_id, hold_id, object_id) do update
      set state = 'held', cause = excluded.cause, facts = excluded.facts, decided_at = null, decided_by = null, passed_at = null`,
}

/** Lets the rest of the marked items through, and counts it. */
export async function admitGateItems(tx: Queryable, turn: GateTurn): Promise<number> {
  const { organizationId, appId, token, now } = turn
  const { rows } = await tx.query<{ count: number }>(admit, [organizationId, appId, token, now])
  return rows[0]?.count ?? 0
}

const admit = {
  query_timeout: gateTimeoutMs,
  text: `with admitted as (
      update work_items w set stage = case w.destructive_class when 'memberRemoval' then 'members' else 'export' end,
        lease_owner = null, is_admitted = true, due_at = $4
      where w.organization_id = $1 and w.app_id = $2 and w.stage = 'gate' and w.lease_owner = $3
      returning w.object_id, w.destructive_class as class, w.destructive,
        coalesce((w.destructive ->> 'count')::integer, 1) as count
    ), used as (
      insert into gate_usage (organization_id, app_id, class, detail, minute, count)
      select $1, $2, class, detail, date_trunc('minute', $4::timestamptz), sum(count) from (
        select class, '' as detail, count from admitted
        union all
        select 'memberRemoval', object_id::text, count from admitted where class = 'memberRemoval'
        union all
        select 'clear', f.effect || ' ' || a.name, 1
        from admitted m cross join (values ('cleared'), ('changed')) f (effect)
        cross join jsonb_array_elements_text(coalesce(m.destructive -> f.effect, '[]')) a (name)
        where m.class = 'clear'
      ) u group by class, detail
      on conflict (organization_id, app_id, class, detail, minute) do update set count = gate_usage.count + excluded.count
    )
    select count(*) as count from admitted`,
}

/** Until when the gate is off, when somebody switched it off. */
export async function selectGatePause(
  db: Queryable,
  { organizationId, appId }: AppOf,
): Promise<GatePauseRow | undefined> {
  const { rows } = await db.query<GatePauseRow>(
    { text: 'select reason, until, paused_by, paused_at from gate_pauses where organization_id = $1 and app_id = $2' },
    [organizationId, appId],
  )
  return rows[0]
}

export async function upsertGatePause(tx: Queryable, app: AppOf, pause: GatePauseRow): Promise<void> {
  await tx.query(
    {
      text: `insert into gate_pauses (organization_id, app_id, reason, until, paused_by, paused_at)
        values ($1, $2, $3, $4, $5, $6) on conflict (organization_id, app_id) do update
          set reason = $3, until = $4, paused_by = $5, paused_at = $6`,
    },
    [app.organizationId, app.appId, pause.reason, pause.until, pause.paused_by, pause.paused_at],
  )
}

/** True when there was one. */
export async function deleteGatePause(tx: Queryable, { organizationId, appId }: AppOf): Promise<boolean> {
  const text = 'delete from gate_pauses where organization_id = $1 and app_id = $2'
  const { rowCount } = await tx.query({ text }, [organizationId, appId])
  return rowCount > 0
}

export type GatePauseRow = {
  readonly reason: string
  readonly until: Date
  readonly paused_by: string
  readonly paused_at: Date
}

/** What is older than any window. */
export async function deleteGateUsage(db: Queryable, before: Date): Promise<void> {
  await db.query({ text: 'delete from gate_usage where minute < $1' }, [before])
}
