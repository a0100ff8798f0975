import { selectIdentityProvider } from '../db/queries/identity-providers.ts'
import { beginLogout } from './saml/logout.ts'
import type { SamlDoor } from './saml/sign-in.ts'
import type { Session } from './sessions.ts'

/** Where the browser goes so that the identity provider ends its session too; undefined when there is nothing to end. */
export async function beginOnwardLogout(door: SamlDoor, session: Session): Promise<string | undefined> {
  if (session.identityProviderId === null) return undefined
  const provider = await selectIdentityProvider(door.database, session.organizationId, session.identityProviderId)
  return provider?.type === 'saml' && provider.state === 'enabled' ? beginLogout(door, provider, session) : undefined
}
