import type { Queryable } from '../pool.ts'
import { toBinaryArray, toTextArray, toUuidArray } from '../binary-array.ts'

export type AppOf = { readonly organizationId: string; readonly appId: string }

export type ObjectKind = 'user' | 'team'

export type WorkStage = 'evaluate' | 'gate' | 'held' | 'export' | 'members' | 'reference' | 'escrow'

/** One object's turn: whoever holds another epoch has lost it. */
export type WorkRow = {
  readonly objectId: string
  readonly kind: ObjectKind
  readonly stage: WorkStage
  readonly lane: number
  /** What changed after this one was read is done again. */
  readonly generation: number
  readonly destructiveClass: string | null
  readonly isAdmitted: boolean
  /** What the gate let through or is to count (GateFacts), as JSON. */
  readonly destructive: string | null
  readonly initiator: string
  readonly cycleId: string | null
  readonly epoch: number
}

const columns = `w.object_id as "objectId", w.kind, w.stage, w.lane, w.generation, w.destructive_class as "destructiveClass",
  w.is_admitted as "isAdmitted", w.destructive::text as destructive, w.initiator, w.cycle_id as "cycleId", w.lease_epoch as epoch`

export type NewWork = {
  readonly objectId: string
  readonly kind: ObjectKind
  readonly lane: number
  /** Where it begins; left out: with its evaluation. */
  readonly stage?: WorkStage
  readonly dueAt?: Date
  readonly destructiveClass?: string | null
  readonly destructive?: string | null | undefined
}

/**
 * Says that objects are to be looked at, in the caller's transaction. One that is in work already is looked at once more;
 * one that waits in escrow or in a hold is looked at now.
 */
export async function enqueueWork(
  tx: Queryable,
  app: AppOf,
  work: {
    readonly objects: readonly NewWork[]
    readonly initiator: string
    readonly dueAt: Date
    readonly cycleId?: string | undefined
  },
): Promise<void> {
  const { objects, initiator, dueAt, cycleId = null } = work
  if (objects.length === 0) return
  await tx.query(enqueue, [
    app.organizationId,
    app.appId,
    initiator,
    cycleId,
    toUuidArray(objects.map(({ objectId }) => objectId)),
    toTextArray(objects.map(({ kind }) => kind)),
    toBinaryArray(
      'smallint',
      objects.map(({ lane }) => lane),
    ),
    toTextArray(objects.map(({ stage = 'evaluate' }) => stage)),
    toBinaryArray(
      'timestamptz',
      objects.map((object) => object.dueAt ?? dueAt),
    ),
    toTextArray(objects.map(({ destructiveClass = null }) => destructiveClass)),
    toTextArray(objects.map(({ destructive = null }) => destructive)),
  ])
}

const enqueue = {
  // In the order of ids, so that two of these never wait for each other.
  text: `insert into work_items (organization_id, app_id, initiator, cycle_id, object_id, kind, lane, stage, due_at,
      destructive_class, destructive)
    select distinct on (id) $1, $2, $3, $4::uuid, id, kind, lane, stage, due, class, facts::jsonb
    from unnest($5::uuid[], $6::text[], $7::smallint[], $8::text[], $9::timestamptz[], $10::text[], $11::text[])
      n (id, kind, lane, stage, due, class, facts)
    order by id, lane
    on conflict (organization_id, app_id, object_id) do update set
      generation = work_items.generation + 1, stage = 'evaluate', lane = least(work_items.lane, excluded.lane),
      initiator = excluded.initiator,
      due_at = case when work_items.stage in ('escrow', 'held', 'reference') then excluded.due_at
        else least(work_items.due_at, excluded.due_at) end`,
}

export type WorkClaim = {
  readonly stage: WorkStage
  readonly owner: string
  readonly now: Date
  readonly leaseUntil: Date
  readonly rowsMax: number
  /** So that lanes behind get their share: only these and later ones. */
  readonly laneMin?: number | undefined
  /** So that who is urgent need not wait for what was claimed before: only these and earlier ones. */
  readonly laneMax?: number | undefined
}

/** Takes what is due, in the order in which it is to be done: most urgent lane first. Until the lease ends nobody else takes it. */
export async function claimWork(db: Queryable, app: AppOf, claim: WorkClaim): Promise<readonly WorkRow[]> {
  const { stage, owner, now, leaseUntil, rowsMax, laneMin = 0, laneMax = lanesMax } = claim
  const { rows } = await db.query<WorkRow>(claimDue, [
    app.organizationId,
    app.appId,
    stage,
    now,
    leaseUntil,
    owner,
    rowsMax,
    laneMin,
    laneMax,
  ])
  return rows
}

/** More than there are. */
const lanesMax = 99

