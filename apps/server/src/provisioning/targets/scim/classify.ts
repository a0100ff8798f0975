import { ScimClientError } from '@rollcall/scim/client'
import { OutboundRefusal } from '../../../outbound-guard.ts'
import type { ReasonCode } from '../../reasons.ts'
import { findNamedAttribute } from '../named-attribute.ts'
import type { Outcome, OutcomeDetail } from '../target.ts'
import { PlaceError } from './attribute-place.ts'
import { CredentialsError } from '../../../outbound-authorizer.ts'

/** What was asked of the app, as far as it decides what an error means. */
export type Asked = {
  /** `one`: a request to an account by its id. */
  readonly kind: 'search' | 'list' | 'create' | 'one' | 'members' | 'probe'
  readonly isRead: boolean
  /** Attributes that were sent: the app may complain of one. */
  readonly attributes?: readonly string[]
}

type Failure = Exclude<Outcome<never>, { readonly kind: 'done' }>
type Verdict = readonly [kind: Failure['kind'], reason: ReasonCode]

const detailCharactersMax = 2_000

/** What became of a request that ended with an error. Throws again what is no error of the app or the network. */
export function classify(error: unknown, asked: Asked): Failure {
  if (error instanceof CredentialsError) return toFailure(['broken', error.reason], { detail: error.message })
  if (error instanceof PlaceError) return toFailure(['refused', 'InvalidPath'], { detail: error.message })
  if (!(error instanceof ScimClientError)) throw error
  const verdict = judge(error, asked)
  const detail = describe(error)
  const attribute = findNamedAttribute(detail, asked.attributes ?? [])
  return toFailure(verdict, {
    status: error.status,
    detail,
    ...(attribute !== undefined && { attribute }),
    retryAfterMs: error.retryAfterMs,
  })
}

function toFailure(
  [kind, reason]: Verdict,
  about: {
    readonly status?: number | undefined
    readonly detail: string
    readonly attribute?: string
    readonly retryAfterMs?: number | undefined
  },
): Failure {
  const { retryAfterMs, ...rest } = about
  const detail: OutcomeDetail = {
    ...rest,
    status: about.status ?? null,
    reason,
    detail: about.detail.slice(0, detailCharactersMax),
  }
  return kind === 'throttled' ? { kind, retryAfterMs, ...detail } : { kind, ...detail }
}

function judge(error: ScimClientError, asked: Asked): Verdict {
  switch (error.kind) {
    case 'response':
      return judgeStatus(error, asked)
    case 'network':
      return judgeNetwork(error.cause)
    case 'timeout':
      return ['uncertain', 'Timeout']
    case 'aborted':
      return ['uncertain', 'Interrupted']
    case 'redirect':
      return ['broken', 'Redirected']
    case 'tooLarge':
      return asked.isRead ? ['broken', 'AnswerTooLarge'] : ['uncertain', 'AnswerTooLarge']
    case 'malformed':
      if (error.isPage) return ['broken', 'HtmlAnswer']
      // A 2xx that cannot be read: what was asked for may well have been done.
      return asked.isRead ? ['broken', 'NotScim'] : ['uncertain', 'MalformedAnswer']
    case 'paging':
    case 'ambiguous':
      return ['broken', 'NotScim']
    case 'invalidRequest':
      return ['refused', 'InvalidSyntax']
    default:
      return error.kind satisfies never
  }
}

function judgeStatus(error: ScimClientError, asked: Asked): Verdict {
  const { status = 0 } = error
  if (status === 429) return ['throttled', 'TooManyRequests']
  if (status === 503 && error.retryAfterMs !== undefined) return ['throttled', 'Unavailable']
  if (status >= 500 && status !== 501) return ['uncertain', 'ServerError']
  if (error.isPage) return status === 401 ? ['broken', 'CredentialsRefused'] : ['broken', 'HtmlAnswer']
  const isOne = asked.kind === 'one' || asked.kind === 'members'
  if (status === 404 || status === 410) return isOne ? ['missing', 'Vanished'] : ['broken', 'EndpointNotFound']
  // A protected account, such as an owner, and not the credentials: other accounts go through.
  if (status === 403) return isOne && !asked.isRead && error.isScimAnswer ? ['refused', 'ObjectForbidden'] : forbidden
  return byStatus[status] ?? judgeRefusal(error, asked)
}

