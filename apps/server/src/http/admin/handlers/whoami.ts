import { apiErrors, errorText, listErrorCodes } from '@rollcall/admin-api'
import { permissionsOf } from '../../../access/rights.ts'
import { toMailDelivery } from '../mail-delivery.ts'
import { formatTypeId } from '../../../type-id.ts'
import type { Handlers } from '../call-context.ts'

export const whoamiHandlers: Handlers<'whoami' | 'listErrors'> = {
  whoami: async ({ principal, parts }) => {
    const mailDelivery = toMailDelivery(parts.config)
    if (principal.kind === 'instance')
      return {
        body: {
          kind: 'instance',
          id: principal.actor,
          organizationId: null,
          scopes: [],
          roles: [],
          permissions: [...permissionsOf(principal)],
          mailDelivery,
        },
      }
    const organizationId = formatTypeId('org', principal.organizationId)
    const roles = (principal.owner?.roles ?? []).map(({ id, name, teamIds }) => {
      return { id: formatTypeId('role', id), name, teams: teamIds?.map((team) => formatTypeId('team', team)) ?? null }
    })
    const permissions = [...permissionsOf(principal)]
    const { actor: id, scopes } = principal
    const kind = principal.session === undefined ? 'key' : 'session'
    return { body: { kind, id, organizationId, scopes: [...scopes], roles, permissions, mailDelivery } }
  },

  listErrors: async ({ baseUrl, language }) => {
    const data = listErrorCodes().map((code) => ({
      code,
      type: `${baseUrl}/errors/${code}`,
      status: apiErrors[code].status,
      ...errorText(code, language),
    }))
    return { body: { data } }
  },
}