const claimDue = {
  // `ctid = any (array(…))`: a join with a limit is planned for a tenth of the table, and reads all of it.
  // An update gives its rows as they lie in the table.
  text: `with w as (
      update work_items i set lease_owner = $6, lease_until = $5, lease_epoch = i.lease_epoch + 1
      where i.ctid = any (array(
        select c.ctid from work_items c
        where c.organization_id = $1 and c.app_id = $2 and c.stage = $3 and c.lane >= $8 and c.lane <= $9 and c.due_at <= $4
          and (c.lease_until is null or c.lease_until <= $4)
          and exists (
            select from apps a where a.organization_id = $1 and a.id = $2 and a.state in ('active', 'stopping'))
        order by c.lane, c.due_at limit $7 for update skip locked
      )) returning i.*
    )
    select ${columns} from w order by w.lane, w.due_at`,
}

/** Gives back what was not begun: others may take it at once. */
export async function releaseWork(
  db: Queryable,
  app: AppOf,
  items: readonly Pick<WorkRow, 'objectId' | 'epoch'>[],
): Promise<void> {
  if (items.length === 0) return
  const values = [
    app.organizationId,
    app.appId,
    toUuidArray(items.map(({ objectId }) => objectId)),
    toBinaryArray(
      'bigint',
      items.map(({ epoch }) => epoch),
    ),
  ]
  const { rowCount } = await db.query(release, values)
  // A row that somebody queued anew at the same moment is not found where it was: it would wait for the end of its lease.
  if (rowCount < items.length) await db.query(release, values)
}

// Every statement here finds its rows one by one, whatever the planner believes of an app that has just begun to grow: a
// subquery with `offset 0` is not flattened into a join. With a join, 10,000 people cost 25 times as much.
// What a row must be is said of the row itself too where it was not locked before: PostgreSQL before the releases of November
// 2025 does not look at `ctid` again when it has waited for somebody who changed the row. By `=` the planner would join on
// epochs, which are alike in all rows: ten times the cost.
const release = {
  text: `update work_items w set lease_owner = null, lease_until = null
    from unnest($3::uuid[], $4::bigint[]) m (id, epoch)
    cross join lateral (
      select f.ctid from work_items f
      where f.organization_id = $1 and f.app_id = $2 and f.object_id = m.id and f.lease_epoch = m.epoch offset 0) f
    where w.ctid = f.ctid and w.lease_epoch is not distinct from m.epoch`,
}

/**
 * Of these turns those that are still ours, each locked until the end of the transaction: nobody takes one over while its
 * result is written.
 */
export async function lockWork(
  tx: Queryable,
  app: AppOf,
  items: readonly Pick<WorkRow, 'objectId' | 'epoch'>[],
): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ id: string }>(lock, [
    app.organizationId,
    app.appId,
    toUuidArray(items.map(({ objectId }) => objectId)),
    toBinaryArray(
      'bigint',
      items.map(({ epoch }) => epoch),
    ),
  ])
  return new Set(rows.map(({ id }) => id))
}

const lock = {
  text: `select m.id from (select id, epoch from unnest($3::uuid[], $4::bigint[]) m (id, epoch) order by id) m
    cross join lateral (
      select from work_items w
      where w.organization_id = $1 and w.app_id = $2 and w.object_id = m.id and w.lease_epoch = m.epoch
        and w.lease_owner is not null for update) w`,
}

/** The end of a turn: the item is done and gone, or goes on in a stage at a time. */
export type WorkEnd = Pick<WorkRow, 'objectId' | 'epoch' | 'generation'> &
  (
    | { readonly isDone: true }
    | {
        readonly isDone: false
        readonly stage: WorkStage
        readonly lane: number
        readonly dueAt: Date
        readonly destructiveClass: string | null
        readonly destructive?: string | null
        readonly isAdmitted: boolean
      }
  )

/**
 * Takes turns off that are ours and done, without a lock before it; gives their objects. One that was lost, or whose object
 * changed while it was in work, stays as it is.
 */
export async function takeOffDone(tx: Queryable, app: AppOf, ends: readonly WorkEnd[]): Promise<ReadonlySet<string>> {
  const done = ends.filter(({ isDone }) => isDone)
  if (done.length === 0) return new Set()
  const { rows } = await tx.query<{ id: string }>(takeOff, keys(app, done))
  return new Set(rows.map(({ id }) => id))
}

// A row that somebody changes meanwhile has another place by then, and is not deleted.
const takeOff = {
  text: `delete from work_items w
    using (select * from unnest($3::uuid[], $4::bigint[], $5::integer[]) m (id, epoch, generation) order by id) m
    cross join lateral (
      select f.ctid from work_items f
      where f.organization_id = $1 and f.app_id = $2 and f.object_id = m.id and f.lease_epoch = m.epoch
        and f.generation = m.generation and f.lease_owner is not null offset 0) f
    where w.ctid = f.ctid and w.lease_epoch is not distinct from m.epoch
      and w.generation is not distinct from m.generation returning m.id`,
}

