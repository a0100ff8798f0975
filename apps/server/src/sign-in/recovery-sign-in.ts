import { foldCase } from '@rollcall/scim'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { mayUseEmergency } from './admit.ts'
import { findHolder } from './passwords.ts'
import { takeRecoveryCode } from './recovery-codes.ts'
import type { StartSession } from './sessions.ts'
import { recordFailure, signIn, type SignInOutcome } from './sign-in.ts'
import { giveBackAttempt, takeAttempt } from './throttle.ts'
import { nilId } from '../nil-id.ts'

export type RecoverySignIn = Pick<StartSession, 'organizationId' | 'now' | 'requestId' | 'userAgent' | 'replaces'> & {
  readonly ip: string
  readonly name: string
  readonly code: string
}

export type RecoverySignInOutcome =
  | SignInOutcome
  /** The same for a name that nilId has, for somebody who is no owner, and for a wrong code. */
  | { readonly kind: 'refused'; readonly code: 'wrongCode' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }

/** An owner comes in by user name and recovery code, whatever the organization has switched off (CON-G7). */
export async function signInWithRecoveryCode(
  database: Database,
  given: RecoverySignIn,
): Promise<RecoverySignInOutcome> {
  const { organizationId, now, ip, requestId } = given
  const name = foldCase(given.name.trim())
  const attempt = { organizationId, address: ip }
  const retryAfterSeconds = await takeAttempt(database, attempt, now)
  if (retryAfterSeconds !== undefined) return { kind: 'throttled', retryAfterSeconds }
  const userId = (await findHolder(database, organizationId, name))?.userId
  const isOwner = await mayUseEmergency(database, { organizationId, userId: userId ?? nilId })
  // Who may not use it uses no code up; and it takes as many steps, so that nilId learns who is an owner.
  const person = { organizationId, userId: userId !== undefined && isOwner ? userId : nilId, now, requestId }
  const isTaken = await takeRecoveryCode(database, person, given.code)
  if (userId === undefined || !isTaken) {
    const code = userId !== undefined && !isOwner ? 'notOwner' : 'wrongCode'
    await transaction(database, (tx) => recordFailure(tx, { ...given, method: 'recoveryCode', userId, code }))
    return { kind: 'refused', code: 'wrongCode' }
  }
  await giveBackAttempt(database, attempt)
  return transaction(database, (tx) =>
    signIn(tx, { ...given, userId, method: 'recoveryCode', factors: ['recoveryCode'] }),
  )
}
