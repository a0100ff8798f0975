import type { FailedAttempts } from '../../access/failed-attempts.ts'
import type { SamlDoor } from '../../sign-in/saml/sign-in.ts'
import type { SignInParts, Visit } from './site.ts'

/** What the endpoints of SAML stand on. */
export type SamlSite = SignInParts & {
  readonly attempts: FailedAttempts
  relaySecret(): Promise<Uint8Array>
  /** With which requests are written. */
  requestSecret(): Promise<Uint8Array>
}

export function doorOf(site: SignInParts, { context, now }: Visit): SamlDoor {
  const { database, encryption } = site
  return { database, encryption, baseUrl: context.baseUrl, now, requestId: context.requestId }
}
