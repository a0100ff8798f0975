import type { FailedAttempts } from '../../access/failed-attempts.ts'
import type { Parts } from '../../parts.ts'
import type { OidcDoor } from '../../sign-in/oidc/exchange.ts'
import type { SignInParts, Visit } from './site.ts'

/** What the endpoints of OpenID Connect stand on. */
export type OidcSite = SignInParts &
  Pick<Parts, 'outboundFetch'> & {
    readonly attempts: FailedAttempts
    /** With which states are written. */
    requestSecret(): Promise<Uint8Array>
  }

export function oidcDoorOf(site: OidcSite, { context, now }: Visit): OidcDoor {
  const { database, encryption, outboundFetch } = site
  return { database, encryption, outboundFetch, baseUrl: context.baseUrl, now, requestId: context.requestId }
}
