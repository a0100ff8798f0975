import { scimMediaType } from '../message/media-type.ts'
import { toErrorMessage, toScimError } from '../message/error-message.ts'
import type { Body } from './body-stream.ts'

/** What becomes a `Response`; plain, so that bulk operations and logs can read it too. */
export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body | null
}

/** An answer with a body. */
export function toAnswer(status: number, body: Body, headers?: Readonly<Record<string, string>>): Answer {
  return { status, body, headers: { 'content-type': scimMediaType, ...headers } }
}

/** An answer without a body. */
export function toEmptyAnswer(status: number, headers: Readonly<Record<string, string>>): Answer {
  return { status, body: null, headers }
}

/**
 * The one converter from anything thrown to an answer (RFC 7644 §3.12); a 401 always says how to authenticate.
 *
 * @example
 * ```ts
 * import { scimError } from '@rollcall/scim'
 * import { toErrorAnswer } from '@rollcall/scim/server'
 *
 * console.log(toErrorAnswer(scimError('forbidden', 'Not here')).status) // 403
 * ```
 */
export function toErrorAnswer(error: unknown): Answer {
  const { status, headers } = toScimError(error)
  const challenge = status === 401 ? { 'www-authenticate': 'Bearer' } : {}
  return toAnswer(status, JSON.stringify(toErrorMessage(error)), { ...challenge, ...headers })
}

/**
 * Makes the `Response`; HEAD gets everything but the body (RFC 9110 §9.3.2).
 *
 * @example
 * ```ts
 * import { toResponse } from '@rollcall/scim/server'
 *
 * const answer = { status: 200, headers: { etag: 'W/"1"' }, body: '{}' }
 * console.log(toResponse(answer, 'HEAD').body) // null
 * ```
 */
export function toResponse({ status, headers, body }: Answer, method: string): Response {
  if (method !== 'HEAD') return new Response(body, { status, headers })
  if (typeof body !== 'string' && body !== null) void body.cancel()
  return new Response(null, { status, headers })
}

/**
 * The `Response` for an error that happens outside of the handler, such as a refused key or a header that is too long.
 *
 * @example
 * ```ts
 * import { scimError } from '@rollcall/scim'
 * import { toErrorResponse } from '@rollcall/scim/server'
 *
 * console.log(toErrorResponse(scimError('unauthorized', 'The key was revoked')).headers.get('www-authenticate')) // Bearer
 * ```
 */
export function toErrorResponse(error: unknown): Response {
  return toResponse(toErrorAnswer(error), 'GET')
}
