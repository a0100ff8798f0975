import { z } from 'zod'
import { peopleActNames } from './names.ts'
import { peopleFilters } from './people.ts'
import { inOrganization, none, type Route } from './route.ts'
import { run } from './runs.ts'
import { idOf, instant, pageOf, pageQuery } from './values.ts'

const reasonCharactersMax = 500
const namedMax = 1_000

const selection = z
  .union([
    z.strictObject({ ids: z.array(idOf('user')).min(1).max(namedMax).describe('These') }),
    z.strictObject({
      matching: z.strictObject(peopleFilters).describe('All whom a list with these filters shows'),
      except: z.array(idOf('user')).max(namedMax).default([]).describe('But not these'),
    }),
  ])
  .meta({ id: 'PeopleSelection' })

const actBody = z
  .strictObject({
    act: z
      .enum(peopleActNames)
      .describe('Besides, `addToTeam` needs the permission teams:manage and `resendInvitation` people:invite'),
    people: selection,
    team: idOf('team').optional().describe('Of `addToTeam`: the team that they join'),
    reason: z.string().trim().min(1).max(reasonCharactersMax).optional().describe('For the history of each'),
    overrideUntil: instant
      .optional()
      .describe('Of managed people: overrides `active` until then; left out: they are passed over and named'),
  })
  .refine(({ act, team }) => (act === 'addToTeam') === (team !== undefined), {
    message: 'Expected `team` with addToTeam, and with nothing else',
    path: ['team'],
  })
  .meta({ id: 'PeopleAct' })

const item = z
  .object({
    userId: idOf('user'),
    name: z.string().nullable(),
    outcome: z
      .enum(['done', 'failed', 'undone'])
      .describe('`undone`: as before again. Whoever was so already is not in the list'),
    code: z.string().nullable().describe('Why it failed, such as `locked`, `personDeleted`, `yourself`'),
    detail: z.string().nullable(),
  })
  .meta({ id: 'PeopleActItem' })

const acts = '/api/v1/organizations/{organization}/people-acts' as const
const onAct = inOrganization.extend({ run: idOf('run') })

export const peopleActRoutes = {
  actOnPeople: {
    method: 'POST',
    path: acts,
    tag: 'People',
    summary: 'Suspend, reactivate, add to a team or invite again many people: those who are named, or all who match',
    scope: 'people:manage',
    params: inOrganization,
    query: none,
    body: actBody,
    status: 202,
    answer: run,
    errors: ['conflict', 'managed'],
  },
  listPeopleActItems: {
    method: 'GET',
    path: `${acts}/{run}/people`,
    tag: 'People',
    summary: 'What an act on many came to, person by person: whom it changed, whom it left out and why',
    scope: 'people:manage',
    params: onAct,
    query: z.object({ ...pageQuery, outcome: item.shape.outcome.optional() }),
    body: null,
    status: 200,
    answer: pageOf(item, 'PeopleActItemPage'),
    errors: ['invalidCursor'],
  },
  undoPeopleAct: {
    method: 'POST',
    path: `${acts}/{run}/undo`,
    tag: 'People',
    summary: 'Undo an act on many: whoever is still as it left them is as before; whom others changed since is left',
    scope: 'people:manage',
    params: onAct,
    query: none,
    body: null,
    status: 202,
    answer: run,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
