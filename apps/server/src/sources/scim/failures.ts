import { ScimClientError } from '@rollcall/scim/client'
import { CredentialsError } from '../../outbound-authorizer.ts'
import { OutboundRefusal } from '../../outbound-guard.ts'
import { SourceError, type SourceErrorReason } from '../source-error.ts'

/** What a client's failure means for whoever set up the source; what is none stays what it is. */
export function toSourceError(error: unknown): unknown {
  if (!(error instanceof ScimClientError)) return error
  const { cause, path, retryAfterMs, message } = error
  if (cause instanceof OutboundRefusal) return new SourceError('misconfigured', cause.message, { cause })
  if (cause instanceof CredentialsError)
    return new SourceError(cause.reason === 'AddressNotAllowed' ? 'misconfigured' : 'unauthorized', cause.message, {
      cause,
    })
  return new SourceError(reasonOf(error), message, {
    cause: error,
    ...(path !== undefined && { place: path }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}

function reasonOf({ kind, status = 0 }: ScimClientError): SourceErrorReason {
  switch (kind) {
    case 'network':
    case 'aborted':
      return 'unreachable'
    case 'timeout':
      return 'timedOut'
    case 'redirect':
    case 'invalidRequest':
      return 'misconfigured'
    case 'tooLarge':
      return 'tooLarge'
    case 'paging':
      return 'truncated'
    case 'response':
      return reasonOfStatus(status)
    case 'malformed':
    case 'ambiguous':
      return 'unreadable'
    default:
      return kind satisfies never
  }
}

function reasonOfStatus(status: number): SourceErrorReason {
  if (status === 401 || status === 403) return 'unauthorized'
  if (status === 404 || status === 410) return 'notFound'
  if (status === 429 || status === 503) return 'throttled'
  return status >= 500 ? 'unreachable' : 'unreadable'
}
