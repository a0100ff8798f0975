import { linkTeamToGroup } from '../../../provisioning/apps/link-team.ts'
import {
  countTeamPushes,
  getTeamPush,
  listTeamPushes,
  pushTeamNow,
  unlinkTeamPush,
  updateTeamPush,
  type TeamOfApp,
} from '../../../provisioning/apps/team-pushes.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewAppTeam } from '../views/app-teams.ts'
import { nameApp } from './apps.ts'

type AppTeamRoute = 'listAppTeams' | 'getAppTeam' | 'updateAppTeam' | 'linkAppTeam' | 'unlinkAppTeam' | 'pushAppTeam'

export const appTeamHandlers: Handlers<AppTeamRoute> = {
  listAppTeams: (context, { params, query }) => {
    const app = nameApp(context, params)
    const { database } = context.parts
    return answerList(context, {
      route: `listAppTeams ${app.appId}`,
      query,
      read: (page) => listTeamPushes(database, app, page),
      count: () => countTeamPushes(database, app),
      view: viewAppTeam,
    })
  },

  getAppTeam: async (context, { params }) => ({
    body: viewAppTeam(await getTeamPush(context.parts.database, nameTeam(context, params))),
  }),

  updateAppTeam: async (context, { params, body }) => {
    const request = { ...nameTeam(context, params), ...body }
    return { body: viewAppTeam(await updateTeamPush(context.parts.database, context.call, request)) }
  },

  linkAppTeam: async (context, { params, body }) => {
    const request = { ...nameTeam(context, params), ...body }
    return { body: viewAppTeam(await linkTeamToGroup(context.parts, context.call, request)) }
  },

  unlinkAppTeam: async (context, { params, body }) => {
    const request = { ...nameTeam(context, params), ...body }
    return { body: viewAppTeam(await unlinkTeamPush(context.parts.database, context.call, request)) }
  },

  pushAppTeam: async (context, { params }) => ({
    body: viewAppTeam(await pushTeamNow(context.parts.database, context.call, nameTeam(context, params))),
  }),
}

function nameTeam(context: CallContext, params: { readonly app: string; readonly team: string }): TeamOfApp {
  return { ...nameApp(context, params), teamId: toUuid('team', params.team) }
}
