import { apiError, sourceRecordsBody } from '@rollcall/admin-api'
import type { z } from 'zod'
import type { SourceName } from '../../../sources/source.ts'
import {
  addToBatch,
  cancelBatch,
  completeBatch,
  countOwnBatches,
  forgetWaiting,
  getBatch,
  listBatches,
  openBatch,
  receiveBatch,
  requireUploads,
  type BatchName,
  type SourceBatch,
} from '../../../sources/uploads/batches.ts'
import { listBatchRecords } from '../../../sources/uploads/batch-records.ts'
import { receiveLines } from '../../../sources/uploads/receive-lines.ts'
import type { StoredEntry } from '../../../sources/uploads/stored-entries.ts'
import { formatTypeId } from '../../../type-id.ts'
import { acceptBulkUpload } from '../bulk-upload.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { parseFields } from '../parse-request.ts'
import { readJson } from '../read-body.ts'
import { toUuid } from '../to-uuid.ts'
import { viewBatch, viewBatchRecord } from '../views/source-batches.ts'
import { nameSource } from './sources.ts'

type BatchRoute =
  | 'uploadSourceRecords'
  | 'bulkUploadSource'
  | 'openSourceSession'
  | 'completeSourceSession'
  | 'cancelSourceSession'
  | 'forgetSourceBatches'
  | 'listSourceBatches'
  | 'getSourceBatch'
  | 'listSourceBatchRecords'

export const sourceBatchHandlers: Handlers<BatchRoute> = {
  uploadSourceRecords: async (context, { params, query }) => {
    const name = nameSource(context, params)
    await requireUploads(context.parts.database, name)
    const session = query.session === undefined ? undefined : await findSession(context, name, query.session)
    return show(context, await receive(context, { name, session }))
  },

  bulkUploadSource: async (context, { params }) => {
    const { call, incoming } = context
    const batch = await acceptBulkUpload(context.parts, call, { name: nameSource(context, params), incoming })
    return { body: undefined, location: placeOfLog(context.organization.slug, batch) }
  },

  openSourceSession: async (context, { params }) => {
    const request = { ...nameSource(context, params), kind: 'session' } as const
    return show(context, await openBatch(context.parts.database, context.call, request))
  },

  completeSourceSession: async (context, { params, body }) =>
    show(
      context,
      await completeBatch(context.parts.database, context.call, { ...nameBatch(context, params), ...body }),
    ),

  cancelSourceSession: async (context, { params }) =>
    show(context, await cancelBatch(context.parts.database, context.call, nameBatch(context, params))),

  forgetSourceBatches: async (context, { params }) => ({
    body: { batches: await forgetWaiting(context.parts.database, context.call, nameSource(context, params)) },
  }),

  listSourceBatches: (context, { params, query }) => {
    const { database } = context.parts
    const name = nameSource(context, params)
    return answerList(context, {
      route: `listSourceBatches ${name.sourceId}`,
      query,
      read: (page) => listBatches(database, name, page),
      count: () => countOwnBatches(database, name),
      view: viewBatch,
    })
  },

  getSourceBatch: async (context, { params }) =>
    show(context, await getBatch(context.parts.database, nameBatch(context, params))),

  listSourceBatchRecords: (context, { params, query }) => {
    const { database } = context.parts
    const name = nameBatch(context, params)
    return answerList(context, {
      route: `listSourceBatchRecords ${name.batchId}`,
      query,
      read: (page) => listBatchRecords(context.parts, name, { ...page, now: context.call.now }),
      count: async () => (await getBatch(database, name)).entries,
      view: viewBatchRecord,
    })
  },
}

async function receive(
  { parts, call, incoming }: CallContext,
  { name, session }: { readonly name: SourceName; readonly session: BatchName | undefined },
): Promise<SourceBatch> {
  const { database } = parts
  switch (incoming.mediaType) {
    case 'application/x-ndjson':
    case 'application/jsonl':
      return receiveLines(parts, call, { ...name, session, chunks: incoming.chunks })
    case 'application/json':
    case undefined: {
      // Checked by this very schema.
      const body = parseFields(sourceRecordsBody, await readJson(incoming)) as z.output<typeof sourceRecordsBody>
      const entries = toEntries(body)
      if (session === undefined) return receiveBatch(parts, call, { ...name, kind: 'records', entries })
      await addToBatch(parts, session, { entries, now: call.now })
      return getBatch(database, session)
    }
    default:
      throw apiError('unsupportedMediaType', 'The body must be sent as application/json or application/x-ndjson')
  }
}

function toEntries({ records, deleted }: z.output<typeof sourceRecordsBody>): readonly StoredEntry[] {
  return [
    ...records.map((record, index) => ({ place: `record ${index + 1}`, record })),
    ...deleted.map((anchor, index) => ({ place: `deleted ${index + 1}`, deleted: anchor })),
  ]
}

/** Another source's session is none. */
async function findSession(context: CallContext, name: SourceName, id: string): Promise<BatchName> {
  const batch = { organizationId: context.organization.id, batchId: toUuid('sbt', id) }
  const { sourceId, kind } = await getBatch(context.parts.database, batch)
  if (sourceId === name.sourceId && kind === 'session') return batch
  throw apiError('notFound', 'The source has no such session')
}

function nameBatch({ organization }: CallContext, params: { readonly sourceBatch: string }): BatchName {
  return { organizationId: organization.id, batchId: toUuid('sbt', params.sourceBatch) }
}

/** Where somebody asks what became of an upload. */
export function placeOfLog(slug: string, batch: Pick<SourceBatch, 'id'>): string {
  return `/api/v1/organizations/${slug}/source-batches/${formatTypeId('sbt', batch.id)}/records`
}

function show(context: CallContext, batch: SourceBatch) {
  const shown = viewBatch(batch)
  return { body: shown, location: `/api/v1/organizations/${context.organization.slug}/source-batches/${shown.id}` }
}
