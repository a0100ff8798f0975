import { insertIdToken, selectIdToken } from '../../db/queries/openid-connect.ts'
import type { Queryable } from '../../db/pool.ts'
import type { Encryption } from '../../encryption.ts'
import type { StartedSession } from '../sessions.ts'
import type { Exchange } from './exchange.ts'

/** Keeps the ID token of a session as long as the session, where the identity provider wants to see it at the end. */
export async function keepIdToken(
  tx: Queryable,
  { provider, settings, description }: Exchange,
  given: { readonly session: StartedSession; readonly idToken: string; readonly encryption: Encryption },
): Promise<void> {
  if (!settings.singleLogout || description.end_session_endpoint === undefined) return
  const { organizationId, id: providerId } = provider
  const { id: sessionId, expiresAt } = given.session
  const idToken = given.encryption.seal(given.idToken, contextOf(organizationId))
  await insertIdToken(tx, { organizationId, providerId }, { sessionId, idToken, expiresAt })
}

/** Sealed, as it goes into a request to sign out. */
export function findIdToken(db: Queryable, organizationId: string, sessionId: string): Promise<string | undefined> {
  return selectIdToken(db, organizationId, sessionId)
}

/** Undefined when it cannot be opened any more: its key is gone, and the identity provider will ask the person. */
export function openIdToken(encryption: Encryption, organizationId: string, sealed: string): string | undefined {
  try {
    return encryption.open(sealed, contextOf(organizationId))
  } catch {
    return undefined
  }
}

function contextOf(organizationId: string): string {
  return `oidc_id_tokens/${organizationId}`
}
