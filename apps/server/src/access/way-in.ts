import { lockOrganization } from '../db/queries/organizations.ts'
import { hasIdentityProvider } from '../db/queries/sign-in.ts'
import type { Queryable } from '../db/pool.ts'
import type { SignInSettings } from './sign-in-settings.ts'

/**
 * Whether people can sign in at all (AC-D32), asked after a change and in its transaction: an identity provider is a way in
 * while it and its method are on.
 */
export async function hasWayIn(tx: Queryable, organizationId: string, { methods }: SignInSettings): Promise<boolean> {
  if (methods.password || methods.passkey) return true
  // Of two changes at once, each of which leaves what the other takes, the second must see the first.
  await lockOrganization(tx, organizationId)
  return hasIdentityProvider(tx, organizationId, [...(methods.saml ? ['saml'] : []), ...(methods.oidc ? ['oidc'] : [])])
}
