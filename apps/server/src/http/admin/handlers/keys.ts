import { apiError, type RouteInput } from '@rollcall/admin-api'
import { AccessError } from '../../../access/access-error.ts'
import { createKey, findKey, listKeys, revokeKey, rotateKey, type CreateKey } from '../../../access/keys.ts'
import { countInOrganization } from '../../../access/totals.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewKey } from '../views.ts'

export const keyHandlers: Handlers<'listKeys' | 'createKey' | 'getKey' | 'revokeKey' | 'rotateKey'> = {
  listKeys: (context, { query }) => {
    const { database } = context.parts
    const withRevoked = query.revoked === true
    return answerList(context, {
      route: 'listKeys',
      query,
      read: (page) => listKeys(database, context.organization.id, { ...page, withRevoked }),
      count: () => countInOrganization(database, context.organization.id, withRevoked ? 'keys' : 'liveKeys'),
      view: viewKey,
    })
  },

  createKey: async (context, { body }) => {
    const request = { organizationId: context.organization.id, command: toCommand(body) }
    const { key, secret } = await namingFields(() => createKey(context.parts.database, context.call, request))
    const view = viewKey(key)
    return { body: { ...view, key: secret, warnings: [...key.warnings] }, location: locationOf(context, view.id) }
  },

  getKey: async (context, { params }) => {
    const key = await findKey(context.parts.database, context.organization.id, toUuid('key', params.key))
    if (key === undefined) throw apiError('notFound', 'There is no such key')
    return { body: viewKey(key) }
  },

  revokeKey: async (context, { params }) => {
    const request = { organizationId: context.organization.id, keyId: toUuid('key', params.key) }
    return { body: viewKey(await revokeKey(context.parts.database, context.call, request)) }
  },

  rotateKey: async (context, { params, body }) => {
    const keyId = toUuid('key', params.key)
    const request = { organizationId: context.organization.id, keyId, overlapSeconds: body.overlapSeconds }
    const { key, secret, previous } = await rotateKey(context.parts.database, context.call, request)
    const view = viewKey(key)
    const replaced = viewKey(previous)
    return {
      body: {
        ...view,
        key: secret,
        warnings: [...key.warnings],
        replaces: replaced.id,
        replacedExpiresAt: replaced.expiresAt ?? context.call.now.toISOString(),
      },
      location: locationOf(context, view.id),
    }
  },
}

function toCommand(body: RouteInput<'createKey'>['body']): CreateKey {
  return {
    scopes: body.scopes,
    name: body.name,
    connectionId: body.connection === undefined ? undefined : toUuid('con', body.connection),
    serviceAccount: body.serviceAccount,
    userId: body.user === undefined ? undefined : toUuid('usr', body.user),
    expiresAt: body.expiresAt === undefined ? undefined : new Date(body.expiresAt),
    use: body.use,
  }
}

/** A thing that the body names and that is not there: 404 like one in the path, with a pointer to the field. */
async function namingFields<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const pointer = error instanceof AccessError ? pointers.get(error.code) : undefined
    if (!(error instanceof AccessError) || pointer === undefined) throw error
    const errors = [{ in: 'body', pointer, code: error.code, detail: error.message }] as const
    throw apiError('notFound', error.message, { errors, cause: error })
  }
}

const pointers: ReadonlyMap<string, string> = new Map([
  ['connectionNotFound', '/connection'],
  ['userNotFound', '/user'],
])

function locationOf(context: CallContext, id: string): string {
  return `/api/v1/organizations/${context.organization.slug}/keys/${id}`
}
