import { type RefusedOperation, isRefused } from '../bulk/parse-bulk.ts'
import type { BulkStep } from '../bulk/plan-bulk.ts'
import { toScimError } from '../message/error-message.ts'
import type { BulkJob, BulkRun } from './bulk-job.ts'
import { type BulkResult, toFailure, toResultText } from './bulk-result.ts'
import type { Call } from './call.ts'
import { prepareBatch, runCircle, runJob } from './run-bulk-job.ts'

/** Small enough that the store works on one batch for about as long as the next one takes to be drafted. */
const batchOperationsMax = 100
/** A smaller batch is back before anything could be gained from the time that it takes. */
const flightOperationsMin = 20

/** The operations of a bulk request and the order of their steps. */
export type BulkWork = {
  readonly jobs: readonly (BulkJob | RefusedOperation)[]
  readonly steps: readonly BulkStep[]
  /** After so many errors the rest is left undone; infinite: never. */
  readonly failOnErrors: number
}

/** What goes to the store at once: a batch, or the operations of one step. */
type Task = { readonly indexes: readonly number[]; readonly write: () => Promise<Finish> }
/** Tells the results of what was written. */
type Finish = () => readonly BulkResult[]
/** A task that the store works on. */
type Flight = { readonly indexes: readonly number[]; readonly written: Promise<Finish> }

type Progress = { readonly texts: (string | undefined)[]; errors: number; at: number }

/**
 * Carries out all steps in their order; gives the texts of the results by position, undefined for what was left undone.
 *
 * The store works on one task at a time. In the meantime the next batch is drafted and the results of the one before are
 * written, where nothing that is still open can change either: so both sides of the database work at once.
 */
export async function runSteps<Context>(
  run: BulkRun<Context>,
  work: BulkWork,
): Promise<readonly (string | undefined)[]> {
  const progress: Progress = { texts: work.jobs.map(() => undefined), errors: 0, at: 0 }
  let flight: Flight | undefined
  do {
    const task = takeTask(run, work, { progress, flight })
    const finish = await flight?.written
    const landed = flight
    flight = task === undefined ? undefined : { indexes: task.indexes, written: task.write() }
    if (flight !== undefined && isWorthwhile(flight)) await letItLeave()
    if (landed !== undefined && finish !== undefined)
      note(run, progress, { indexes: landed.indexes, results: finish() })
  } while (flight !== undefined || isUnfinished(work, progress))
  return progress.texts
}

function isUnfinished({ steps, failOnErrors }: BulkWork, { at, errors }: Progress): boolean {
  return at < steps.length && errors < failOnErrors
}

function isWorthwhile({ indexes }: Flight): boolean {
  return indexes.length >= flightOperationsMin
}

/** What the store was told to do may wait for a turn of the event loop before it is on its way. */
function letItLeave(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}

function note<Context>(
  run: BulkRun<Context>,
  progress: Progress,
  { indexes, results }: { readonly indexes: readonly number[]; readonly results: readonly BulkResult[] },
): void {
  for (const [position, result] of results.entries()) {
    progress.texts[indexes[position] ?? 0] = toResultText(result)
    if (result.error !== undefined) progress.errors++
    noteOutcome(run, result)
  }
}

function noteOutcome<Context>(run: BulkRun<Context>, result: BulkResult): void {
  if (result.method !== 'POST' || result.bulkId === undefined) return
  if (result.error !== undefined) run.failed.add(result.bulkId)
  else if (result.id !== undefined) run.ids.set(result.bulkId, result.id)
}

