import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'
import type { AppOf, ObjectKind } from './provisioning-work.ts'

export type CycleKind = 'initial' | 'incremental' | 'full' | 'reconciliation'
export type CycleState = 'evaluating' | 'exporting' | 'done' | 'cancelled' | 'failed'

export type CycleRow = {
  readonly id: string
  readonly kind: CycleKind
  readonly state: CycleState
  readonly rulesRevision: number
  readonly resendsAll: boolean
  readonly startedAt: Date
  readonly endedAt: Date | null
  readonly estimate: number | null
  readonly counters: JsonObject
}

const columns = `id, kind, state, rules_revision as "rulesRevision", resends_all as "resendsAll", started_at as "startedAt",
  ended_at as "endedAt", estimate, counters`

/** The latest cycle that was not cancelled. */
export async function selectLatestCycle(db: Queryable, app: AppOf): Promise<CycleRow | undefined> {
  const { rows } = await db.query<CycleRow>(latest, [app.organizationId, app.appId])
  return rows[0]
}

const latest = {
  name: 'latest_cycle',
  text: `select ${columns} from cycles where organization_id = $1 and app_id = $2 and state <> 'cancelled'
    order by started_at desc limit 1`,
}

export type NewCycle = AppOf & {
  readonly id: string
  readonly kind: CycleKind
  readonly revision: number
  readonly resendsAll: boolean
  readonly now: Date
}

/** False when one runs already. */
export async function insertCycle(tx: Queryable, cycle: NewCycle): Promise<boolean> {
  const { rowCount } = await tx.query(
    {
      text: `insert into cycles (organization_id, id, app_id, kind, state, rules_revision, resends_all, started_at)
        values ($1, $2, $3, $4, 'evaluating', $5, $6, $7)
        on conflict (organization_id, app_id) where ended_at is null do nothing`,
    },
    [cycle.organizationId, cycle.id, cycle.appId, cycle.kind, cycle.revision, cycle.resendsAll, cycle.now],
  )
  return rowCount === 1
}

/** Ends the cycle that runs, if one does; what it queued stays queued. */
export async function cancelOpenCycle(tx: Queryable, app: AppOf, now: Date): Promise<void> {
  const { rows } = await tx.query<{ id: string }>(
    {
      text: `update cycles set state = 'cancelled', ended_at = $3
        where organization_id = $1 and app_id = $2 and ended_at is null returning id`,
    },
    [app.organizationId, app.appId, now],
  )
  for (const { id } of rows)
    await tx.query({ text: 'delete from cycle_slices where organization_id = $1 and cycle_id = $2' }, [
      app.organizationId,
      id,
    ])
}

/** Other rules may want something else of what waits for a person: it is judged anew. */
export async function evaluateHeldAgain(tx: Queryable, app: AppOf, now: Date): Promise<void> {
  await tx.query(
    {
      text: `update work_items set stage = 'evaluate', due_at = $3, generation = generation + 1
        where organization_id = $1 and app_id = $2 and stage = 'held'`,
    },
    [app.organizationId, app.appId, now],
  )
}

/** Cuts everybody of the organization into slices of so many, by their ids; gives how many there are. */
export async function insertSlices(
  tx: Queryable,
  cycle: { readonly organizationId: string; readonly id: string },
  { kind, sliceSize }: { readonly kind: ObjectKind; readonly sliceSize: number },
): Promise<number> {
  const values = [cycle.organizationId, cycle.id, kind, sliceSize]
  const { rows } = await tx.query<{ count: number }>(
    {
      text: `with numbered as (
          select id, row_number() over (order by id) as number from ${tables[kind]} where organization_id = $1
        ), bounds as (
          select id as up_to, lag(id) over (order by id) as after, row_number() over (order by id) as position
          from numbered where number % $4::bigint = 0
        ), inserted as (
          insert into cycle_slices (organization_id, cycle_id, kind, position, after_id, up_to_id)
          select $1::uuid, $2::uuid, $3::text, position, after, up_to from bounds
          union all
          select $1::uuid, $2::uuid, $3::text, coalesce(max(position), 0) + 1, (array_agg(up_to order by position desc))[1], null::uuid
          from bounds
        )
        select count(*) as count from numbered`,
    },
    values,
  )
  return rows[0]?.count ?? 0
}

