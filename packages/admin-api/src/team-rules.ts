import { z } from 'zod'
import { provisioningScope } from './provisioning-rules.ts'
import { none, page, type Route } from './route.ts'
import { run } from './runs.ts'
import { onTeam } from './teams.ts'
import { idOf, instant, pageOf, version } from './values.ts'

/** Limits of rules of teams, each with its unit. */
const teamRuleLimits = { noteCharactersMax: 500, reasonCharactersMax: 500 } as const

/** Who belongs to a team: everybody in the scope whose state is one of these. */
export const teamRule = z
  .strictObject({
    scope: provisioningScope,
    states: z
      .array(z.enum(['pending', 'active', 'suspended']))
      .min(1)
      .default(['pending', 'active'])
      .describe('Whoever is in another state is not in the team; deprovisioned people are in none'),
  })
  .meta({ id: 'TeamRule' })

export type TeamRule = z.infer<typeof teamRule>

const ruleBody = z
  .strictObject({
    ...teamRule.shape,
    note: z.string().trim().min(1).max(teamRuleLimits.noteCharactersMax).optional().describe('Why, for people'),
  })
  .meta({ id: 'TeamRuleSet' })

const revision = z
  .object({
    revision: z.int().min(1),
    rule: teamRule,
    state: z
      .enum(['counting', 'held', 'live', 'replaced', 'discarded', 'ended'])
      .describe('`counting`: its run finds out whom it moves; `held`: it waits for an approval; `live`: it decides'),
    note: z.string().nullable(),
    madeBy: z.string(),
    madeAt: instant,
    entering: z.int().min(0).nullable().describe('How many it brought in, or would'),
    leaving: z.int().min(0).nullable(),
    undecided: z.int().min(0).nullable().describe('People about whom it cannot say: they stay as they are'),
    threshold: z.int().min(0).nullable().describe('How many may leave without an approval; null: nobody counts'),
    liveAt: instant.nullable(),
    decidedBy: z.string().nullable().describe('Who approved or discarded it'),
    decidedAt: instant.nullable(),
  })
  .meta({ id: 'TeamRuleRevision' })

const ruleState = z
  .object({
    teamId: idOf('team'),
    live: revision.nullable().describe('What decides now'),
    pending: revision.nullable().describe('What is being counted, or waits for an approval'),
    exceptionsCount: z.int().min(0),
    version,
  })
  .meta({ id: 'TeamRuleState' })

const person = z.object({ userId: idOf('user'), name: z.string().nullable() })

const exception = z
  .object({
    ...person.shape,
    kind: z.enum(['always', 'never']).describe('In the team, or out of it, whatever the rule says'),
    reason: z.string(),
    madeBy: z.string(),
    madeAt: instant,
  })
  .meta({ id: 'TeamRuleException' })

const exceptionBody = z
  .strictObject({
    userId: idOf('user'),
    kind: exception.shape.kind,
    reason: z.string().trim().min(1).max(teamRuleLimits.reasonCharactersMax),
  })
  .meta({ id: 'TeamRuleExceptionSet' })

const base = '/api/v1/organizations/{organization}/teams/{team}/rule'
const all = { tag: 'Team rules', params: onTeam, query: none, body: null, errors: [] } as const

export const teamRuleRoutes = {
  getTeamRule: {
    ...all,
    method: 'GET',
    path: base,
    summary: 'The rule of a team: what decides now, and what waits',
    scope: 'teams:read',
    status: 200,
    answer: ruleState,
  },
  setTeamRule: {
    ...all,
    method: 'POST',
    path: base,
    summary:
      'Let a rule decide who is in a team. A run counts whom it moves; where more leave than the threshold it waits for an approval',
    scope: 'teams:manage',
    body: ruleBody,
    status: 202,
    answer: run,
    errors: ['conflict', 'managed'],
  },
  previewTeamRule: {
    ...all,
    method: 'POST',
    path: `${base}/preview`,
    summary: 'Count who would enter and leave by a rule, with the names of the first 200 each; nothing changes',
    scope: 'teams:manage',
    body: teamRule,
    status: 202,
    answer: run,
    errors: ['managed'],
  },
  evaluateTeamRule: {
    ...all,
    method: 'POST',
    path: `${base}/evaluate`,
    summary: 'Compare everybody with the live rule now; by itself that happens when people change',
    scope: 'teams:manage',
    status: 202,
    answer: run,
    errors: ['conflict'],
  },
  deleteTeamRule: {
    ...all,
    method: 'DELETE',
    path: base,
    summary: 'Take the rule and its exceptions from a team; whoever is in the team stays and can be changed by hand',
    scope: 'teams:manage',
    status: 204,
    answer: null,
    errors: ['conflict'],
  },
  listTeamRuleRevisions: {
    ...all,
    method: 'GET',
    path: `${base}/revisions`,
    summary: 'Every rule that a team had, newest first: who made it, and whom it moved',
    scope: 'teams:read',
    query: page,
    status: 200,
    answer: pageOf(revision, 'TeamRuleRevisionPage'),
    errors: ['invalidCursor'],
  },
  listTeamRuleLeaving: {
    ...all,
    method: 'GET',
    path: `${base}/leaving`,
    summary: 'Who would leave the team by the rule that waits for an approval',
    scope: 'teams:read',
    query: page,
    status: 200,
    answer: pageOf(person.meta({ id: 'TeamRuleLeaver' }), 'TeamRuleLeaverPage'),
    errors: ['invalidCursor'],
  },
  approveTeamRule: {
    ...all,
    method: 'POST',
    path: `${base}/approve`,
    summary: 'Let the rule that waits decide; those whom it names leave',
    scope: 'holds:decide',
    status: 202,
    answer: run,
    errors: ['conflict'],
  },
  discardTeamRule: {
    ...all,
    method: 'POST',
    path: `${base}/discard`,
    summary: 'Drop the rule that waits; what decided before goes on',
    scope: 'holds:decide',
    status: 200,
    answer: ruleState,
    errors: ['conflict'],
  },
  listTeamRuleExceptions: {
    ...all,
    method: 'GET',
    path: `${base}/exceptions`,
    summary: 'People whom the rule does not decide about, who said so and why',
    scope: 'teams:read',
    query: page,
    status: 200,
    answer: pageOf(exception, 'TeamRuleExceptionPage'),
    errors: ['invalidCursor'],
  },
  setTeamRuleException: {
    ...all,
    method: 'POST',
    path: `${base}/exceptions`,
    summary: 'Let a person be in the team always, or never, whatever the rule says',
    scope: 'teams:manage',
    body: exceptionBody,
    status: 200,
    answer: exception,
    errors: ['conflict'],
  },
  deleteTeamRuleException: {
    ...all,
    method: 'DELETE',
    path: `${base}/exceptions/{user}`,
    summary: 'Let the rule decide about a person again',
    scope: 'teams:manage',
    params: onTeam.extend({ user: idOf('user') }),
    status: 204,
    answer: null,
  },
} as const satisfies Record<string, Route>
