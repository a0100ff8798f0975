import { countOwnGroups, followGroup, getGroup, listGroups } from '../../../sources/teams/groups.ts'
import {
  countOwnMoves,
  countOwnTeamOperations,
  listMoves,
  listTeamOperations,
  rejectTeamsFromPlan,
} from '../../../sources/teams/team-plan.ts'
import type { Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { viewGroup, viewGroupSummary, viewTeamMove, viewTeamOperation } from '../views/source-groups.ts'
import { nameRead } from './source-reads.ts'
import { nameSource } from './sources.ts'

type GroupRoute =
  | 'listSourceGroups'
  | 'getSourceGroup'
  | 'followSourceGroup'
  | 'listSourceTeamOperations'
  | 'listSourceTeamMoves'
  | 'rejectSourceTeams'

export const sourceGroupHandlers: Handlers<GroupRoute> = {
  listSourceGroups: (context, { params, query }) => {
    const { database } = context.parts
    const name = nameSource(context, params)
    const { situation, search } = query
    return answerList(context, {
      route: `listSourceGroups ${name.sourceId}`,
      query,
      read: (page) => listGroups(database, name, { ...page, situation, search }),
      count: () => countOwnGroups(database, name, { situation, search }),
      view: viewGroupSummary,
    })
  },

  getSourceGroup: async (context, { params }) => ({
    body: viewGroup(await getGroup(context.parts.database, nameSource(context, params), params.anchor)),
  }),

  followSourceGroup: async (context, { params }) => {
    const { parts, call } = context
    const { anchor } = params
    return { body: viewGroup(await followGroup(parts.database, call, { ...nameSource(context, params), anchor })) }
  },

  listSourceTeamOperations: (context, { params, query }) => {
    const { database } = context.parts
    const name = nameRead(context, params)
    const { operation, state } = query
    return answerList(context, {
      route: `listSourceTeamOperations ${name.readId}`,
      query,
      read: (page) => listTeamOperations(database, name, { ...page, operation, state }),
      count: () => countOwnTeamOperations(database, name, { operation, state }),
      view: viewTeamOperation,
    })
  },

  listSourceTeamMoves: (context, { params, query }) => {
    const { database } = context.parts
    const name = nameRead(context, params)
    const { change, state, group } = query
    const filter = { isAdded: change === undefined ? undefined : change === 'add', state, group }
    return answerList(context, {
      route: `listSourceTeamMoves ${name.readId}`,
      query,
      read: (page) => listMoves(database, name, { ...page, ...filter }),
      count: () => countOwnMoves(database, name, filter),
      view: viewTeamMove,
    })
  },

  rejectSourceTeams: async (context, { params, body }) => {
    const { parts, call } = context
    return { body: { rejected: await rejectTeamsFromPlan(parts.database, call, nameRead(context, params), body) } }
  },
}
