import type { RouteInput } from '@rollcall/admin-api'
import { AccessError } from '../../../access/access-error.ts'
import { countKeys, createKey, findKey, listKeys, revokeKey, rotateKey } from '../../../access/keys.ts'
import { permissionsOf } from '../../../access/rights.ts'
import { endOwnSessions } from '../../../sign-in/account.ts'
import { countSessions, findSession, listSessions } from '../../../sign-in/list-sessions.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { requireOwn } from '../own-session.ts'
import { toUuid } from '../to-uuid.ts'
import { toShown, viewKey, viewRotatedKey } from '../views/keys.ts'
import { viewSession } from '../views/sessions.ts'

export const ownKeyHandlers: Handlers<
  | 'listOwnSessions'
  | 'endOwnSession'
  | 'endOtherSessions'
  | 'listOwnKeys'
  | 'createOwnKey'
  | 'rotateOwnKey'
  | 'revokeOwnKey'
> = {
  listOwnSessions: (context, { query }) => {
    const { database } = context.parts
    const asked = toSessionQuery(context)
    const { id } = requireOwn(context)
    return answerList(context, {
      route: 'listOwnSessions',
      query,
      read: (page) => listSessions(database, asked, page),
      count: () => countSessions(database, asked),
      view: (session) => ({ ...viewSession(session), isCurrent: session.id === id }),
    })
  },

  endOwnSession: async (context, { params }) => {
    const { database } = context.parts
    const sessionId = toUuid('ses', params.session)
    const asked = { ...toSessionQuery(context), withEnded: true }
    // That of somebody else is none that there is.
    if ((await findSession(database, asked, sessionId)) === undefined)
      throw new AccessError('sessionNotFound', 'There is no such session')
    await endOwnSessions(database, toActing(context), { sessionId })
    return { body: undefined }
  },

  endOtherSessions: async (context) => ({
    body: { count: await endOwnSessions(context.parts.database, toActing(context), 'others') },
  }),

  listOwnKeys: (context, { query }) => {
    const { database } = context.parts
    const { organizationId, userId } = requireOwn(context)
    const find = { withRevoked: query.revoked === true, userId }
    return answerList(context, {
      route: 'listOwnKeys',
      query,
      read: (page) => listKeys(database, organizationId, { ...page, ...find }),
      count: () => countKeys(database, organizationId, find),
      view: viewKey,
    })
  },

  createOwnKey: async (context, { body }) => {
    const { organizationId, userId } = requireOwn(context)
    refuseBeyondOwn(context, body)
    const { name, scopes, expiresAt, allowedNetworks } = body
    const end = typeof expiresAt === 'string' ? new Date(expiresAt) : expiresAt
    const command = { name, scopes, allowedNetworks, userId, expiresAt: end }
    const { key, secret } = await createKey(context.parts.database, context.call, { organizationId, command })
    return { body: { ...viewKey(key), key: toShown(secret), warnings: [...key.warnings] } }
  },

  rotateOwnKey: async (context, { params, body: { overlapSeconds } }) => {
    const request = { ...(await openOwnKey(context, params.key)), overlapSeconds }
    return { body: viewRotatedKey(await rotateKey(context.parts.database, context.call, request), context.call.now) }
  },

  revokeOwnKey: async (context, { params }) => ({
    body: viewKey(await revokeKey(context.parts.database, context.call, await openOwnKey(context, params.key))),
  }),
}

/** What the owner may not do his key could not do either: whoever asks for it is told, and gets no key that opens nothing. */
function refuseBeyondOwn({ principal }: CallContext, { scopes }: RouteInput<'createOwnKey'>['body']): void {
  const own = permissionsOf(principal)
  const missing = scopes.find((name) => !own.has(name))
  if (missing === undefined) return
  const message = `You lack the permission "${missing}", so a key of yours cannot have it`
  throw new AccessError('beyondRights', message, { field: 'scopes' })
}

/** Throws `keyNotFound` for that of somebody else too. */
async function openOwnKey(context: CallContext, reference: string) {
  const { organizationId, userId } = requireOwn(context)
  const key = await findKey(context.parts.database, organizationId, toUuid('key', reference))
  if (key?.userId !== userId) throw new AccessError('keyNotFound', 'There is no such key')
  return { organizationId, keyId: key.id }
}

function toSessionQuery(context: CallContext) {
  const { organizationId, userId } = requireOwn(context)
  return { organizationId, userId, withEnded: false, now: context.call.now }
}

function toActing(context: CallContext) {
  return { session: requireOwn(context), now: context.call.now, requestId: context.call.requestId }
}
