import { createRequestLog } from './audit/request-log.ts'
import { createDirectory } from './directory/create-directory.ts'
import { createIdSource } from './directory/new-id.ts'
import { createAsyncWorker, type AsyncWorker } from './http/scim/async-worker.ts'
import type { Parts } from './parts.ts'

/** The worker of asynchronous SCIM requests with a request log of its own; `close` writes what that still holds. */
export function createAsyncRequests(parts: Parts): AsyncWorker & { close(): Promise<void> } {
  const { database, logger } = parts
  const requestLog = createRequestLog({
    database,
    onError: (error) => logger.warn({ err: error }, 'The request log could not be written; it is tried again'),
  })
  const storage = createDirectory({ database })
  const worker = createAsyncWorker({ ...parts, requestLog, storage }, { database, newId: createIdSource() })
  return { workOff: (signal) => worker.workOff(signal), close: () => requestLog.close() }
}
