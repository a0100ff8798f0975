import { ScimError, scimError } from '../errors.ts'
import { messageUrns } from './urns.ts'

/** The body of an error answer (RFC 7644 §3.12). `status` is text, as the RFC demands. */
export type ErrorMessage = {
  readonly schemas: readonly string[]
  readonly status: string
  readonly scimType?: string
  readonly detail: string
}

/**
 * The one translation of anything thrown into what a client may see.
 *
 * A {@link ScimError} is told as it is; everything else becomes a 500 that says nothing about its cause.
 *
 * @example
 * ```ts
 * import { scimError, toErrorMessage } from '@rollcall/scim'
 *
 * console.log(toErrorMessage(scimError('uniqueness', 'userName "bjensen" is taken')).status) // 409
 * ```
 */
export function toErrorMessage(error: unknown): ErrorMessage {
  const known = toScimError(error)
  return {
    schemas: [messageUrns.error],
    status: String(known.status),
    ...(known.scimType === undefined ? {} : { scimType: known.scimType }),
    detail: known.message,
  }
}

/** The error itself when it is a ScimError, otherwise `internal` with the error as its cause. */
export function toScimError(error: unknown): ScimError {
  return error instanceof ScimError
    ? error
    : scimError('internal', 'The request failed for a reason inside the server', { cause: error })
}