const tables = { user: 'users', team: 'teams' } as const

export async function updateEstimate(
  tx: Queryable,
  cycle: { readonly organizationId: string; readonly id: string; readonly estimate: number },
): Promise<void> {
  await tx.query({ text: 'update cycles set estimate = $3 where organization_id = $1 and id = $2' }, [
    cycle.organizationId,
    cycle.id,
    cycle.estimate,
  ])
}

/** A range of ids: behind `reachedId`, up to `upToId` (null: the end). */
export type SliceRow = {
  readonly kind: ObjectKind
  readonly position: number
  readonly reachedId: string | null
  readonly upToId: string | null
  readonly epoch: number
}

/** Takes a slice that nobody works on, people before teams; undefined when there is none. */
export async function claimSlice(
  db: Queryable,
  cycle: { readonly organizationId: string; readonly id: string },
  claim: { readonly owner: string; readonly now: Date; readonly leaseUntil: Date },
): Promise<SliceRow | undefined> {
  const { rows } = await db.query<SliceRow>(claimText, [
    cycle.organizationId,
    cycle.id,
    claim.now,
    claim.leaseUntil,
    claim.owner,
  ])
  return rows[0]
}

const claimText = {
  name: 'claim_slice',
  text: `update cycle_slices s set lease_owner = $5, lease_until = $4, lease_epoch = s.lease_epoch + 1
    where s.ctid = any (array(
      select c.ctid from cycle_slices c
      where c.organization_id = $1 and c.cycle_id = $2 and not c.is_done and (c.lease_until is null or c.lease_until <= $3)
      order by c.kind desc, c.position limit 1 for update skip locked
    ))
    returning s.kind, s.position, coalesce(s.reached_id, s.after_id) as "reachedId", s.up_to_id as "upToId",
      s.lease_epoch as epoch`,
}

/** The next ids of a slice. */
export async function selectSliceIds(
  db: Queryable,
  organizationId: string,
  slice: SliceRow,
  rowsMax: number,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    {
      name: `slice_ids_${slice.kind}`,
      text: `select id from ${tables[slice.kind]} where organization_id = $1 and ($2::uuid is null or id > $2)
          and ($3::uuid is null or id <= $3) order by id limit $4`,
    },
    [organizationId, slice.reachedId, slice.upToId, rowsMax],
  )
  return rows.map(({ id }) => id)
}

/** How far the slice has come; false when it is somebody else's by now: then nothing of the batch counts. */
export async function advanceSlice(
  tx: Queryable,
  cycle: { readonly organizationId: string; readonly id: string },
  slice: SliceRow,
  reached: { readonly id: string | null; readonly isDone: boolean; readonly leaseUntil: Date | null },
): Promise<boolean> {
  const { rowCount } = await tx.query(advance, [
    cycle.organizationId,
    cycle.id,
    slice.kind,
    slice.position,
    slice.epoch,
    reached.id,
    reached.isDone,
    reached.leaseUntil,
  ])
  return rowCount === 1
}

const advance = {
  name: 'advance_slice',
  text: `update cycle_slices set reached_id = coalesce($6::uuid, reached_id), is_done = $7, lease_until = $8
    where organization_id = $1 and cycle_id = $2 and kind = $3 and position = $4 and lease_epoch = $5 and not is_done`,
}

/** Moves the cycle on when everybody in it was evaluated; true when it has moved. */
export async function updateEvaluatedCycle(db: Queryable, app: AppOf, cycleId: string): Promise<boolean> {
  const { rowCount } = await db.query(evaluated, [app.organizationId, app.appId, cycleId])
  return rowCount === 1
}

const evaluated = {
  name: 'cycle_evaluated',
  text: `update cycles c set state = 'exporting' where c.organization_id = $1 and c.id = $3 and c.state = 'evaluating'
    and not exists (
      select from cycle_slices s where s.organization_id = $1 and s.cycle_id = $3 and not s.is_done)
    and not exists (
      select from work_items w where w.organization_id = $1 and w.app_id = $2 and w.stage = 'evaluate' and w.cycle_id = $3)`,
}

