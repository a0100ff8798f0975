import { foldCase } from '@rollcall/scim'
import { selectPasswordHolder } from '../db/queries/sign-in.ts'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { mayUseEmergency } from './admit.ts'
import { useRecoveryCode } from './recovery-codes.ts'
import type { StartSession } from './sessions.ts'
import { recordFailure, signIn, type SignInOutcome } from './sign-in.ts'
import { giveBackAttempt, takeAttempt } from './throttle.ts'

export type RecoverySignIn = Pick<StartSession, 'organizationId' | 'now' | 'requestId' | 'userAgent' | 'replaces'> & {
  readonly ip: string
  readonly name: string
  readonly code: string
}

export type RecoverySignInOutcome =
  | SignInOutcome
  /** The same for a name that nobody has, for somebody who is no owner, and for a wrong code. */
  | { readonly kind: 'refused'; readonly code: 'wrongCode' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }

/** An owner comes in by user name and recovery code, whatever the organization has switched off (CON-G7). */
export async function signInWithRecoveryCode(
  database: Database,
  given: RecoverySignIn,
): Promise<RecoverySignInOutcome> {
  const { organizationId, now, ip, requestId } = given
  const name = foldCase(given.name.trim())
  const attempt = { organizationId, name, address: ip }
  const retryAfterSeconds = await takeAttempt(database, attempt, now)
  if (retryAfterSeconds !== undefined) return { kind: 'throttled', retryAfterSeconds }
  const email = JSON.stringify({ emails: [{ value: name }] })
  const userId = (await selectPasswordHolder(database, organizationId, { key: name, email }))?.userId
  const isOwner = userId !== undefined && (await mayUseEmergency(database, { organizationId, userId }))
  // Who may not use it must not use a code up either.
  const used =
    userId === undefined || !isOwner
      ? undefined
      : await useRecoveryCode(database, { organizationId, userId, now, requestId }, given.code)
  if (used?.kind === 'throttled') return used
  if (userId === undefined || used?.kind !== 'ok') {
    const code = userId !== undefined && !isOwner ? 'notOwner' : 'wrongCode'
    await transaction(database, (tx) => recordFailure(tx, { ...given, method: 'recoveryCode', userId, code }))
    return { kind: 'refused', code: 'wrongCode' }
  }
  await giveBackAttempt(database, attempt)
  return transaction(database, (tx) =>
    signIn(tx, { ...given, userId, method: 'recoveryCode', factors: ['recoveryCode'] }),
  )
}