/** Ends turns that `lockWork` has locked. What changed while it was in work is not done: it is looked at again, at once. */
export async function endWork(tx: Queryable, app: AppOf, ends: readonly WorkEnd[], now: Date): Promise<void> {
  const done = ends.filter(({ isDone }) => isDone)
  const rest = ends.filter((end): end is WorkEnd & { isDone: false } => !end.isDone)
  if (done.length > 0) await tx.query(finish, [...keys(app, done), now])
  if (rest.length === 0) return
  await tx.query(move, [
    ...keys(app, rest),
    now,
    toTextArray(rest.map(({ stage }) => stage)),
    toBinaryArray(
      'smallint',
      rest.map(({ lane }) => lane),
    ),
    toBinaryArray(
      'timestamptz',
      rest.map(({ dueAt }) => dueAt),
    ),
    toTextArray(rest.map(({ destructiveClass }) => destructiveClass)),
    toTextArray(rest.map(({ destructive }) => destructive ?? null)),
    toBinaryArray(
      'boolean',
      rest.map(({ isAdmitted }) => isAdmitted),
    ),
  ])
}

function keys(app: AppOf, ends: readonly WorkEnd[]): readonly unknown[] {
  return [
    app.organizationId,
    app.appId,
    toUuidArray(ends.map(({ objectId }) => objectId)),
    toBinaryArray(
      'bigint',
      ends.map(({ epoch }) => epoch),
    ),
    toBinaryArray(
      'integer',
      ends.map(({ generation }) => generation),
    ),
  ]
}

const finish = {
  text: `with m as materialized (
      select m.generation, f.* from unnest($3::uuid[], $4::bigint[], $5::integer[]) m (id, epoch, generation)
      cross join lateral (
        select f.ctid, f.generation as current from work_items f
        where f.organization_id = $1 and f.app_id = $2 and f.object_id = m.id and f.lease_epoch = m.epoch offset 0) f
    ), gone as (
      delete from work_items w using m where w.ctid = m.ctid and m.current = m.generation
    )
    update work_items w set lease_owner = null, lease_until = null, stage = 'evaluate', due_at = least(w.due_at, $6)
    from m where w.ctid = m.ctid and m.current <> m.generation`,
}

const move = {
  text: `update work_items w set lease_owner = null, lease_until = null, destructive_class = m.class,
      destructive = m.facts::jsonb, is_admitted = m.admitted,
      stage = case when w.generation = m.generation then m.stage else 'evaluate' end,
      lane = case when w.generation = m.generation then m.lane else least(w.lane, m.lane) end,
      due_at = case when w.generation = m.generation then m.due else least(m.due, $6) end
    from unnest($3::uuid[], $4::bigint[], $5::integer[], $7::text[], $8::smallint[], $9::timestamptz[], $10::text[], $11::text[],
      $12::boolean[]) m (id, epoch, generation, stage, lane, due, class, facts, admitted)
    cross join lateral (
      select f.ctid from work_items f
      where f.organization_id = $1 and f.app_id = $2 and f.object_id = m.id and f.lease_epoch = m.epoch offset 0) f
    where w.ctid = f.ctid`,
}

/** An app that runs, and whether anything in it waits for a worker. */
export type WorkingAppRow = AppOf & {
  readonly version: number
  readonly revision: number
  readonly state: 'active' | 'stopping'
  readonly hasWork: boolean
}

/**
 * The apps of all organizations that run. The cost is that of a few look-ups an app, however many people there are.
 * A job of the instance.
 */
export async function selectWorkingApps(db: Queryable, now: Date): Promise<readonly WorkingAppRow[]> {
  const { rows } = await db.query<WorkingAppRow>(working, [now])
  return rows
}

// Without a name, so planned each time: a plan that was made while there was no work would read all of it, whenever it is asked.
const working = {
  text: `select a.organization_id as "organizationId", a.id as "appId", a.version, a.live_revision as revision, a.state,
      a.state = 'stopping' or exists (
        select from unnest(array['evaluate', 'gate', 'export', 'members', 'escrow']) s (stage)
        cross join lateral (
          select from work_items w where w.organization_id = a.organization_id and w.app_id = a.id and w.stage = s.stage
            and w.due_at <= $1 and (w.lease_until is null or w.lease_until <= $1) limit 1) w
      ) or exists (
        select from cycles c where c.organization_id = a.organization_id and c.app_id = a.id and c.ended_at is null
      ) or a.live_revision is distinct from (
        select c.rules_revision from cycles c where c.organization_id = a.organization_id and c.app_id = a.id
          and c.state <> 'cancelled' order by c.started_at desc limit 1
      ) as "hasWork"
    from apps a where a.state in ('active', 'stopping') and a.live_revision is not null
    order by a.organization_id, a.id`,
}
