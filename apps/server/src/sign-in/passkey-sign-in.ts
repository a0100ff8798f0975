import { transaction } from '../db/transaction.ts'
import { verifyPasskey, type PasskeyParts } from './passkeys.ts'
import type { StartSession } from './sessions.ts'
import { recordFailure, signIn, type SignInOutcome } from './sign-in.ts'

export type PasskeySignIn = Pick<
  StartSession,
  'organizationId' | 'now' | 'requestId' | 'ip' | 'userAgent' | 'replaces'
> & { readonly answer: string }

export type PasskeySignInOutcome = SignInOutcome | { readonly kind: 'refused'; readonly code: 'passkeyFailed' }

/** Signs in whoever's device has answered. What exactly was wrong is for the administrators to read. */
export function signInWithPasskey(parts: PasskeyParts, given: PasskeySignIn): Promise<PasskeySignInOutcome> {
  const { organizationId, answer, now } = given
  return transaction(parts.database, async (tx) => {
    const purpose = { kind: 'signIn', organizationId } as const
    const outcome = await verifyPasskey(tx, parts, { answer, purpose, now })
    if (outcome.kind === 'ok')
      return signIn(tx, { ...given, userId: outcome.userId, method: 'passkey', factors: ['passkey'] })
    const { userId, reason } = outcome
    await recordFailure(tx, { ...given, userId, method: 'passkey', code: `passkey.${reason}` })
    return { kind: 'refused', code: 'passkeyFailed' }
  })
}
