import { countApiKeys, createApiKey, getApiKey, listApiKeys, revokeApiKey } from '../../../access/api-keys.ts'
import type { Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewApiKey } from '../views/keys.ts'

export const apiKeyHandlers: Handlers<'listApiKeys' | 'createApiKey' | 'getApiKey' | 'revokeApiKey'> = {
  listApiKeys: (context, { query }) => {
    const { database } = context.parts
    const withRevoked = query.revoked === true
    return answerList(context, {
      route: 'listApiKeys',
      query,
      read: (page) => listApiKeys(database, context.organization.id, { ...page, withRevoked }),
      count: () => countApiKeys(database, context.organization.id, withRevoked),
      view: viewApiKey,
    })
  },

  createApiKey: async (context, { body }) => {
    const request = { organizationId: context.organization.id, name: body.name }
    const { key, secret } = await createApiKey(context.parts.database, context.call, request)
    const view = viewApiKey(key)
    const location = `/api/v1/organizations/${context.organization.slug}/api-keys/${view.id}`
    return { body: { ...view, key: secret }, location }
  },

  getApiKey: async (context, { params }) => {
    const id = toUuid('key', params.key)
    return { body: viewApiKey(await getApiKey(context.parts.database, context.organization.id, id)) }
  },

  revokeApiKey: async (context, { params }) => {
    const request = { organizationId: context.organization.id, keyId: toUuid('key', params.key) }
    return { body: viewApiKey(await revokeApiKey(context.parts.database, context.call, request)) }
  },
}
