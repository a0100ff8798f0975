import type { RouteAnswer } from '@rollcall/admin-api'
import type { ListedSession } from '../../../sign-in/list-sessions.ts'
import { formatTypeId } from '../../../type-id.ts'

export function viewSession(session: ListedSession): RouteAnswer<'revokeSession'> {
  const { identityProviderId: provider } = session
  return {
    id: formatTypeId('ses', session.id),
    userId: formatTypeId('usr', session.userId),
    name: session.userDisplay,
    method: session.method,
    factors: [...session.factors],
    stage: session.stage,
    identityProviderId: provider === null ? null : formatTypeId('idp', provider),
    ip: session.ip,
    userAgent: session.userAgent,
    startedAt: session.startedAt.toISOString(),
    lastSeenAt: session.lastSeenAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
    endedAt: session.endedAt?.toISOString() ?? null,
    endReason: session.endReason,
  }
}
