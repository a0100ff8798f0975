import type { RouteAnswer } from '@rollcall/admin-api'
import type { Factors } from '../../../sign-in/factors.ts'
import { formatTypeId } from '../../../type-id.ts'

/** `host`: where passkeys work; undefined: nowhere at this address. */
export function viewFactors(factors: Factors, host: string | undefined): RouteAnswer<'getPersonFactors'> {
  const { passkeys, totp, recoveryCodes } = factors
  return {
    passkeys: passkeys.map(({ id, name, rpId, isBackedUp, createdAt, lastUsedAt }) => ({
      id: formatTypeId('psk', id),
      name,
      host: rpId,
      usable: rpId === host,
      backedUp: isBackedUp,
      createdAt: createdAt.toISOString(),
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
    })),
    totp:
      totp === undefined
        ? null
        : { createdAt: totp.createdAt.toISOString(), lastUsedAt: totp.lastUsedAt?.toISOString() ?? null },
    recoveryCodes:
      recoveryCodes === undefined
        ? null
        : { left: recoveryCodes.left, createdAt: recoveryCodes.createdAt.toISOString() },
  }
}
