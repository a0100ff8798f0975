import type { RouteAnswer } from '@rollcall/admin-api'
import {
  cancelUpcoming,
  countAllUpcoming,
  countUpcomingOf,
  listAllUpcoming,
  listUpcomingOf,
  listUpcomingOfPerson,
  type TimedFact,
} from '../../../sources/lifecycle/upcoming.ts'
import { formatTypeId } from '../../../type-id.ts'
import type { Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { nameSource } from './sources.ts'

type UpcomingRoute = 'listUpcoming' | 'listSourceUpcoming' | 'cancelSourceUpcoming' | 'getPersonUpcoming'

export const sourceUpcomingHandlers: Handlers<UpcomingRoute> = {
  listUpcoming: (context, { query }) => {
    const { parts, organization } = context
    const { kind, state } = query
    return answerList(context, {
      route: 'listUpcoming',
      query,
      read: (page) => listAllUpcoming(parts.database, organization.id, { ...page, kind, state }),
      count: () => countAllUpcoming(parts.database, organization.id, { kind, state }),
      view: viewUpcoming,
    })
  },

  listSourceUpcoming: (context, { params, query }) => {
    const { database } = context.parts
    const name = nameSource(context, params)
    const { kind, state, anchor } = query
    return answerList(context, {
      route: `listSourceUpcoming ${name.sourceId}`,
      query,
      read: (page) => listUpcomingOf(database, name, { ...page, kind, state, anchor }),
      count: () => countUpcomingOf(database, name, { kind, state, anchor }),
      view: viewUpcoming,
    })
  },

  cancelSourceUpcoming: async (context, { params, body }) => {
    await cancelUpcoming(context.parts, context.call, { ...nameSource(context, params), ...body })
    return { body: undefined }
  },

  getPersonUpcoming: async (context, { params }) => {
    const { parts, organization } = context
    const facts = await listUpcomingOfPerson(parts.database, organization.id, toUuid('usr', params.person))
    return { body: { data: facts.map(viewUpcoming) } }
  },
}

function viewUpcoming(fact: TimedFact): RouteAnswer<'listSourceUpcoming'>['data'][number] {
  return {
    sourceId: formatTypeId('src', fact.sourceId),
    anchor: fact.anchor,
    kind: fact.kind,
    at: fact.at.toISOString(),
    state: fact.state,
    personId: fact.userId === null ? null : formatTypeId('usr', fact.userId),
    name: fact.name,
    detail: fact.detail,
    endedAt: fact.endedAt?.toISOString() ?? null,
    endedBy: fact.endedBy,
    reason: fact.reason,
  }
}
