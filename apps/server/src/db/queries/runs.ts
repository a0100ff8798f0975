import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'
import { insertAccessChange } from './access-changes.ts'

export type RunState = 'queued' | 'running' | 'done' | 'failed'

export type RunRow = {
  readonly organizationId: string
  readonly id: string
  readonly kind: string
  readonly permission: string
  readonly state: RunState
  readonly input: JsonObject
  readonly checkpoint: JsonObject | null
  readonly done: number
  readonly total: number | null
  readonly attempt: number
  readonly failures: number
  readonly createdBy: string
  readonly requestId: string | null
  readonly createdAt: Date
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  readonly result: JsonObject | null
  readonly error: string | null
}

/** One attempt of one run: whoever holds another one has lost it. */
export type RunClaim = Pick<RunRow, 'organizationId' | 'id' | 'attempt'>

const columns = `organization_id as "organizationId", id, kind, permission, state, input, checkpoint, done, total, attempt,
  failures, created_by as "createdBy", request_id as "requestId", created_at as "createdAt", started_at as "startedAt",
  ended_at as "endedAt", result, error`

export type NewRun = {
  readonly organizationId: string
  readonly id: string
  readonly kind: string
  /** Whoever has it may read the run and its result. */
  readonly permission: string
  readonly input: JsonObject
  readonly createdBy: string
  readonly requestId: string | undefined
  readonly createdAt: Date
  /** Not begun before; left out: at once. */
  readonly dueAt?: Date
}

/** Queues a run in the caller's transaction, with its change: it begins when that is committed. */
export async function insertRun(tx: Queryable, run: NewRun): Promise<RunRow> {
  await insertAccessChange(tx, {
    organizationId: run.organizationId,
    at: run.createdAt,
    action: 'run.queued',
    subjectId: run.id,
    subjectVersion: 0,
    actor: run.createdBy,
    requestId: run.requestId,
    data: { kind: run.kind, input: run.input },
  })
  const { rows } = await tx.query<RunRow>(
    {
      text: `insert into runs (organization_id, id, kind, permission, input, created_by, request_id, created_at, due_at)
        values ($1, $2, $3, $4, $5::json, $6, $7, $8, $9) returning ${columns}`,
    },
    [
      run.organizationId,
      run.id,
      run.kind,
      run.permission,
      JSON.stringify(run.input),
      run.createdBy,
      run.requestId ?? null,
      run.createdAt,
      run.dueAt ?? run.createdAt,
    ],
  )
  const [row] = rows
  if (row === undefined) throw new Error('The statement returned no row')
  return row
}

export async function selectRun(db: Queryable, organizationId: string, id: string): Promise<RunRow | undefined> {
  const { rows } = await db.query<RunRow>(
    { name: 'run-by-id', text: `select ${columns} from runs where organization_id = $1 and id = $2` },
    [organizationId, id],
  )
  return rows[0]
}

export type RunFilter = {
  readonly state?: RunState | undefined
  readonly kind?: string | undefined
  /** Undefined: whatever it took to start them. */
  readonly permissions?: readonly string[] | undefined
}

const matches = `organization_id = $1 and ($2::text is null or state = $2) and ($3::text is null or kind = $3)
  and ($4::text[] is null or permission = any($4))`

function valuesOf(organizationId: string, { state, kind, permissions }: RunFilter): readonly unknown[] {
  return [organizationId, state ?? null, kind ?? null, permissions ?? null]
}

/** Newest first, those that are older than `before`. */
export async function selectRuns(
  db: Queryable,
  organizationId: string,
  page: RunFilter & { readonly before: string | undefined; readonly limit: number },
): Promise<readonly RunRow[]> {
  const { rows } = await db.query<RunRow>(
    {
      text: `select ${columns} from runs where ${matches} and ($5::uuid is null or id < $5) order by id desc limit $6`,
    },
    [...valuesOf(organizationId, page), page.before ?? null, page.limit],
  )
  return rows
}

export async function selectRunCount(db: Queryable, organizationId: string, filter: RunFilter): Promise<number> {
  const { rows } = await db.query<{ count: number }>({ text: `select count(*) as count from runs where ${matches}` }, [
    ...valuesOf(organizationId, filter),
  ])
  return rows[0]?.count ?? 0
}

