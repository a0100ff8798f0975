import type { JsonObject } from '@rollcall/scim'
import type { Clock } from '../clock.ts'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import {
  claimRun,
  requeueRun,
  updateRunEnd,
  updateRunLease,
  updateRunProgress,
  type RunRow,
} from '../db/queries/runs.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import type { Logger } from '../telemetry/logger.ts'

/** What a kind of run works with. */
export type RunWork = {
  readonly organizationId: string
  readonly id: string
  readonly input: JsonObject
  /** What `advance` saved last, also by a worker that was killed since; undefined at the beginning. */
  readonly checkpoint: JsonObject | undefined
  readonly done: number
  readonly createdBy: string
  /** Aborted when the process stops or another worker has the run: stop between two pieces. */
  readonly signal: AbortSignal
  /**
   * Saves how far the work is. In the transaction of a piece, that piece happens exactly once;
   * without one, a piece may happen again after a crash. Throws `RunLost` when another worker has taken over.
   */
  advance(db: Queryable, progress: Progress): Promise<void>
}

export type Progress = { readonly checkpoint: JsonObject; readonly done: number; readonly total?: number }

/** One kind of long work. `execute` goes on from the checkpoint and returns what the run shows as its result. */
export type RunKind = {
  readonly name: string
  execute(work: RunWork): Promise<JsonObject>
}

export type RunWorkerOptions = {
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly kinds: readonly RunKind[]
  /** Errors that say something to a person and that no repetition cures. */
  isRefusal(error: unknown): boolean
  readonly leaseMs?: number
}

/** Another worker has the run: this one ran longer than its lease without a sign of life. */
export class RunLost extends Error {
  constructor() {
    super('Another worker has taken over this run')
    this.name = 'RunLost'
  }
}

const leaseMsDefault = 30_000
/** So many attempts in a row may come no further before a run fails. */
const failuresMax = 5
const retryBaseMs = 2_000
const unknownReason = 'Something went wrong on our side; the server’s log knows more under the id of this run'

/** Works off what is due, one run after the other, until nothing is or the signal asks to stop. */
export async function workOffRuns(options: RunWorkerOptions, signal: AbortSignal): Promise<void> {
  const kinds = new Map(options.kinds.map((kind) => [kind.name, kind]))
  while (!signal.aborted) {
    const now = options.clock()
    const run = await claimRun(options.database, { kinds: [...kinds.keys()], now, leaseUntil: leaseEnd(options) })
    const kind = kinds.get(run?.kind ?? '')
    if (run === undefined || kind === undefined) return
    await workOff(options, { run, kind }, signal)
  }
}

type Claimed = { readonly run: RunRow; readonly kind: RunKind }

async function workOff(options: RunWorkerOptions, { run, kind }: Claimed, stopping: AbortSignal): Promise<void> {
  if (run.failures > failuresMax)
    return end(options, run, { error: `Given up after ${failuresMax} attempts that came no further` })
  const lost = new AbortController()
  const heartbeat = setInterval(() => void renew(options, run, lost), (options.leaseMs ?? leaseMsDefault) / 3)
  const signal = AbortSignal.any([stopping, lost.signal])
  // What came further counts its failures from the beginning.
  let { failures } = run
  try {
    const result = await kind.execute(toWork(run, signal, () => (failures = 1)))
    await end(options, run, { result })
  } catch (error) {
    await settle(options, { ...run, failures }, { error, isStopping: stopping.aborted })
  } finally {
    clearInterval(heartbeat)
  }
}

function toWork(run: RunRow, signal: AbortSignal, onProgress: () => void): RunWork {
  const { organizationId, id, input, checkpoint, done, createdBy } = run
  return {
    organizationId,
    id,
    input,
    checkpoint: checkpoint ?? undefined,
    done,
    createdBy,
    signal,
    advance: async (db, progress) => {
      if (!(await updateRunProgress(db, run, { ...progress, total: progress.total ?? null }))) throw new RunLost()
      onProgress()
    },
  }
}

async function renew(options: RunWorkerOptions, run: RunRow, lost: AbortController): Promise<void> {
  try {
    if (!(await updateRunLease(options.database, run, leaseEnd(options)))) lost.abort(new RunLost())
  } catch (error) {
    // The next beat tries again; when none gets through, the lease runs out and the attempt's number guards the run.
    options.logger.warn({ err: error, run: run.id }, 'the lease of a run could not be renewed')
  }
}

/** What becomes of a run whose attempt ended in an error. */
async function settle(
  options: RunWorkerOptions,
  run: RunRow,
  { error, isStopping }: { readonly error: unknown; readonly isStopping: boolean },
): Promise<void> {
  const { database, clock, logger } = options
  if (error instanceof RunLost) return logger.warn({ run: run.id, kind: run.kind }, 'a run was lost to another worker')
  if (isStopping) return requeueRun(database, run, { dueAt: clock(), failures: run.failures - 1 })
  if (options.isRefusal(error))
    return end(options, run, { error: error instanceof Error ? error.message : String(error) })
  logger.warn({ err: error, run: run.id, kind: run.kind }, 'an attempt of a run failed')
  if (run.failures >= failuresMax) return end(options, run, { error: unknownReason })
  const dueAt = new Date(clock().getTime() + retryBaseMs * 2 ** run.failures)
  await requeueRun(database, run, { dueAt, failures: run.failures })
}

type Outcome = { readonly result: JsonObject } | { readonly error: string }

async function end(options: RunWorkerOptions, run: RunRow, outcome: Outcome): Promise<void> {
  const at = options.clock()
  const isDone = 'result' in outcome
  const isOurs = await transaction(options.database, async (tx) => {
    const row = isDone
      ? ({ state: 'done', result: outcome.result, at } as const)
      : ({ state: 'failed', error: outcome.error, at } as const)
    if (!(await updateRunEnd(tx, run, row))) return false
    await insertAccessChange(tx, {
      organizationId: run.organizationId,
      at,
      action: isDone ? 'run.done' : 'run.failed',
      subjectId: run.id,
      subjectVersion: run.attempt,
      actor: run.createdBy,
      requestId: run.requestId ?? undefined,
      data: { kind: run.kind, ...(isDone ? {} : { error: outcome.error }) },
    })
    return true
  })
  if (!isOurs) options.logger.warn({ run: run.id, kind: run.kind }, 'a run was lost to another worker')
}

function leaseEnd({ clock, leaseMs = leaseMsDefault }: RunWorkerOptions): Date {
  return new Date(clock().getTime() + leaseMs)
}
