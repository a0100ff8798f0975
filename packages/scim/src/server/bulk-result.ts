import type { RefusedOperation } from '../bulk/parse-bulk.ts'
import type { ScimError } from '../errors.ts'
import { toEntityTag } from '../message/entity-tag.ts'
import { toErrorMessage } from '../message/error-message.ts'
import type { BulkJob } from './bulk-job.ts'

/** What became of one bulk operation. */
export type BulkResult = {
  readonly method: string | undefined
  readonly bulkId: string | undefined
  readonly status: number
  /** Of the resource; undefined when a POST failed. */
  readonly id: string | undefined
  readonly location: string | undefined
  readonly version: string | undefined
  /** The resource as JSON text, when the client asked for attributes. */
  readonly response: string | undefined
  readonly error: ScimError | undefined
}

/** The result of an operation that failed. */
export function toFailure(job: BulkJob | RefusedOperation, error: ScimError, location?: string): BulkResult {
  const { method, bulkId } = 'operation' in job ? job.operation : job
  return {
    method,
    bulkId,
    status: error.status,
    id: undefined,
    location,
    version: undefined,
    response: JSON.stringify(toErrorMessage(error)),
    error,
  }
}

/** One element of `Operations` in the answer (RFC 7644 §3.7.3); `status` is text. */
export function toResultText(result: BulkResult): string {
  const { method, bulkId, version, location, status, response } = result
  const fields = [
    ...(method === undefined ? [] : [`"method":${JSON.stringify(method)}`]),
    ...(bulkId === undefined ? [] : [`"bulkId":${JSON.stringify(bulkId)}`]),
    ...(version === undefined ? [] : [`"version":${JSON.stringify(toEntityTag(version))}`]),
    ...(location === undefined ? [] : [`"location":${JSON.stringify(location)}`]),
    `"status":"${status}"`,
    ...(response === undefined ? [] : [`"response":${response}`]),
  ]
  return `{${fields.join(',')}}`
}
