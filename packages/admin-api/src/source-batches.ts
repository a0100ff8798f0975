import { z } from 'zod'
import { inOrganization, none, page, type Route } from './route.ts'
import { onSource, sourcePath } from './sources.ts'
import { anchor, idOf, instant, pageOf } from './values.ts'

/** Of a request that is no stream of lines. */
const recordsMax = 1_000

/** What a request uploads that is no stream of lines. */
export const sourceRecordsBody = z
  .strictObject({
    records: z
      .array(z.record(z.string(), z.json()))
      .max(recordsMax)
      .default([])
      .describe('Each as a whole; objects within it become columns with dots'),
    deleted: z
      .array(anchor)
      .max(recordsMax)
      .default([])
      .describe('Whom the source no longer has, by what names a record'),
  })
  .refine(({ records, deleted }) => records.length + deleted.length > 0, 'Expected at least one record')
  .refine(
    ({ records, deleted }) => records.length + deleted.length <= recordsMax,
    `Expected at most ${recordsMax} records: send several requests, or application/x-ndjson`,
  )
  .meta({ id: 'SourceRecords' })

const batchState = z
  .enum([
    'open',
    'waiting',
    'reading',
    'held',
    'accepted',
    'judged',
    'planned',
    'applying',
    'done',
    'failed',
    'cancelled',
    'rejected',
  ])
  .describe('`open`: more may come; `waiting`: no read has taken it yet; else the state of its read')
  .meta({ id: 'SourceBatchState' })

const sourceBatch = z
  .object({
    id: idOf('sourceBatch'),
    sourceId: idOf('source'),
    kind: z.enum(['records', 'bulk', 'session']),
    state: batchState,
    readId: idOf('sourceRead').nullable().describe('The read that took it'),
    entries: z.int().min(0),
    uploadedBy: z.string(),
    openedAt: instant,
    changedAt: instant,
  })
  .meta({ id: 'SourceBatch' })

const batchRecord = z
  .object({
    place: z.string().describe('Where it stood: a bulkId, a line, a number'),
    kind: z.enum(['record', 'deleted', 'bad']),
    anchor: z.string().nullable(),
    situation: z.string().nullable().describe('Of the record now; null: it was not settled yet'),
    personId: idOf('user').nullable(),
    operation: z.string().nullable().describe('What its read did about it'),
    operationState: z.string().nullable(),
    errorReason: z.string().nullable(),
    errorAttribute: z.string().nullable(),
    errorDetail: z.string().nullable(),
  })
  .meta({ id: 'SourceBatchRecord' })

const completeBody = z
  .strictObject({ entries: z.int().min(0).optional().describe('How many there are: what is missing is noticed') })
  .meta({ id: 'SourceBatchComplete' })

const onBatch = inOrganization.extend({ sourceBatch: idOf('sourceBatch') })
const batchPath = '/api/v1/organizations/{organization}/source-batches/{sourceBatch}' as const
const all = { tag: 'Source batches', query: none } as const
const upload = { ...all, method: 'POST', scope: 'sources:upload', errors: ['conflict'] } as const

export const sourceBatchRoutes = {
  uploadSourceRecords: {
    ...upload,
    path: `${sourcePath}/records`,
    summary: 'Upload records: at most 1,000 as JSON, any number as lines of JSON (NDJSON)',
    params: onSource,
    query: z.object({
      session: idOf('sourceBatch').optional().describe('Adds to this session; else what is sent is what changed'),
    }),
    body: null,
    takesLines: sourceRecordsBody,
    status: 202,
    answer: sourceBatch,
    errors: ['conflict', 'malformedJson', 'unsupportedMediaType'],
  },
  bulkUploadSource: {
    ...upload,
    path: `${sourcePath}/bulk-upload`,
    summary: 'Upload at most 50 operations of a SCIM BulkRequest, as to Microsoft Entra ID',
    params: onSource,
    body: null,
    takesBytes: 'application/scim+json',
    status: 202,
    answer: null,
    errors: ['conflict', 'malformedJson'],
  },
  openSourceSession: {
    ...upload,
    path: `${sourcePath}/sessions`,
    summary: 'Begin to upload everybody: whom a complete session does not show is absent',
    params: onSource,
    body: null,
    status: 201,
    answer: sourceBatch,
  },
  completeSourceSession: {
    ...upload,
    path: `${batchPath}/complete`,
    summary: 'Say that a session showed everybody',
    params: onBatch,
    body: completeBody,
    status: 202,
    answer: sourceBatch,
  },
  cancelSourceSession: {
    ...upload,
    path: `${batchPath}/cancel`,
    summary: 'Give a session up; what came of it is forgotten',
    params: onBatch,
    body: null,
    status: 200,
    answer: sourceBatch,
  },
  forgetSourceBatches: {
    ...all,
    method: 'POST',
    path: `${sourcePath}/batches/forget`,
    summary: 'Forget what was uploaded to a paused source and waits',
    scope: 'sources:run',
    params: onSource,
    body: null,
    status: 200,
    answer: z.object({ batches: z.int().min(0) }).meta({ id: 'SourceBatchesForgotten' }),
    errors: ['conflict'],
  },
  listSourceBatches: {
    ...all,
    method: 'GET',
    path: `${sourcePath}/batches`,
    summary: 'What was uploaded to a source, newest first; kept for 30 days',
    scope: 'sources:read',
    params: onSource,
    query: page,
    body: null,
    status: 200,
    answer: pageOf(sourceBatch, 'SourceBatchPage'),
    errors: ['invalidCursor'],
  },
  getSourceBatch: {
    ...all,
    method: 'GET',
    path: batchPath,
    summary: 'One upload, and how far it is',
    scope: 'sources:read',
    params: onBatch,
    body: null,
    status: 200,
    answer: sourceBatch,
    errors: [],
  },
  listSourceBatchRecords: {
    ...all,
    method: 'GET',
    path: `${batchPath}/records`,
    summary: 'What one upload held, in its order, and what became of each; for seven days',
    scope: 'sources:read',
    params: onBatch,
    query: page,
    body: null,
    status: 200,
    answer: pageOf(batchRecord, 'SourceBatchRecordPage'),
    errors: ['invalidCursor'],
  },
} as const satisfies Record<string, Route>
