import {
  countTeams,
  createLocalTeam,
  deleteTeam,
  getTeam,
  listTeams,
  restoreTeam,
  stopManaging,
  updateTeam,
  type TeamDetails,
} from '../../../directory/teams.ts'
import { countTeamEvents, listTeamEvents } from '../../../directory/team-history.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { toDirectoryContext, toDirectoryParts } from '../directory-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewTeam, viewTeamDetails, viewTeamEvent } from '../views/teams.ts'

export const teamHandlers: Handlers<
  | 'listTeams'
  | 'createTeam'
  | 'getTeam'
  | 'updateTeam'
  | 'deleteTeam'
  | 'restoreTeam'
  | 'stopManagingTeam'
  | 'listTeamHistory'
> = {
  listTeams: (context, { query }) => {
    const { database } = context.parts
    const { id } = context.organization
    const { search, managed, mapped, deleted = false, counts = false } = query
    const filter = { text: search, isManaged: managed, isMapped: mapped, isDeleted: deleted }
    return answerList(context, {
      route: 'listTeams',
      query,
      read: (page) => listTeams(database, id, { ...filter, ...page, wantsCounts: counts }),
      count: () => countTeams(database, id, filter),
      view: viewTeam,
    })
  },

  createTeam: async (context, { body }) => {
    const directory = await toDirectoryContext(context, null)
    const answer = toAnswer(await createLocalTeam(toDirectoryParts(context), directory, body))
    return { ...answer, location: `/api/v1/organizations/${context.organization.slug}/teams/${answer.body.id}` }
  },

  getTeam: (context, { params }) => showTeam(context, toUuid('team', params.team)),

  updateTeam: async (context, { params, body }) => {
    const directory = await toDirectoryContext(context, null)
    const teamId = toUuid('team', params.team)
    const command = { ...body, ifVersion: context.ifVersion }
    return toAnswer(await updateTeam(context.parts.database, directory, { teamId, command }))
  },

  deleteTeam: async (context, { params }) => {
    const target = { teamId: toUuid('team', params.team), ifVersion: context.ifVersion }
    await deleteTeam(context.parts.database, await toDirectoryContext(context, null), target)
    return { body: undefined }
  },

  restoreTeam: async (context, { params }) => {
    const directory = await toDirectoryContext(context, null)
    return toAnswer(await restoreTeam(context.parts.database, directory, toUuid('team', params.team)))
  },

  stopManagingTeam: async (context, { params }) => {
    const directory = await toDirectoryContext(context, null)
    return toAnswer(await stopManaging(context.parts.database, directory, toUuid('team', params.team)))
  },

  listTeamHistory: async (context, { params, query }) => {
    const { database } = context.parts
    const { id } = context.organization
    const teamId = toUuid('team', params.team)
    await getTeam(database, id, { id: teamId })
    return answerList(context, {
      route: `listTeamHistory/${teamId}`,
      query,
      read: (page) => listTeamEvents(database, id, { teamId, ...page }),
      count: () => countTeamEvents(database, id, teamId),
      view: viewTeamEvent,
    })
  },
}

/** The answer that shows one team with all there is to know. */
export async function showTeam(context: CallContext, teamId: string) {
  return toAnswer(await getTeam(context.parts.database, context.organization.id, { id: teamId }))
}

function toAnswer(team: TeamDetails) {
  return { body: viewTeamDetails(team), version: team.version }
}
