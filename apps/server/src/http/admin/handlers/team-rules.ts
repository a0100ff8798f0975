import { refuseTeamBeyond } from '../../../access/team-roles.ts'
import { getTeam } from '../../../directory/teams.ts'
import {
  countTeamExceptions,
  findException,
  listExceptions,
  removeException,
  setException,
} from '../../../team-rules/exceptions.ts'
import {
  approveTeamRule,
  countLeavers,
  countRevisions,
  deleteTeamRule,
  discardTeamRule,
  evaluateTeamRule,
  getTeamRule,
  listLeaving,
  listRevisions,
  previewTeamRule,
  setTeamRule,
  type Acting,
} from '../../../team-rules/manage.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { toDirectoryContext } from '../directory-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { acceptRun } from '../views/runs.ts'
import { viewException, viewLeaver, viewRevision, viewTeamRule } from '../views/team-rules.ts'

export const teamRuleHandlers: Handlers<
  | 'getTeamRule'
  | 'setTeamRule'
  | 'previewTeamRule'
  | 'evaluateTeamRule'
  | 'deleteTeamRule'
  | 'listTeamRuleRevisions'
  | 'listTeamRuleLeaving'
  | 'approveTeamRule'
  | 'discardTeamRule'
  | 'listTeamRuleExceptions'
  | 'setTeamRuleException'
  | 'deleteTeamRuleException'
> = {
  getTeamRule: async (context, { params }) => showRule(context, await findTeamId(context, params.team)),

  setTeamRule: async (context, { params, body }) => {
    const teamId = await findTeamId(context, params.team)
    await refuseGiving(context, teamId)
    const { note, ...rule } = body
    return acceptRun(await setTeamRule(context.parts.database, await toActing(context), { teamId, rule, note }))
  },

  previewTeamRule: async (context, { params, body }) => {
    const teamId = await findTeamId(context, params.team)
    return acceptRun(await previewTeamRule(context.parts.database, await toActing(context), { teamId, rule: body }))
  },

  evaluateTeamRule: async (context, { params }) =>
    acceptRun(await evaluateTeamRule(context.parts.database, await toActing(context), toUuid('team', params.team))),

  deleteTeamRule: async (context, { params }) => {
    await deleteTeamRule(context.parts.database, await toActing(context), toUuid('team', params.team))
    return { body: undefined }
  },

  listTeamRuleRevisions: async (context, { params, query }) => {
    const team = await toTeamOf(context, params.team)
    return answerList(context, {
      route: `listTeamRuleRevisions/${team.teamId}`,
      query,
      read: (page) => listRevisions(context.parts.database, team, page),
      count: () => countRevisions(context.parts.database, team),
      view: viewRevision,
    })
  },

  listTeamRuleLeaving: async (context, { params, query }) => {
    const team = await toTeamOf(context, params.team)
    return answerList(context, {
      route: `listTeamRuleLeaving/${team.teamId}`,
      query,
      read: (page) => listLeaving(context.parts.database, team, page),
      count: () => countLeavers(context.parts.database, team),
      view: viewLeaver,
    })
  },

  approveTeamRule: async (context, { params }) => {
    const teamId = await findTeamId(context, params.team)
    await refuseGiving(context, teamId)
    return acceptRun(await approveTeamRule(context.parts.database, await toActing(context), teamId))
  },

  discardTeamRule: async (context, { params }) => {
    const teamId = await findTeamId(context, params.team)
    await discardTeamRule(context.parts.database, await toActing(context), teamId)
    return showRule(context, teamId)
  },

  listTeamRuleExceptions: async (context, { params, query }) => {
    const team = await toTeamOf(context, params.team)
    return answerList(context, {
      route: `listTeamRuleExceptions/${team.teamId}`,
      query,
      read: (page) => listExceptions(context.parts.database, team, page),
      count: () => countTeamExceptions(context.parts.database, team),
      view: viewException,
    })
  },

  setTeamRuleException: async (context, { params, body }) => {
    const teamId = await findTeamId(context, params.team)
    const { kind, reason } = body
    if (kind === 'always') await refuseGiving(context, teamId)
    const command = { teamId, userId: toUuid('usr', body.userId), kind, reason }
    return { body: viewException(await setException(context.parts.database, await toActing(context), command)) }
  },

  deleteTeamRuleException: async (context, { params }) => {
    const { database } = context.parts
    const command = { teamId: toUuid('team', params.team), userId: toUuid('usr', params.user) }
    const { teamId, userId } = command
    const before = await findException(database, { organizationId: context.organization.id, teamId }, userId)
    // Whom nothing keeps out any more the rule may take in.
    if (before?.kind === 'never') await refuseGiving(context, teamId)
    await removeException(database, await toActing(context), command)
    return { body: undefined }
  },
}

async function toActing(context: CallContext): Promise<Acting> {
  return { context: await toDirectoryContext(context, null), call: context.call }
}

/** Throws for a team that is not there. */
async function findTeamId(context: CallContext, team: string): Promise<string> {
  const teamId = toUuid('team', team)
  await getTeam(context.parts.database, context.organization.id, { id: teamId })
  return teamId
}

async function toTeamOf(context: CallContext, team: string) {
  return { organizationId: context.organization.id, teamId: await findTeamId(context, team) }
}

async function showRule(context: CallContext, teamId: string) {
  const state = await getTeamRule(context.parts.database, { organizationId: context.organization.id, teamId })
  return { body: viewTeamRule(teamId, state) }
}

/** Whoever lets a rule take people into a team gives the roles that the team gives. */
function refuseGiving({ parts, call, organization }: CallContext, teamId: string): Promise<void> {
  return refuseTeamBeyond(parts.database, call, { organizationId: organization.id, id: teamId })
}
