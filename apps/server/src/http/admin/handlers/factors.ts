import { factorNames, getFactors, resetFactors } from '../../../sign-in/factors.ts'
import { toRelyingParty } from '../../../sign-in/relying-party.ts'
import type { Handlers } from '../call-context.ts'
import { toUuid } from '../to-uuid.ts'
import { viewFactors } from '../views/factors.ts'

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
