import { type RefusedOperation, isRefused, parseBulk } from '../bulk/parse-bulk.ts'
import { type BulkStep, planBulk } from '../bulk/plan-bulk.ts'
import { ScimError, scimError } from '../errors.ts'
import { messageUrns } from '../message/urns.ts'
import { type Answer, toAnswer } from './answer.ts'
import { type BulkJob, type BulkRun, toJob } from './bulk-job.ts'
import { type BulkResult, toFailure, toResultText } from './bulk-result.ts'
import { type Call, readJsonBody, toleranceOf } from './call.ts'
import { runBatch, runCircle, runJob } from './run-bulk-job.ts'

const batchOperationsMax = 500

/**
 * POST /Bulk (RFC 7644 §3.7): operations in the order that their references allow, answers in the order of the request.
 * Consecutive POSTs to one endpoint go to the store together.
 */
export async function answerBulk<Context>(call: Call<Context>): Promise<Answer> {
  call.service.authorize(call.context, { method: 'POST', type: undefined, id: undefined })
  const { bulkPayloadBytesMax, bulkOperationsMax } = call.settings.limits
  const body = await readJsonBody(call, bulkPayloadBytesMax)
  const bulk = parseBulk(body, { operationsMax: bulkOperationsMax, tolerance: toleranceOf(call) })
  call.trace.operations = bulk.operations.length
  const jobs = bulk.operations.map((operation) => (isRefused(operation) ? operation : toJob(call, operation)))
  const plan = planBulk(
    jobs.map((job) => (isRefused(job) ? undefined : { ...job.operation, type: job.type, id: job.id })),
  )
  const run: BulkRun<Context> = {
    call,
    references: plan.references,
    referring: new Set(jobs.filter((_, index) => plan.references[index]?.length !== 0)),
    ids: new Map(),
    failed: new Set(),
    offered: new Set(),
  }
  for (const job of jobs) if (!isRefused(job) && job.operation.bulkId !== undefined) offer(run, job)
  const results = await runSteps(run, { jobs, steps: plan.steps, failOnErrors: bulk.failOnErrors ?? Infinity })
  const texts = results.flatMap((result) => (result === undefined ? [] : [toResultText(result)]))
  return toAnswer(200, `{"schemas":["${messageUrns.bulkResponse}"],"Operations":[${texts.join(',')}]}`)
}

function offer<Context>(run: BulkRun<Context>, { operation }: BulkJob): void {
  if (operation.method === 'POST' && operation.bulkId !== undefined) run.offered.add(operation.bulkId)
}

type Job = BulkJob | RefusedOperation
type Work = { readonly jobs: readonly Job[]; readonly steps: readonly BulkStep[]; readonly failOnErrors: number }

/** Results by position; undefined for what was left undone after too many errors. */
async function runSteps<Context>(run: BulkRun<Context>, work: Work): Promise<readonly (BulkResult | undefined)[]> {
  const results: (BulkResult | undefined)[] = work.jobs.map(() => undefined)
  let errors = 0
  let at = 0
  while (at < work.steps.length && errors < work.failOnErrors) {
    // A batch no larger than the errors still allowed ends exactly where the client wants to stop.
    const size = takeBatch(run, work, { at, sizeMax: Math.min(batchOperationsMax, work.failOnErrors - errors) })
    const indexes = work.steps.slice(at, at + size).flatMap((step) => step.indexes)
    const done = await runIndexes(run, work, { indexes, isCircular: work.steps[at]?.isCircular === true })
    for (const [position, result] of done.entries()) {
      results[indexes[position] ?? 0] = result
      if (result.error !== undefined) errors++
      noteOutcome(run, result)
    }
    at += size
  }
  return results
}

function noteOutcome<Context>(run: BulkRun<Context>, result: BulkResult): void {
  if (result.method !== 'POST' || result.bulkId === undefined) return
  if (result.error !== undefined) run.failed.add(result.bulkId)
  else if (result.id !== undefined) run.ids.set(result.bulkId, result.id)
}

/** How many steps from `at` on can go to the store as one: POSTs to one type that wait for nothing in between. */
function takeBatch<Context>(
  run: BulkRun<Context>,
  { jobs, steps }: Work,
  { at, sizeMax }: { readonly at: number; readonly sizeMax: number },
): number {
  if (run.call.service.storage.createMany === undefined) return 1
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

function findBatchable(jobs: readonly Job[], step: BulkStep | undefined): BulkJob | undefined {
  if (step === undefined || step.isCircular) return undefined
  const job = jobs[step.indexes[0] ?? -1]
  if (job === undefined || isRefused(job) || job.operation.method !== 'POST' || job.view !== undefined) return undefined
  return job
}

async function runIndexes<Context>(
  run: BulkRun<Context>,
  { jobs }: Work,
  { indexes, isCircular }: { readonly indexes: readonly number[]; readonly isCircular: boolean },
): Promise<readonly BulkResult[]> {
  const chosen = indexes.flatMap((index) => jobs[index] ?? [])
  const runnable = chosen.flatMap((job) => (isRefused(job) ? [] : [job]))
  const [only] = chosen
  if (only === undefined) return []
  if (isRefused(only)) return [toFailure(only, only.error, toRefusedLocation(run.call, only))]
  if (isCircular) return runCircle(run, runnable)
  if (chosen.length > 1) return runBatch(run, runnable)
  return [await runJob(run, only).catch((error: unknown) => toFailure(only, toKnown(error)))]
}

// RFC 7644 §3.7.3: every result but that of a failed POST says where it was meant for.
function toRefusedLocation<Context>(call: Call<Context>, { method, path }: RefusedOperation): string | undefined {
  if (method === 'POST' || path?.startsWith('/') !== true) return undefined
  return call.settings.baseUrl + path
}

function toKnown(error: unknown): ScimError {
  return error instanceof ScimError
    ? error
    : scimError('internal', 'The operation failed inside the server', { cause: error })
}
