import { toPage } from '../../../access/call.ts'
import { countGroups, getExternalGroup, listExternalGroups } from '../../../directory/team-links.ts'
import { getTeamSettings, updateTeamSettings, type TeamSettings } from '../../../directory/team-sources.ts'
import type { Handlers } from '../call-context.ts'
import { toDirectoryContext } from '../directory-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewExternalGroup, viewExternalGroupDetails } from '../views/teams.ts'

export const externalGroupHandlers: Handlers<
  'listExternalGroups' | 'getExternalGroup' | 'getTeamSettings' | 'updateTeamSettings'
> = {
  listExternalGroups: (context, { query }) => {
    const { database } = context.parts
    const { id } = context.organization
    const { search: text } = query
    return answerList(context, {
      route: 'listExternalGroups',
      query,
      read: async ({ limit, after }) => {
        const behind = after === undefined ? undefined : Number(after)
        const rows = await listExternalGroups(database, id, { text, after: behind, limit: limit + 1 })
        return toPage(rows, limit, ({ number }) => number.toString())
      },
      count: () => countGroups(database, id, text),
      view: viewExternalGroup,
    })
  },

  getExternalGroup: async (context, { params }) => {
    const id = toUuid('grp', params.externalGroup)
    return {
      body: viewExternalGroupDetails(await getExternalGroup(context.parts.database, context.organization.id, { id })),
    }
  },

  getTeamSettings: async (context) => toAnswer(await getTeamSettings(context.parts.database, context.organization.id)),

  updateTeamSettings: async (context, { body }) => {
    const command = { ...body, ifVersion: context.ifVersion }
    return toAnswer(await updateTeamSettings(context.parts.database, await toDirectoryContext(context, null), command))
  },
}

function toAnswer(settings: TeamSettings) {
  return { body: settings, version: settings.version }
}
