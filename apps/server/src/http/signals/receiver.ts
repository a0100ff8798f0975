import type { Authenticator } from '../../access/authenticate.ts'
import type { OrganizationPrincipal, Refusal } from '../../access/principal.ts'
import { describeLack, findLack } from '../../access/rights.ts'
import { parseTypeId } from '../../type-id.ts'
import type { RequestContext } from '../request-context.ts'
import { SignalError } from './refusal.ts'

/** Whoever receives events: the streams are his who owns the key. */
export type Receiver = {
  readonly principal: OrganizationPrincipal
  readonly organizationId: string
  readonly ownerId: string
  /** Whether events may carry the data of people. */
  readonly mayReadPeople: boolean
}

/** Throws what the stream API answers to strangers. `organization` is the one of the address; undefined: the key's. */
export async function authenticateReceiver(
  authenticator: Authenticator,
  request: Request,
  { context, organization }: { readonly context: RequestContext; readonly organization: string | undefined },
): Promise<Receiver> {
  const header = request.headers.get('authorization')
  const authentication = await authenticator.authenticate(header, context.clientIp)
  if (authentication.kind === 'refused') throw toRefusal(authentication)
  const { principal } = authentication
  if (principal.kind === 'instance')
    throw new SignalError(403, 'access_denied', { message: 'A key of the instance receives no events' })
  const { organizationId } = principal
  if (organization !== undefined && parseTypeId('org', organization) !== organizationId)
    throw new SignalError(401, 'authentication_failed', { message: 'The key is unknown', headers: challenge })
  const lack = findLack(principal, 'signals:receive')
  if (lack !== undefined) throw new SignalError(403, 'access_denied', { message: describeLack(lack, principal) })
  context.organization = principal.organizationSlug
  context.actor = principal.actor
  return {
    principal,
    organizationId,
    // A client without an owner has its streams under every token that it buys.
    ownerId: principal.serviceAccountId ?? principal.userId ?? principal.parentKeyId ?? principal.keyId,
    mayReadPeople: findLack(principal, 'people:read') === undefined,
  }
}

const challenge = { 'www-authenticate': 'Bearer error="invalid_token"' }

function toRefusal(refusal: Refusal): SignalError {
  const { reason, detail: message, retryAfterSeconds } = refusal
  if (reason === 'throttled' || reason === 'issuerUnavailable')
    return new SignalError(reason === 'throttled' ? 429 : 503, 'access_denied', {
      message,
      headers: { 'retry-after': String(retryAfterSeconds ?? 1) },
    })
  if (reason === 'addressNotAllowed') return new SignalError(403, 'access_denied', { message })
  const headers = reason === 'missing' ? { 'www-authenticate': 'Bearer' } : challenge
  return new SignalError(401, 'authentication_failed', { message, headers })
}
