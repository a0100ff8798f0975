import { isRefused, parseBulk } from '../bulk/parse-bulk.ts'
import { planBulk } from '../bulk/plan-bulk.ts'
import { messageUrns } from '../message/urns.ts'
import { type Answer, toAnswer } from './answer.ts'
import { type BulkJob, type BulkRun, toJob } from './bulk-job.ts'
import { type Call, readJsonBody, toleranceOf } from './call.ts'
import { runSteps } from './run-bulk-steps.ts'

/**
 * POST /Bulk (RFC 7644 §3.7): operations in the order that their references allow, answers in the order of the request.
 * Consecutive POSTs to one endpoint go to the store together.
 */
export async function answerBulk<Context>(call: Call<Context>): Promise<Answer> {
  call.service.authorize(call.context, { method: 'POST', type: undefined, id: undefined })
  const { bulkPayloadBytesMax, bulkOperationsMax } = call.settings.limits
  const { body } = await readJsonBody(call, bulkPayloadBytesMax)
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
  call.trace.bulkResults = results
  const texts = results.filter((text) => text !== undefined)
  return toAnswer(200, `{"schemas":["${messageUrns.bulkResponse}"],"Operations":[${texts.join(',')}]}`)
}

function offer<Context>(run: BulkRun<Context>, { operation }: BulkJob): void {
  if (operation.method === 'POST' && operation.bulkId !== undefined) run.offered.add(operation.bulkId)
}