const forbidden: Verdict = ['broken', 'Forbidden']

const byStatus: { readonly [status: number]: Verdict } = {
  401: ['broken', 'CredentialsRefused'],
  402: ['refused', 'LicenseLimit'],
  405: ['broken', 'MethodNotSupported'],
  406: ['broken', 'MediaTypeRefused'],
  409: ['conflict', 'Conflict'],
  412: ['stale', 'VersionChanged'],
  413: ['refused', 'TooLarge'],
  415: ['broken', 'MediaTypeRefused'],
  428: ['broken', 'VersionRequired'],
  501: ['broken', 'MethodNotSupported'],
}

/** RFC 7644 §3.12, table 9. */
const byScimType: { readonly [scimType: string]: Verdict } = {
  uniqueness: ['conflict', 'Conflict'],
  tooMany: ['refused', 'TooManyMembers'],
  invalidFilter: ['broken', 'FilterNotSupported'],
  mutability: ['refused', 'Immutable'],
  invalidSyntax: ['refused', 'InvalidSyntax'],
  invalidPath: ['refused', 'InvalidPath'],
  noTarget: ['refused', 'NoTarget'],
  invalidValue: ['refused', 'InvalidValue'],
  sensitive: ['refused', 'Sensitive'],
}

/** 400, 422 and the like: what the app says in its own words often tells more than its codes. */
function judgeRefusal(error: ScimClientError, asked: Asked): Verdict {
  const said = error.detail ?? ''
  if (error.scimType === 'tooMany' && asked.kind === 'search') return ['broken', 'FilterNotSupported']
  const byType = Object.hasOwn(byScimType, error.scimType ?? '') ? byScimType[error.scimType ?? ''] : undefined
  const byWords = wordings.find(({ pattern }) => pattern.test(said))?.verdict
  // "invalidValue: userName is required" is told by its words.
  if (byWords !== undefined && (byType === undefined || error.scimType === 'invalidValue')) return byWords
  if (byType !== undefined) return byType
  if (asked.kind === 'search') return ['broken', 'FilterNotSupported']
  if (asked.isRead) return ['broken', 'NotScim']
  return ['refused', error.status === 422 ? 'Unprocessable' : 'Refused']
}

const wordings: readonly { readonly pattern: RegExp; readonly verdict: Verdict }[] = [
  {
    pattern: /\b(?:already (?:exists?|taken|in use|been taken)|duplicate|user_exists|username_taken)\b/i,
    verdict: ['conflict', 'Conflict'],
  },
  { pattern: /\b(?:licen[sc]es?|seats?)\b/i, verdict: ['refused', 'LicenseLimit'] },
  { pattern: /\bdomain\b/i, verdict: ['refused', 'InvalidDomain'] },
  {
    pattern:
      /\b(?:is required|required attribute|missing|must not be (?:empty|blank)|can(?:not|'t) be (?:empty|blank))\b/i,
    verdict: ['refused', 'RequiredValueMissing'],
  },
]

const nameCodes = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NONAME'])
const connectCodes = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'EADDRNOTAVAIL'])
const tlsCodes =
  /^(?:ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH|EPROTO)/

/** What failed before anything was sent is certain: nothing was done. */
function judgeNetwork(cause: unknown): Verdict {
  if (cause instanceof OutboundRefusal) return ['broken', 'AddressNotAllowed']
  const code = codeOf(cause)
  if (nameCodes.has(code)) return ['broken', 'NameNotFound']
  if (connectCodes.has(code)) return ['broken', 'ConnectionRefused']
  if (tlsCodes.test(code)) return ['broken', 'TlsFailed']
  return ['uncertain', 'ConnectionLost']
}

/** Of several addresses each has its own reason. */
function codeOf(cause: unknown): string {
  const all: readonly unknown[] = cause instanceof AggregateError ? cause.errors : []
  const error = all[0] ?? cause
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function describe(error: ScimClientError): string {
  const said = [error.scimType, error.detail].filter((part) => part !== undefined).join(': ')
  if (error.kind === 'response') return said === '' ? `The app answered ${error.status}` : said
  if (error.kind === 'network' && error.cause instanceof Error) {
    const code = codeOf(error.cause)
    return code === '' ? error.cause.message : `${code}: ${error.cause.message}`
  }
  return error.message
}
