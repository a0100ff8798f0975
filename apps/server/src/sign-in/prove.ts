import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import type { FactorName } from './factor-changes.ts'
import { verifyPasskey, type PasskeyParts } from './passkeys.ts'
import { proveSession, type Session, type StartedSession } from './sessions.ts'
import { recordFailure } from './sign-in.ts'
import { giveBackAttempt, takeAttempt } from './throttle.ts'

/** So long after somebody has shown who he is, he is not asked again, whatever he does. */
export const provenMinutes = 15

/** Whether a dangerous act may go ahead without asking again (CON-M2). */
export function isProvenLately({ provedAt }: Pick<Session, 'provedAt'>, now: Date): boolean {
  return now.getTime() - provedAt.getTime() <= provenMinutes * 60_000
}

type Proof = { readonly session: Session; readonly now: Date; readonly requestId: string | undefined }

/** Takes the session on. Undefined: it has ended. */
export function proveWithFactor(
  database: Database,
  { session, factor, now, requestId }: Proof & { readonly factor: FactorName | 'recoveryCode' | 'password' },
): Promise<StartedSession | undefined> {
  return transaction(database, (tx) => proveSession(tx, { session, factors: [factor], now, requestId }))
}

/** The same by a passkey, in one transaction with its counter. Undefined: refused, and written down. */
export async function provePasskey(
  parts: PasskeyParts,
  { session, answer, now, requestId, ip }: Proof & { readonly answer: string; readonly ip: string },
): Promise<StartedSession | undefined> {
  const { organizationId, userId, id: sessionId } = session
  const attempt = { organizationId, address: ip }
  if ((await takeAttempt(parts.database, attempt, now)) !== undefined) return undefined
  const proven = await transaction(parts.database, async (tx) => {
    const purpose = { kind: 'confirm', organizationId, sessionId } as const
    const outcome = await verifyPasskey(tx, parts, { answer, purpose, userId, now })
    if (outcome.kind === 'ok') return proveSession(tx, { session, factors: ['passkey'], now, requestId })
    await recordFailure(tx, { ...toFailure({ session, now, requestId }), code: `passkey.${outcome.reason}`, ip })
    return undefined
  })
  if (proven !== undefined) await giveBackAttempt(parts.database, attempt)
  return proven
}

/** A proof that failed is a failed sign-in: in its own transaction, since nothing else happened. */
export async function recordFailedProof(
  database: Database,
  failed: Proof & { readonly factor: string; readonly code: string; readonly ip: string },
): Promise<void> {
  const code = `${failed.factor}.${failed.code}`
  await transaction(database, (tx) => recordFailure(tx, { ...toFailure(failed), code, ip: failed.ip }))
}

function toFailure({ session, now, requestId }: Proof) {
  const { organizationId, userId, method } = session
  return { organizationId, userId, method, now, requestId }
}
