import { scimError, type ScimError } from '@rollcall/scim'
import type { OrganizationPrincipal, Principal, PrincipalConnection, Refusal } from '../../access/principal.ts'
import { describeLack, findScimLack } from '../../access/rights.ts'

/** Whether somebody with a live key may come in here, and why not. */
export type Admission =
  | { readonly kind: 'admitted'; readonly principal: OrganizationPrincipal; readonly connection: PrincipalConnection }
  | { readonly kind: 'refused'; readonly error: ScimError }

/** Where a key was shown, and by whom. */
export type Place = {
  /** The organization that the mount names. */
  readonly slug: string | undefined
  /** User-Agent. */
  readonly client: string | null
}

/** What the key says must fit the mount where it was shown. */
export function admit(principal: Principal, { slug, client }: Place): Admission {
  if (principal.kind === 'instance')
    return refuse(
      scimError(
        'forbidden',
        'A key of the instance speaks no SCIM: make a key of the organization with the scope "scim"',
      ),
    )
  // The same answer as for a key that does not exist: nobody learns which organizations there are.
  if (slug !== undefined && slug !== principal.organizationSlug)
    return refuse(scimError('unauthorized', 'The key is unknown', { headers: challenge('invalid_token') }))
  const lack = findScimLack(principal)
  if (lack !== undefined) {
    const headers = challenge(`insufficient_scope", scope="${lack.name}`)
    return refuse(scimError('forbidden', describeLack(lack, principal), { headers }))
  }
  const { connection } = principal
  if (connection === undefined) return refuse(scimError('forbidden', 'The organization has no SCIM connection'))
  if (connection.state === 'disabled') {
    const detail = `The connection "${connection.name}" is disabled: enable it to let its keys in again`
    return refuse(scimError('forbidden', detail))
  }
  if (connection.state === 'paused') return refuse(pausedError(connection, client))
  return { kind: 'admitted', principal, connection }
}

/** A client of a paused connection is told to come back after so long. */
export const pauseRetrySeconds = 300

/**
 * 503 says what is the case, and whoever retries server errors comes back (Entra ID: with its next cycle). Okta retries by
 * itself only after 429 (its guide "Handle SCIM server rate limiting"); any other status needs a person there.
 */
function pausedError(connection: PrincipalConnection, client: string | null): ScimError {
  const isOkta = connection.profile === 'okta' || /\bokta\b/i.test(client ?? '')
  const detail = `The connection "${connection.name}" is paused; nothing was changed. Try again after ${pauseRetrySeconds} seconds, until somebody resumes it`
  const headers = { 'retry-after': String(pauseRetrySeconds) }
  return scimError(isOkta ? 'tooManyRequests' : 'unavailable', detail, { headers })
}

/** A refused authentication in the words of SCIM. */
export function toRefusalError(refusal: Refusal): ScimError {
  if (refusal.reason === 'throttled') {
    const headers = { 'retry-after': String(refusal.retryAfterSeconds ?? 1) }
    return scimError('tooManyRequests', refusal.detail, { headers })
  }
  if (refusal.reason === 'issuerUnavailable') {
    const headers = { 'retry-after': String(refusal.retryAfterSeconds ?? 1) }
    return scimError('unavailable', refusal.detail, { headers })
  }
  // The key is right and would not become so by being sent again.
  if (refusal.reason === 'addressNotAllowed') return scimError('forbidden', refusal.detail)
  // RFC 6750 §3.1: without any credentials the challenge carries no error code.
  const headers = refusal.reason === 'missing' ? { 'www-authenticate': 'Bearer' } : challenge('invalid_token')
  return scimError('unauthorized', refusal.detail, { headers })
}

function challenge(error: string): { readonly 'www-authenticate': string } {
  return { 'www-authenticate': `Bearer error="${error}"` }
}

function refuse(error: ScimError): Admission {
  return { kind: 'refused', error }
}
