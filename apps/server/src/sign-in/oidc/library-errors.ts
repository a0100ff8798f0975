import * as client from 'openid-client'
import { OutboundError } from '../../outbound-fetch.ts'
import { OidcError, type OidcCode } from './oidc-error.ts'

/** What the library found wrong, by our codes; undefined: no refusal but a fault of ours. */
export function toOidcError(error: unknown): OidcError | undefined {
  if (error instanceof OidcError) return error
  if (error instanceof OutboundError) return new OidcError('providerUnreachable', error.message)
  if (error instanceof client.AuthorizationResponseError)
    return new OidcError('providerRefused', `${error.error}: ${error.error_description ?? 'no description'}`)
  if (error instanceof client.ResponseBodyError) {
    const said = `${error.error}: ${error.error_description ?? 'no description'}`
    return new OidcError(bodyCodes.get(error.error) ?? 'providerUnreachable', said)
  }
  if (error instanceof client.WWWAuthenticateChallengeError)
    return new OidcError(
      'clientRefused',
      `The identity provider answered ${error.status} and asks for other credentials`,
    )
  if (!(error instanceof client.ClientError)) return undefined
  const { cause } = error
  if (cause instanceof OutboundError) return new OidcError('providerUnreachable', cause.message)
  return new OidcError(toCode(error), describe(error))
}

const bodyCodes: ReadonlyMap<string, OidcCode> = new Map([
  ['invalid_client', 'clientRefused'],
  ['unauthorized_client', 'clientRefused'],
  ['invalid_grant', 'codeRefused'],
])

const codes: ReadonlyMap<string, OidcCode> = new Map([
  ['OAUTH_JWT_TIMESTAMP_CHECK_FAILED', 'expired'],
  ['OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED', 'subjectMismatch'],
  ['OAUTH_KEY_SELECTION_FAILED', 'signatureInvalid'],
  ['OAUTH_UNSUPPORTED_OPERATION', 'weakAlgorithm'],
  ['OAUTH_RESPONSE_IS_NOT_CONFORM', 'providerUnreachable'],
  ['OAUTH_RESPONSE_IS_NOT_JSON', 'providerUnreachable'],
  ['OAUTH_TIMEOUT', 'providerUnreachable'],
  ['OAUTH_ABORT', 'providerUnreachable'],
])

const claimCodes: ReadonlyMap<string, OidcCode> = new Map([
  ['iss', 'issuerMismatch'],
  ['aud', 'audienceMismatch'],
  ['azp', 'audienceMismatch'],
  ['nonce', 'nonceMismatch'],
])

/** Of one code of the library only the message says what it was. */
const messages: readonly (readonly [RegExp, OidcCode])[] = [
  [/"alg"/, 'weakAlgorithm'],
  [/signature/, 'signatureInvalid'],
  [/"nonce"/, 'nonceMismatch'],
  [/"iss"/, 'issuerMismatch'],
  [/"aud"|"azp"/, 'audienceMismatch'],
]

function toCode({ code = '', cause }: client.ClientError): OidcCode {
  const known = codes.get(code) ?? claimCodes.get(claimOf(cause))
  if (known !== undefined) return known
  const message = cause instanceof Error ? cause.message : ''
  return messages.find(([pattern]) => pattern.test(message))?.[1] ?? 'malformed'
}

type Finding = { readonly claim?: unknown; readonly expected?: unknown; readonly claims?: unknown }

function findingOf(cause: unknown): Finding {
  const inner = cause instanceof Error ? cause.cause : undefined
  return typeof inner === 'object' && inner !== null ? inner : {}
}

function claimOf(cause: unknown): string {
  const { claim } = findingOf(cause)
  return typeof claim === 'string' ? claim : ''
}

/** With what was there and what should have been, but for the nonce, which is nobody's business. */
function describe({ message, cause }: client.ClientError): string {
  const said = cause instanceof Error ? cause.message : message
  const { claim, expected, claims } = findingOf(cause)
  if (typeof claim !== 'string' || claim === 'nonce') return said
  const found = new Map<string, unknown>(
    Object.entries(typeof claims === 'object' && claims !== null ? claims : {}),
  ).get(claim)
  return `${said}: ${JSON.stringify(found ?? null)}${expected === undefined ? '' : ` instead of ${JSON.stringify(expected)}`}`
}
