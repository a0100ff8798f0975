import type { RouteAnswer } from '@rollcall/admin-api'
import { factorNames, getFactors, resetFactors, type Factors } from '../../../sign-in/factors.ts'
import { toRelyingParty } from '../../../sign-in/relying-party.ts'
import { formatTypeId } from '../../../type-id.ts'
import type { Handlers } from '../call-context.ts'
import { toUuid } from '../to-uuid.ts'

export const factorHandlers: Handlers<'getPersonFactors' | 'resetPersonFactors'> = {
  getPersonFactors: async ({ parts, organization, baseUrl }, { params }) => {
    const person = { organizationId: organization.id, userId: toUuid('usr', params.person) }
    return { body: viewFactors(await getFactors(parts.database, person), toRelyingParty(baseUrl)?.id) }
  },

  resetPersonFactors: async ({ parts, call, organization }, { params, body }) => ({
    body: await resetFactors(parts.database, call, {
      organizationId: organization.id,
      userId: toUuid('usr', params.person),
      factors: body.only ?? factorNames,
      reason: body.reason,
    }),
  }),
}

function viewFactors(factors: Factors, host: string | undefined): RouteAnswer<'getPersonFactors'> {
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
