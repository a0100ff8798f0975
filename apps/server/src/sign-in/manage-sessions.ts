import { AccessError } from '../access/access-error.ts'
import type { Call } from '../access/call.ts'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { getPerson } from '../directory/people.ts'
import { findSession, type ListedSession } from './list-sessions.ts'
import { endSessions } from './sessions.ts'

/** Ends somebody's session; one that has ended stays as it was. Throws `sessionNotFound`. */
export function revokeSession(
  database: Database,
  call: Call,
  { organizationId, sessionId }: { readonly organizationId: string; readonly sessionId: string },
): Promise<ListedSession> {
  const { now, actor, requestId } = call
  return transaction(database, async (tx) => {
    await endSessions(tx, { organizationId, sessionId, reason: 'revoked', now, actor, requestId })
    const session = await findSession(tx, { organizationId, withEnded: true, now }, sessionId)
    if (session === undefined) throw new AccessError('sessionNotFound', 'There is no such session')
    return session
  })
}

/** Ends every session of a person; returns how many there were. Throws `personNotFound`. */
export function revokePersonSessions(
  database: Database,
  call: Call,
  { organizationId, userId }: { readonly organizationId: string; readonly userId: string },
): Promise<number> {
  const { now, actor, requestId } = call
  return transaction(database, async (tx) => {
    await getPerson(tx, organizationId, userId)
    return endSessions(tx, { organizationId, userId, reason: 'revoked', now, actor, requestId })
  })
}
