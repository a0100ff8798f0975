import { apiError } from '@rollcall/admin-api'
import type { Call } from '../../access/call.ts'
import { takeBulkUpload } from '../../access/upload-limits.ts'
import type { SourceName } from '../../sources/source.ts'
import { receiveBatch, requireUploads, type SourceBatch } from '../../sources/uploads/batches.ts'
import { readBulkRequest } from '../../sources/uploads/receive-bulk.ts'
import type { AdminParts, IncomingBody } from './call-context.ts'
import { readJson } from './read-body.ts'

const mediaType = 'application/scim+json'

/** A bulk upload in the way of Microsoft Entra ID, whichever path it takes. */
export async function acceptBulkUpload(
  parts: Pick<AdminParts, 'database' | 'encryption'>,
  call: Call,
  { name, incoming }: { readonly name: SourceName; readonly incoming: IncomingBody },
): Promise<SourceBatch> {
  const { database } = parts
  await requireUploads(database, name)
  if (incoming.mediaType !== mediaType)
    throw apiError('invalidRequest', `Invalid Data Format: the body must be sent as ${mediaType}`)
  const waitSeconds = await takeBulkUpload(database, name, call.now)
  if (waitSeconds !== undefined)
    throw apiError('tooManyRequests', 'A source takes 40 bulk uploads in 5 seconds and 6,000 in 24 hours', {
      headers: { 'retry-after': String(waitSeconds) },
    })
  const entries = readBulkRequest(await readJson(incoming))
  return receiveBatch(parts, call, { ...name, kind: 'bulk', entries })
}
