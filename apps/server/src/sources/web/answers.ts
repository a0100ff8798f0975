import type { HeaderReader } from '../../outbound-answer.ts'
import { type Authorizer, CredentialsError } from '../../outbound-authorizer.ts'
import { OutboundRefusal } from '../../outbound-guard.ts'
import { SourceError } from '../source-error.ts'

/**
 * Asks once, and once more where the token that was asked with has ended meanwhile. What the network says becomes a
 * SourceError.
 */
export async function readAttempt<Answer extends { readonly status: number }>(
  url: string,
  authorizer: Authorizer,
  ask: (headers: Headers) => Promise<Answer>,
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const headers = await authorizedHeaders(authorizer)
    const answer = await ask(headers).catch((cause: unknown) => {
      throw toSourceError(url, cause)
    })
    if (answer.status !== 401 || attempt > 1) return answer
    authorizer.forget()
  }
}

async function authorizedHeaders(authorizer: Authorizer): Promise<Headers> {
  const headers = new Headers()
  try {
    await authorizer.authorize({ headers })
    return headers
  } catch (cause) {
    if (!(cause instanceof CredentialsError)) throw cause
    throw new SourceError(cause.reason === 'AddressNotAllowed' ? 'misconfigured' : 'unauthorized', cause.message, {
      cause,
    })
  }
}

function toSourceError(url: string, cause: unknown): SourceError {
  const place = placeOf(url)
  if (cause instanceof OutboundRefusal) return new SourceError('misconfigured', cause.message, { place, cause })
  const said = cause instanceof Error ? cause.message : String(cause)
  const isTimeout = cause instanceof Error && cause.name === 'TimeoutError'
  return new SourceError(isTimeout ? 'timedOut' : 'unreachable', `The server did not answer: ${said}`, { place, cause })
}

/** What a status other than the one that was hoped for means. */
export function refuseStatus(url: string, status: number, headers: HeaderReader): SourceError {
  const place = placeOf(url)
  if (status === 401 || status === 403)
    return new SourceError('unauthorized', `The server refused the credentials (${status})`, { place })
  if (status === 404 || status === 410)
    return new SourceError('notFound', `There is nothing at this address (${status})`, { place })
  if (status === 429 || status === 503)
    return new SourceError('throttled', `The server asks to come back later (${status})`, {
      place,
      ...retryAfterOf(headers),
    })
  if (status >= 300 && status < 400)
    return new SourceError(
      'misconfigured',
      `The server redirects (${status}); enter the address that it redirects to`,
      { place },
    )
  return new SourceError(status >= 500 ? 'unreachable' : 'unreadable', `The server answered ${status}`, { place })
}

/** RFC 9110 §10.2.3: seconds or a date. */
function retryAfterOf(headers: HeaderReader): { readonly retryAfterMs?: number } {
  const said = headers.get('retry-after')
  if (said === null) return {}
  if (/^\d{1,7}$/.test(said)) return { retryAfterMs: Number(said) * 1_000 }
  const at = Date.parse(said)
  const answeredAt = Date.parse(headers.get('date') ?? '')
  if (Number.isNaN(at) || Number.isNaN(answeredAt)) return {}
  return { retryAfterMs: Math.max(0, at - answeredAt) }
}

/** An address for people: queries may carry keys. */
export function placeOf(url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}
