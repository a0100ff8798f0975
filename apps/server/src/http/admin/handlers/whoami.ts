import { apiErrors, errorText, listErrorCodes } from '@rollcall/admin-api'
import { formatTypeId } from '../../../type-id.ts'
import type { Handlers } from '../call-context.ts'

export const whoamiHandlers: Handlers<'whoami' | 'listErrors'> = {
  whoami: async ({ principal }) => {
    if (principal.kind === 'instance')
      return { body: { kind: 'instance', id: principal.actor, organizationId: null, scopes: [] } }
    const organizationId = formatTypeId('org', principal.organizationId)
    return { body: { kind: 'key', id: principal.actor, organizationId, scopes: [...principal.scopes] } }
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
