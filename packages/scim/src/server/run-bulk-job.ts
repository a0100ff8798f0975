import { pickReferences, resolveReferences } from '../bulk/references.ts'
import { ScimError, scimError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import { toScimError } from '../message/error-message.ts'
import { parseEntityTags } from '../message/entity-tag.ts'
import { messageUrns } from '../message/urns.ts'
import type { ResourceDraft } from '../resource/draft.ts'
import { type BulkJob, type BulkRun, resolveBulkId, resolveData, resolveTarget } from './bulk-job.ts'
import { type BulkResult, toFailure } from './bulk-result.ts'
import { type Call, type Preconditions, createTrace, noPreconditions } from './call.ts'
import { fieldsOf, toLocation, toResourceText } from './resource-text.ts'
import type { Fields, ResourceRecord } from './storage.ts'
import { createResource, patchResource, removeResource, replaceResource, toDraft } from './write-resource.ts'

const noFields: Fields = { groups: false, members: false }

/** Carries out one operation. A failure is a result too; only what is no fault of the client is thrown. */
export async function runJob<Context>(run: BulkRun<Context>, job: BulkJob): Promise<BulkResult> {
  const call = toOwnCall(run.call, job)
  try {
    return job.operation.method === 'POST' ? await runPost(run, job, call) : await runChange(run, job, call)
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    return toFailure(job, error, toFailedLocation(run, job))
  }
}

function toFailedLocation<Context>(run: BulkRun<Context>, job: BulkJob): string | undefined {
  if (job.id === undefined) return undefined
  const known = job.id.startsWith('bulkId:') ? run.ids.get(job.id.slice('bulkId:'.length)) : job.id
  return toLocation(run.call.settings, job.type, known ?? job.id)
}

/** A call of its own for every operation, so that one does not speak over another in the trace. */
function toOwnCall<Context>(call: Call<Context>, job: BulkJob): Call<Context> {
  return { ...call, method: job.operation.method, trace: { ...createTrace(), tolerance: call.trace.tolerance } }
}

async function runPost<Context>(run: BulkRun<Context>, job: BulkJob, call: Call<Context>): Promise<BulkResult> {
  authorize(call, job, undefined)
  const body = resolveData(run, job)
  const fields = job.view === undefined ? noFields : fieldsOf(job.view)
  return toResult(job, await createResource(call, job.type, { body, fields }), { call, status: 201 })
}

async function runChange<Context>(run: BulkRun<Context>, job: BulkJob, call: Call<Context>): Promise<BulkResult> {
  const { method, version } = job.operation
  const target = { type: job.type, id: resolveTarget(run, job) }
  authorize(call, job, target.id)
  const conditions: Preconditions =
    version === undefined ? noPreconditions : { ifMatch: parseEntityTags(version), ifNoneMatch: undefined }
  if (method === 'DELETE') {
    await removeResource(call, target, conditions)
    return { ...toSuccess(job, 204), id: target.id, location: toLocation(call.settings, job.type, target.id) }
  }
  const body = resolveData(run, job)
  const fields = job.view === undefined ? noFields : fieldsOf(job.view)
  const change = method === 'PUT' ? replaceResource : patchResource
  const record = await change(call, target, { body, conditions, fields })
  const isSilent = method === 'PATCH' && job.view === undefined && job.type.name === 'Group'
  return toResult(job, record, { call, status: isSilent ? call.settings.style.patchGroupAnswers : 200 })
}

function authorize<Context>(call: Call<Context>, job: BulkJob, id: string | undefined): void {
  call.service.authorize(call.context, { method: job.operation.method, type: job.type.name, id })
}

function toSuccess(job: BulkJob, status: number): BulkResult {
  const { method, bulkId } = job.operation
  return {
    method,
    bulkId,
    status,
    id: undefined,
    location: undefined,
    version: undefined,
    response: undefined,
    error: undefined,
  }
}

type Outcome<Context> = { readonly call: Call<Context>; readonly status: number }

async function toResult<Context>(
  job: BulkJob,
  record: ResourceRecord,
  { call, status }: Outcome<Context>,
): Promise<BulkResult> {
  return {
    ...toSuccess(job, status),
    id: record.id,
    version: record.version,
    location: toLocation(call.settings, job.type, record.id),
    response: job.view === undefined ? undefined : await toWholeText(record, job.view),
  }
}

async function toWholeText(record: ResourceRecord, view: NonNullable<BulkJob['view']>): Promise<string> {
  const { text, members } = toResourceText(record, view)
  const parts = [text]
  if (members !== undefined) for await (const part of members) parts.push(part)
  return parts.join('')
}

/**
 * Drafts several resources of one type for the store's `prepareMany`; each succeeds or fails by itself. The function that
 * comes back creates them, and the one that it gives tells the results.
 */
export function prepareBatch<Context>(
  run: BulkRun<Context>,
  jobs: readonly BulkJob[],
): () => Promise<() => readonly BulkResult[]> {
  const drafts = jobs.map((job) => tryDraft(run, job))
  const valid = drafts.flatMap((draft) => (draft instanceof ScimError ? [] : [draft]))
  const create = prepareAll(run.call, jobs, valid)
  return async () => {
    const created = await create()
    return () => toBatchResults(run, jobs, { drafts, created })
  }
}

type Outcomes = readonly (ResourceRecord | ScimError)[]

function toBatchResults<Context>(
  { call }: BulkRun<Context>,
  jobs: readonly BulkJob[],
  { drafts, created }: { readonly drafts: readonly unknown[]; readonly created: Outcomes },
): readonly BulkResult[] {
  let next = 0
  return jobs.map((job, position) => {
    const draft = drafts[position]
    if (draft instanceof ScimError) return toFailure(job, draft)
    const outcome = created[next++] ?? scimError('internal', 'the store left out a result of prepareMany')
    if (outcome instanceof ScimError) return toFailure(job, outcome)
    const { id, version } = outcome
    return { ...toSuccess(job, 201), id, version, location: toLocation(call.settings, job.type, id) }
  })
}

function tryDraft<Context>(run: BulkRun<Context>, job: BulkJob): ResourceDraft | ScimError {
  const call = toOwnCall(run.call, job)
  try {
    authorize(call, job, undefined)
    const body = resolveData(run, job)
    return toDraft(call, job.type, body)
  } catch (error) {
    return toScimError(error)
  }
}

/** Whatever goes wrong with a batch as a whole goes wrong with each operation in it. */
function prepareAll<Context>(
  call: Call<Context>,
  jobs: readonly BulkJob[],
  drafts: readonly ResourceDraft[],
): () => Promise<Outcomes> {
  const [first] = jobs
  if (drafts.length === 0 || first === undefined) return async () => []
  const failAll = (error: unknown): Outcomes => {
    const known = toScimError(error)
    return drafts.map(() => known)
  }
  try {
    const create = call.service.storage.prepareMany?.(call.context, first.type, drafts)
    if (create === undefined) throw scimError('internal', 'the store has no prepareMany')
    return async () => {
      try {
        return await create()
      } catch (error) {
        return failAll(error)
      }
    }
  } catch (error) {
    return async () => failAll(error)
  }
}

/**
 * Creates resources that refer to each other in a circle: each without what is not there yet, then the missing
 * references are added, all or nothing (RFC 7644 §3.7.1).
 */
export async function runCircle<Context>(
  run: BulkRun<Context>,
  jobs: readonly BulkJob[],
): Promise<readonly BulkResult[]> {
  const progress: Progress = { job: undefined }
  try {
    return await inTransaction(run, (call, created) => createCircle({ run, call, jobs, progress, created }))
  } catch (error) {
    const known = toScimError(error)
    const beside = scimError('conflict', 'Another resource of the same circle of references could not be created')
    return jobs.map((job) => toFailure(job, job === progress.job ? known : beside))
  }
}

type Progress = { job: BulkJob | undefined }
type Created = Map<BulkJob, ResourceRecord>

async function inTransaction<Context>(
  run: BulkRun<Context>,
  work: (call: Call<Context>, created: Created) => Promise<readonly BulkResult[]>,
): Promise<readonly BulkResult[]> {
  const { call } = run
  const { storage } = call.service
  const created: Created = new Map()
  if (storage.transaction !== undefined)
    return storage.transaction(call.context, (context) => work({ ...call, context }, created))
  try {
    return await work(call, created)
  } catch (error) {
    // A store without transactions: take back what stands.
    for (const [job, record] of created) await storage.remove(call.context, job.type, record.id, undefined)
    throw error
  }
}

type Circle<Context> = {
  readonly run: BulkRun<Context>
  readonly call: Call<Context>
  readonly jobs: readonly BulkJob[]
  readonly progress: Progress
  readonly created: Created
}

async function createCircle<Context>(circle: Circle<Context>): Promise<readonly BulkResult[]> {
  const { run, jobs, progress, created } = circle
  const inside = new Set(jobs.map((job) => job.operation.bulkId))
  const ids = new Map<string, string>()
  const incomplete = new Set<BulkJob>()
  for (const job of jobs) {
    progress.job = job
    const call = toOwnCall(circle.call, job)
    authorize(call, job, undefined)
    const body = resolveReferences(job.operation.data ?? {}, job.type, (bulkId) => {
      if (!inside.has(bulkId)) return resolveBulkId(run, bulkId)
      if (!ids.has(bulkId)) incomplete.add(job)
      return ids.get(bulkId)
    })
    const record = await createResource(call, job.type, { body, fields: noFields })
    created.set(job, record)
    ids.set(job.operation.bulkId ?? '', record.id)
  }
  const resolve = (bulkId: string): string => ids.get(bulkId) ?? resolveBulkId(run, bulkId)
  for (const job of incomplete) await completeReferences(circle, job, resolve)
  return Promise.all(jobs.map((job) => toCircleResult(circle, job)))
}

async function completeReferences<Context>(
  { call, progress, created }: Circle<Context>,
  job: BulkJob,
  resolve: (bulkId: string) => string,
): Promise<void> {
  progress.job = job
  const record = created.get(job)
  if (record === undefined) return
  const value: JsonObject = pickReferences(job.operation.data ?? {}, job.type, resolve)
  const body = { schemas: [messageUrns.patchOp], Operations: [{ op: 'add', value }] }
  const target = { type: job.type, id: record.id }
  created.set(
    job,
    await patchResource(toOwnCall(call, job), target, { body, conditions: noPreconditions, fields: noFields }),
  )
}

async function toCircleResult<Context>({ call, created }: Circle<Context>, job: BulkJob): Promise<BulkResult> {
  const record = created.get(job)
  if (record === undefined) throw scimError('internal', 'a resource of the circle is missing')
  const view = job.view
  const shown =
    view === undefined ? record : await call.service.storage.find(call.context, job.type, record.id, fieldsOf(view))
  return toResult(job, shown ?? record, { call, status: 201 })
}
