import type { OrganizationPrincipal } from '../access/principal.ts'
import { toKeyOwner } from '../access/rights.ts'
import { selectOwnerRoles } from '../db/queries/keys.ts'
import { selectIsOperator } from '../db/queries/operators.ts'
import type { Queryable } from '../db/pool.ts'
import { formatTypeId } from '../type-id.ts'
import { needsSecondStep } from './admit.ts'
import { readSession } from './sessions.ts'

export type SessionAuthentication =
  | { readonly kind: 'granted'; readonly principal: OrganizationPrincipal }
  /** `secondStep`: since the sign-in the person was given rights that want more than was proven. */
  | { readonly kind: 'refused'; readonly reason: 'unknown' | 'secondStep' }

/** Who is signed in, with the rights of the person's roles: asked anew with every request, so nothing outlives its end. */
export async function authenticateSession(db: Queryable, secret: string, now: Date): Promise<SessionAuthentication> {
  const session = await readSession(db, secret, now)
  if (session === undefined) return { kind: 'refused', reason: 'unknown' }
  const { organizationId, userId } = session
  const owner = toKeyOwner(await selectOwnerRoles(db, organizationId, userId))
  const isOperator = await selectIsOperator(db, organizationId, userId)
  if (needsSecondStep(owner, session.factors, isOperator)) return { kind: 'refused', reason: 'secondStep' }
  const principal: OrganizationPrincipal = {
    kind: 'organization',
    organizationId,
    organizationSlug: session.organizationSlug,
    organizationVersion: session.organizationVersion,
    keyId: session.id,
    keyName: '',
    // Whatever the roles allow; SCIM is spoken with keys.
    scopes: ['organization:admin'],
    actor: formatTypeId('usr', userId),
    userId,
    userScimId: session.userScimId ?? undefined,
    serviceAccountId: undefined,
    owner,
    hasRoleMappings: session.hasRoleMappings,
    connection: undefined,
    session: {
      id: session.id,
      method: session.method,
      factors: session.factors,
      startedAt: session.startedAt,
      provedAt: session.provedAt,
      idleAt: session.idleAt,
      expiresAt: session.expiresAt,
      organizationName: session.organizationName,
      isOperator,
    },
  }
  return { kind: 'granted', principal }
}
