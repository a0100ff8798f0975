import { apiError } from '@rollcall/admin-api'
import type { OrganizationPrincipal, PrincipalSession } from '../../access/principal.ts'
import type { OwnSession } from '../../sign-in/account.ts'
import type { CallContext } from './call-context.ts'

/** Whoever is signed in with a browser; a key is nobody's own page. */
export function requireSession({ principal }: Pick<CallContext, 'principal'>): {
  readonly principal: OrganizationPrincipal
  readonly session: PrincipalSession
} {
  if (principal.kind === 'organization' && principal.session !== undefined)
    return { principal, session: principal.session }
  throw apiError('notFound', 'This request shows a key: nobody is signed in with it')
}

/** The same, as acting on one's own account wants it. */
export function requireOwn(context: Pick<CallContext, 'principal'>): OwnSession {
  const { principal, session } = requireSession(context)
  const { organizationId, userId = '' } = principal
  return { organizationId, userId, id: session.id }
}