/** How many of a kind wait or run. */
export async function selectOpenRunCount(db: Queryable, organizationId: string, kind: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    {
      text: `select count(*) as count from runs
        where organization_id = $1 and kind = $2 and state in ('queued', 'running')`,
    },
    [organizationId, kind],
  )
  return rows[0]?.count ?? 0
}

/** Takes the run that has waited longest, also from a worker whose lease ran out; undefined when none is due. */
export async function claimRun(
  db: Queryable,
  { kinds, now, leaseUntil }: { readonly kinds: readonly string[]; readonly now: Date; readonly leaseUntil: Date },
): Promise<RunRow | undefined> {
  const { rows } = await db.query<RunRow>(claim, [now, leaseUntil, kinds])
  return rows[0]
}

const claim = {
  name: 'claim-run',
  text: `update runs set state = 'running', attempt = attempt + 1, failures = failures + 1, lease_until = $2,
      started_at = coalesce(started_at, $1)
    where (organization_id, id) = (
      select organization_id, id from runs
      where state in ('queued', 'running') and due_at <= $1 and (lease_until is null or lease_until <= $1)
        and kind = any($3)
      order by due_at, id limit 1 for update skip locked
    ) returning ${columns}`,
}

/** What waits for a worker: queued and due, or left behind by one that died. */
export async function selectDueRuns(
  db: Queryable,
  now: Date,
): Promise<{ readonly count: number; readonly oldest: Date | null }> {
  const { rows } = await db.query<{ count: number; oldest: Date | null }>(
    {
      text: `select count(*) as count, min(due_at) as oldest from runs
        where state in ('queued', 'running') and due_at <= $1 and (lease_until is null or lease_until <= $1)`,
    },
    [now],
  )
  return rows[0] ?? { count: 0, oldest: null }
}

/** False when another worker has taken the run. */
export async function updateRunLease(db: Queryable, run: RunClaim, leaseUntil: Date): Promise<boolean> {
  const { rowCount } = await db.query({ text: `update runs set lease_until = $4 where ${isOurs}` }, [
    run.organizationId,
    run.id,
    run.attempt,
    leaseUntil,
  ])
  return rowCount === 1
}

/** How far the run is; false when another worker has taken it. */
export async function updateRunProgress(
  db: Queryable,
  run: RunClaim,
  progress: { readonly checkpoint: JsonObject; readonly done: number; readonly total: number | null },
): Promise<boolean> {
  const { rowCount } = await db.query(
    {
      text: `update runs set checkpoint = $4::json, done = $5, total = coalesce($6, total), failures = 0
        where ${isOurs}`,
    },
    [run.organizationId, run.id, run.attempt, JSON.stringify(progress.checkpoint), progress.done, progress.total],
  )
  return rowCount === 1
}

/** Back into the queue; `failures` as they count from now on. */
export async function requeueRun(
  db: Queryable,
  run: RunClaim,
  { dueAt, failures }: { readonly dueAt: Date; readonly failures: number },
): Promise<void> {
  await db.query(
    { text: `update runs set state = 'queued', lease_until = null, due_at = $4, failures = $5 where ${isOurs}` },
    [run.organizationId, run.id, run.attempt, dueAt, failures],
  )
}

/** The end of a run, in the caller's transaction; false when another worker has taken it. */
export async function updateRunEnd(
  tx: Queryable,
  run: RunClaim,
  end: { readonly at: Date } & (
    | { readonly state: 'done'; readonly result: JsonObject }
    | { readonly state: 'failed'; readonly error: string }
  ),
): Promise<boolean> {
  const { rowCount } = await tx.query(
    {
      text: `update runs set state = $4, lease_until = null, ended_at = $5, result = $6::json, error = $7,
          total = case when $4 = 'done' then greatest(total, done) else total end
        where ${isOurs}`,
    },
    [
      run.organizationId,
      run.id,
      run.attempt,
      end.state,
      end.at,
      end.state === 'done' ? JSON.stringify(end.result) : null,
      end.state === 'failed' ? end.error : null,
    ],
  )
  return rowCount === 1
}

const isOurs = `organization_id = $1 and id = $2 and attempt = $3 and state = 'running'`

export async function deleteRunsBefore(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query({ text: 'delete from runs where ended_at < $1' }, [before])
  return rowCount
}