/** Ends the cycle when nothing that it queued is under way any more; what waits in escrow or is held does not keep it open. */
export async function updateExportedCycle(
  tx: Queryable,
  app: AppOf,
  cycle: { readonly id: string; readonly now: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(exported, [app.organizationId, app.appId, cycle.id, cycle.now])
  if (rowCount === 0) return false
  await tx.query(forget, [app.organizationId, cycle.id])
  return true
}

const exported = {
  name: 'cycle_exported',
  text: `update cycles c set state = 'done', ended_at = $4
    where c.organization_id = $1 and c.id = $3 and c.state = 'exporting' and not exists (
      select from work_items w where w.organization_id = $1 and w.app_id = $2 and w.cycle_id = $3
        and w.stage in ('evaluate', 'gate', 'export', 'members'))`,
}

const forget = {
  name: 'forget_slices',
  text: 'delete from cycle_slices where organization_id = $1 and cycle_id = $2',
}

/** Gives what is due to a cycle of a tick; how many there were. */
export async function adoptDueWork(
  tx: Queryable,
  app: AppOf,
  cycle: { readonly id: string; readonly now: Date },
): Promise<number> {
  const { rowCount } = await tx.query(
    {
      text: `update work_items set cycle_id = $3
        where organization_id = $1 and app_id = $2 and stage = 'evaluate' and due_at <= $4 and cycle_id is null`,
    },
    [app.organizationId, app.appId, cycle.id, cycle.now],
  )
  return rowCount
}

/** What became of a cycle: operations that were done, and objects that it left behind. */
export type CycleCounters = Readonly<Record<keyof typeof actions | 'skipped' | 'failed' | 'held', number>>

/**
 * Counts what the log says of a cycle that has ended, and what waits in escrow or for a person because of it. `fromId` is
 * below the ids of all its lines.
 */
export async function countCycle(
  db: Queryable,
  app: AppOf,
  cycle: { readonly id: string; readonly startedAt: Date; readonly fromId: string },
): Promise<CycleCounters> {
  const { id, startedAt, fromId } = cycle
  const values = [app.organizationId, app.appId, id, startedAt, fromId]
  const { rows } = await db.query<CycleCounters>(countAll, values)
  const [counters] = rows
  if (counters === undefined) throw new Error('A count came back without a row')
  return counters
}

const actions = {
  created: 'create',
  adopted: 'adopt',
  updated: 'update',
  disabled: 'disable',
  enabled: 'enable',
  deleted: 'delete',
  unlinked: 'unlink',
} as const

const countAll = {
  text: `select l.*, w.* from (
      select ${Object.entries(actions)
        .map(([name, action]) => `count(*) filter (where status = 'success' and action = '${action}') as ${name}`)
        .join(', ')},
        count(*) filter (where status = 'skipped') as skipped
      from provisioning_log where organization_id = $1 and app_id = $2 and cycle_id = $3 and at >= $4 and id >= $5
    ) l cross join (
      select count(*) filter (where stage = 'escrow') as failed, count(*) filter (where stage = 'held') as held
      from work_items where organization_id = $1 and app_id = $2 and cycle_id = $3
    ) w`,
}

/** Kept with the cycle when it has ended. */
export async function updateCounters(
  tx: Queryable,
  app: AppOf,
  cycle: { readonly id: string; readonly counters: CycleCounters },
): Promise<void> {
  await tx.query({ text: 'update cycles set counters = $3::jsonb where organization_id = $1 and id = $2' }, [
    app.organizationId,
    cycle.id,
    JSON.stringify(cycle.counters),
  ])
}

/** An app that was told to stop has stopped once no cycle runs. */
export async function updateStoppedApp(tx: Queryable, app: AppOf, now: Date): Promise<number | undefined> {
  const { rows } = await tx.query<{ version: number }>(
    {
      text: `update apps a set state = 'stopped', version = version + 1, updated_at = $3
        where a.organization_id = $1 and a.id = $2 and a.state = 'stopping' and not exists (
          select from cycles c where c.organization_id = $1 and c.app_id = $2 and c.ended_at is null)
        returning version`,
    },
    [app.organizationId, app.appId, now],
  )
  return rows[0]?.version
}
