import { liveTopics, type LiveTopic } from '@rollcall/admin-api'
import type { Principal } from '../../../access/principal.ts'
import { getConnection } from '../../../access/connections.ts'
import { permissionsOf } from '../../../access/rights.ts'
import type { LiveRights } from '../../../live/hub.ts'
import { requireScope } from '../authorize.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { fieldError, invalid } from '../parse-request.ts'
import { toUuid } from '../to-uuid.ts'

export const liveHandlers: Handlers<'followOrganization'> = {
  followOrganization: async (context, { query }) => {
    const { parts, principal, organization } = context
    const topics = query.topics ?? listReadable(principal)
    for (const topic of topics) requireScope(principal, liveTopics[topic] ?? 'any')
    const connectionId = await findFollowed(context, topics, query.connection)
    const body = { topics, at: context.call.now.toISOString() }
    if (!context.wantsEvents) return { body }
    const frames = parts.liveHub.follow({
      organizationId: organization.id,
      actor: principal.actor,
      topics,
      connectionId,
      lastEventId: context.lastEventId,
      caller:
        principal.kind === 'instance'
          ? undefined
          : { credentialId: principal.keyId, ownerId: principal.serviceAccountId ?? principal.userId ?? null },
      rights: toRights(principal),
      recheck: async () => {
        const now = await context.identifyAgain()
        return now === undefined || now.actor !== principal.actor ? undefined : toRights(now)
      },
    })
    return { body, frames }
  },
}

/** The requests are those of one connection, so they are followed only when somebody names it. */
function listReadable(principal: Principal): LiveTopic[] {
  const permissions = permissionsOf(principal)
  // Object.keys forgets the key type.
  return (Object.keys(liveTopics) as LiveTopic[]).filter((topic) => {
    const permission = liveTopics[topic]
    return topic !== 'requests' && (permission === null || permissions.has(permission))
  })
}

async function findFollowed(
  { parts, organization }: CallContext,
  topics: readonly LiveTopic[],
  reference: string | undefined,
): Promise<string | undefined> {
  if (!topics.includes('requests')) return undefined
  if (reference === undefined)
    throw invalid([fieldError('query', 'connection', 'required', 'Whose requests? Name a connection')])
  const id = toUuid('con', reference)
  await getConnection(parts.database, organization.id, id)
  return id
}

function toRights(principal: Principal): LiveRights {
  const idleAt = principal.kind === 'organization' ? principal.session?.idleAt : undefined
  return { permissions: permissionsOf(principal), idleAt }
}
