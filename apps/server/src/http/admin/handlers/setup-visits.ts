import { apiError, type RouteAnswer } from '@rollcall/admin-api'
import { AccessError } from '../../../access/access-error.ts'
import type { Frame } from '../../../live/hub.ts'
import { stateOf, type CustomerLink } from '../../../onboarding/customer-links.ts'
import {
  describeVisit,
  findOpenLink,
  finishVisit,
  makeToken,
  openLink,
  settleStep,
  takeMetadata,
  type Visit,
} from '../../../onboarding/visit.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { readVisitCookie, toEmptyVisitCookie, toVisitCookie } from '../visit-cookie.ts'
import { viewVisit } from '../views/setup-visits.ts'

type View = RouteAnswer<'getSetupVisit'>

export const setupVisitHandlers: Handlers<
  'beginSetupVisit' | 'getSetupVisit' | 'settleSetupStep' | 'makeSetupToken' | 'giveSetupMetadata' | 'finishSetupVisit'
> = {
  beginSetupVisit: async (context, { body }) => {
    const { parts, call } = context
    const name = await parts.customerLinks.parse(body.token)
    if (name === undefined) throw new AccessError('setupLinkNotFound', 'There is no such set-up link')
    const link = await openLink(parts.database, call, name)
    return { body: await show(context, link), cookie: toVisitCookie(parts.encryption, link, place(context)) }
  },

  getSetupVisit: async (context) => {
    const link = await findVisited(context)
    const body = await show(context, link)
    return { body, ...(context.wantsEvents && { frames: follow(context, link, body) }) }
  },

  settleSetupStep: async (context, { body }) => {
    const { parts, call } = context
    const command = { step: body.step, isDone: body.done }
    const link = await settleStep(parts.database, call, await findVisited(context), command)
    return { body: await show(context, link) }
  },

  makeSetupToken: async (context) => {
    const { parts, call } = context
    const link = await findVisited(context)
    const { key, secret, previous } = await makeToken(parts.database, call, link)
    return { body: { token: secret, hint: key.hint, previousUntil: previous?.expiresAt?.toISOString() ?? null } }
  },

  giveSetupMetadata: async (context, { body }) => {
    const link = await findVisited(context)
    await takeMetadata(context.parts, context.call, link, body)
    return { body: await show(context, link) }
  },

  finishSetupVisit: async (context) => {
    const { parts, call } = context
    const link = await finishVisit(parts.database, call, await findVisited(context))
    return { body: await show(context, link), cookie: toEmptyVisitCookie(place(context)) }
  },
}

/** The link that the cookie is bound to, as long as it opens something. */
async function findVisited(context: CallContext): Promise<CustomerLink> {
  const { parts, call } = context
  const name = readVisitCookie(parts.encryption, context.cookies, place(context))
  if (name === undefined) throw apiError('unauthenticated', 'Open your set-up link again: it is an hour since you did')
  return findOpenLink(parts.database, { ...name, now: call.now })
}

async function show({ parts, call, baseUrl }: CallContext, link: CustomerLink): Promise<View> {
  return toView(await describeVisit(parts.database, link, call.now), { baseUrl, now: call.now })
}

function toView(visit: Visit, { baseUrl, now }: { readonly baseUrl: string; readonly now: Date }): View {
  return viewVisit(visit, { baseUrl, state: stateOf(visit.link, now) })
}

function place({ baseUrl, call }: CallContext) {
  return { baseUrl, now: call.now }
}

/** How it stands, and again whenever the identity provider has sent something; until the link or the server ends. */
function follow(context: CallContext, link: CustomerLink, first: View): AsyncIterable<Frame> {
  const { parts, baseUrl } = context
  const { organizationId, id, connectionId } = link
  const rights = { permissions: new Set(['log:read']), idleAt: undefined }
  const heard = parts.liveHub.follow({
    organizationId,
    actor: `set-up ${id}`,
    topics: ['requests'],
    connectionId: connectionId ?? undefined,
    lastEventId: context.lastEventId,
    caller: undefined,
    rights,
    recheck: async () => {
      const now = parts.clock()
      const isOpen = await findOpenLink(parts.database, { organizationId, id, now }).then(
        () => true,
        (error: unknown) => {
          if (error instanceof AccessError) return false
          throw error
        },
      )
      return isOpen ? rights : undefined
    },
  })
  const show = async (): Promise<View> => {
    const now = parts.clock()
    const current = await findOpenLink(parts.database, { organizationId, id, now })
    return toView(await describeVisit(parts.database, current, now), { baseUrl, now })
  }
  return mapFrames(heard, async (frame) => {
    if (frame.event === 'hello') return { ...frame, event: 'visit', data: first }
    return frame.event === 'requests' ? { ...frame, event: 'visit', data: await show() } : frame
  })
}

/** Unlike a generator it ends at once when its reader leaves. */
function mapFrames(frames: AsyncIterable<Frame>, map: (frame: Frame) => Promise<Frame>): AsyncIterable<Frame> {
  return {
    [Symbol.asyncIterator]: () => {
      const source = frames[Symbol.asyncIterator]()
      return {
        next: async () => {
          const next = await source.next()
          return next.done === true ? next : { done: false, value: await map(next.value) }
        },
        return: async () => {
          await source.return?.()
          return { done: true, value: undefined }
        },
      }
    },
  }
}
