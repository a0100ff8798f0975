import {
  insertReceivedSignal,
  revokeTokensOf,
  updateSignalOutcome,
  updateTransmitterReceived,
} from '../../db/queries/transmitters.ts'
import { transaction } from '../../db/transaction.ts'
import { insertAccessChange } from '../../db/queries/access-changes.ts'
import { endSessions } from '../sessions.ts'
import { actorOf, findPerson, type Acting } from './act-on-signal.ts'
import { record } from './receive-signal.ts'
import { RefusedSignal } from './signal-error.ts'
import type { TransmitterKeys } from './transmitter-keys.ts'
import { verifyRequestToken } from './verify-token.ts'

const eventName = 'global-token-revocation'

export type RevocationOutcome = 'revoked' | 'subjectUnknown'

/**
 * Universal logout (global token revocation): ends every session of a person, and the access and refresh tokens that others
 * hold for the person. Keys that the person made for programs stay. Throws RefusedSignal; a request is good for once.
 */
export async function revokeEverything(
  keys: TransmitterKeys,
  acting: Acting,
  request: { readonly token: string; readonly audiences: readonly string[]; readonly subject: unknown },
): Promise<RevocationOutcome> {
  const { database, transmitter, now, requestId } = acting
  const { organizationId } = transmitter
  const { jti } = await verifyRequestToken(keys, transmitter, { ...request, now })
  const outcome = await transaction(database, async (tx): Promise<RevocationOutcome> => {
    const received = { jti, event: eventName, userId: null, outcome: 'subjectUnknown', receivedAt: now }
    if (!(await insertReceivedSignal(tx, transmitter, received)))
      throw new RefusedSignal('authentication_failed', 'The signed request was used before')
    const person = await findPerson(tx, transmitter, request.subject)
    if (person === undefined) return 'subjectUnknown'
    const actor = actorOf(transmitter)
    const userId = person.id
    await endSessions(tx, { organizationId, userId, reason: 'universalLogout', now, actor, requestId })
    for (const keyId of await revokeTokensOf(tx, { organizationId, userId, at: now }))
      await insertAccessChange(tx, {
        organizationId,
        at: now,
        action: 'key.revoked',
        subjectId: keyId,
        subjectVersion: 2,
        actor,
        requestId,
        data: { reason: 'universalLogout', userId },
      })
    await updateSignalOutcome(tx, transmitter, { jti, userId, outcome: 'sessionsEnded' })
    await record(tx, acting, { event: eventName, userId, outcome: 'sessionsEnded' })
    return 'revoked'
  })
  await updateTransmitterReceived(database, transmitter, { at: now, error: null, isVerification: false })
  return outcome
}