/** The next task; undefined when there is none, or none that may be made ready before the flight has landed. */
function takeTask<Context>(
  run: BulkRun<Context>,
  work: BulkWork,
  { progress, flight }: { readonly progress: Progress; readonly flight: Flight | undefined },
): Task | undefined {
  if (!isUnfinished(work, progress)) return undefined
  if (flight !== undefined && !isWorthwhile(flight)) return undefined
  const { at } = progress
  // A batch no larger than the errors still allowed ends exactly where the client wants to stop; all that is under way
  // may fail too.
  const allowed = work.failOnErrors - progress.errors - (flight?.indexes.length ?? 0)
  if (allowed <= 0) return undefined
  const size = takeBatch(run, work, { at, sizeMax: Math.min(batchOperationsMax, allowed) })
  const indexes = work.steps.slice(at, at + size).flatMap((step) => step.indexes)
  if (flight !== undefined && (size === 1 || refersTo(run, work, { indexes, flight }))) return undefined
  progress.at += size
  if (size === 1) return toSingleTask(run, work, { indexes, isCircular: work.steps[at]?.isCircular === true })
  return { indexes, write: prepareBatch(run, listJobs(work, indexes)) }
}

function refersTo<Context>(
  { references }: BulkRun<Context>,
  { jobs }: BulkWork,
  { indexes, flight }: { readonly indexes: readonly number[]; readonly flight: Flight },
): boolean {
  const needed = new Set(indexes.flatMap((index) => references[index] ?? []))
  return needed.size > 0 && flight.indexes.some((index) => needed.has(bulkIdOf(jobs[index]) ?? ''))
}

function bulkIdOf(job: BulkJob | RefusedOperation | undefined): string | undefined {
  return job === undefined || isRefused(job) ? undefined : job.operation.bulkId
}

/** How many steps from `at` on can go to the store as one: POSTs to one type that wait for nothing in between. */
function takeBatch<Context>(
  run: BulkRun<Context>,
  { jobs, steps }: BulkWork,
  { at, sizeMax }: { readonly at: number; readonly sizeMax: number },
): number {
  if (run.call.service.storage.prepareMany === undefined) return 1
  const first = findBatchable(jobs, steps[at])
  if (first === undefined) return 1
  let size = 1
  const created = new Set([first.operation.bulkId])
  while (size < sizeMax) {
    const step = steps[at + size]
    const job = findBatchable(jobs, step)
    const needs = run.references[step?.indexes[0] ?? -1] ?? []
    if (job === undefined || job.type !== first.type || needs.some((bulkId) => created.has(bulkId))) break
    created.add(job.operation.bulkId)
    size++
  }
  return size
}

function findBatchable(jobs: BulkWork['jobs'], step: BulkStep | undefined): BulkJob | undefined {
  if (step === undefined || step.isCircular) return undefined
  const job = jobs[step.indexes[0] ?? -1]
  if (job === undefined || isRefused(job) || job.operation.method !== 'POST' || job.view !== undefined) return undefined
  return job
}

function listJobs({ jobs }: BulkWork, indexes: readonly number[]): readonly BulkJob[] {
  return indexes.flatMap((index) => {
    const job = jobs[index]
    return job === undefined || isRefused(job) ? [] : [job]
  })
}

function toSingleTask<Context>(
  run: BulkRun<Context>,
  work: BulkWork,
  step: { readonly indexes: readonly number[]; readonly isCircular: boolean },
): Task {
  return {
    indexes: step.indexes,
    async write() {
      const results = await runStep(run, work, step)
      return () => results
    },
  }
}

async function runStep<Context>(
  run: BulkRun<Context>,
  work: BulkWork,
  { indexes, isCircular }: { readonly indexes: readonly number[]; readonly isCircular: boolean },
): Promise<readonly BulkResult[]> {
  if (isCircular) return runCircle(run, listJobs(work, indexes))
  const only = work.jobs[indexes[0] ?? -1]
  if (only === undefined) return []
  if (isRefused(only)) return [toFailure(only, only.error, toRefusedLocation(run.call, only))]
  return [await runJob(run, only).catch((error: unknown) => toFailure(only, toScimError(error)))]
}

// RFC 7644 §3.7.3: every result but that of a failed POST says where it was meant for.
function toRefusedLocation<Context>(call: Call<Context>, { method, path }: RefusedOperation): string | undefined {
  if (method === 'POST' || path?.startsWith('/') !== true) return undefined
  return call.settings.baseUrl + path
}
