import { apiError, type RouteInput } from '@rollcall/admin-api'
import { parseClientKeys } from '../../../access/client-keys.ts'
import {
  countKeys,
  createKey,
  findKey,
  listKeys,
  previewKey,
  revokeKey,
  rotateKey,
  type CreateKey,
} from '../../../access/keys.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { namingFields } from '../naming-fields.ts'
import { toUuid } from '../to-uuid.ts'
import { toShown, viewKey, viewRotatedKey } from '../views/keys.ts'

export const keyHandlers: Handlers<'listKeys' | 'createKey' | 'previewKey' | 'getKey' | 'revokeKey' | 'rotateKey'> = {
  listKeys: (context, { query }) => {
    const { database } = context.parts
    const find = {
      withRevoked: query.revoked === true,
      serviceAccountId: query.serviceAccount === undefined ? undefined : toUuid('sa', query.serviceAccount),
      userId: query.user === undefined ? undefined : toUuid('usr', query.user),
      connectionId: query.connection === undefined ? undefined : toUuid('con', query.connection),
    }
    return answerList(context, {
      route: 'listKeys',
      query,
      read: (page) => listKeys(database, context.organization.id, { ...page, ...find }),
      count: () => countKeys(database, context.organization.id, find),
      view: viewKey,
    })
  },

  createKey: async (context, { body }) => {
    const request = { organizationId: context.organization.id, command: toCommand(body) }
    const { key, secret } = await namingFields(() => createKey(context.parts.database, context.call, request))
    const view = viewKey(key)
    return {
      body: { ...view, key: toShown(secret), warnings: [...key.warnings] },
      location: locationOf(context, view.id),
    }
  },

  previewKey: async (context, { body }) => {
    const request = { organizationId: context.organization.id, command: toCommand(body) }
    const plan = await namingFields(() => previewKey(context.parts.database, context.call, request))
    const { name, scopes, expiresAt, warnings } = plan
    // An application key is never of the kind that names an organization.
    const kind = plan.kind === 'api' ? 'adm' : plan.kind
    const end = expiresAt?.toISOString() ?? null
    return { body: { kind, name, scopes: [...scopes], expiresAt: end, warnings: [...warnings] } }
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

  rotateKey: async (context, { params, body: { overlapSeconds } }) => {
    const keyId = toUuid('key', params.key)
    const request = { organizationId: context.organization.id, keyId, overlapSeconds }
    const rotated = await rotateKey(context.parts.database, context.call, request)
    const body = viewRotatedKey(rotated, context.call.now)
    return { body, location: locationOf(context, body.id) }
  },
}

function toCommand(body: RouteInput<'createKey'>['body']): CreateKey {
  return {
    scopes: body.scopes,
    name: body.name,
    connectionId: body.connection === undefined ? undefined : toUuid('con', body.connection),
    serviceAccount: body.serviceAccount,
    userId: body.user === undefined ? undefined : toUuid('usr', body.user),
    expiresAt: typeof body.expiresAt === 'string' ? new Date(body.expiresAt) : body.expiresAt,
    use: body.use,
    allowedNetworks: body.allowedNetworks,
    tenantId: body.tenant,
    jwks: body.jwks === undefined ? undefined : parseClientKeys(body.jwks),
  }
}

function locationOf(context: CallContext, id: string): string {
  return `/api/v1/organizations/${context.organization.slug}/keys/${id}`
}
