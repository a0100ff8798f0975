import { transaction } from '../db/transaction.ts'
import { verifyPasskey, type PasskeyParts } from './passkeys.ts'
import type { StartSession } from './sessions.ts'
import { recordFailure, signIn, type SignInOutcome } from './sign-in.ts'
import { giveBackAttempt, takeAttempt } from './throttle.ts'

export type PasskeySignIn = Pick<StartSession, 'organizationId' | 'now' | 'requestId' | 'userAgent' | 'replaces'> & {
  readonly ip: string
  readonly answer: string
}

export type PasskeySignInOutcome =
  | SignInOutcome
  | { readonly kind: 'refused'; readonly code: 'passkeyFailed' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }

/** Signs in whoever's device has answered. What exactly was wrong is for the administrators to read. */
export async function signInWithPasskey(parts: PasskeyParts, given: PasskeySignIn): Promise<PasskeySignInOutcome> {
  const { database } = parts
  const { organizationId, answer, now, ip } = given
  const attempt = { organizationId, address: ip }
  const retryAfterSeconds = await takeAttempt(database, attempt, now)
  if (retryAfterSeconds !== undefined) return { kind: 'throttled', retryAfterSeconds }
  const outcome = await transaction(database, async (tx): Promise<PasskeySignInOutcome> => {
    const purpose = { kind: 'signIn', organizationId } as const
    const proof = await verifyPasskey(tx, parts, { answer, purpose, now })
    if (proof.kind === 'ok')
      return signIn(tx, { ...given, userId: proof.userId, method: 'passkey', factors: ['passkey'] })
    const { userId, reason } = proof
    await recordFailure(tx, { ...given, userId, method: 'passkey', code: `passkey.${reason}` })
    return { kind: 'refused', code: 'passkeyFailed' }
  })
  if (outcome.kind === 'signedIn') await giveBackAttempt(database, attempt)
  return outcome
}
