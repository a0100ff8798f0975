import { z } from 'zod'
import { onPerson } from './people.ts'
import { inOrganization, none, type Route } from './route.ts'
import { onSource, sourcePath } from './sources.ts'
import { upcomingKind } from './upcoming-dates.ts'
import { anchor, idOf, instant, limits, pageOf, pageQuery } from './values.ts'

const state = z.enum(['waiting', 'done', 'cancelled'])

const upcoming = z
  .object({
    sourceId: idOf('source'),
    anchor,
    kind: upcomingKind,
    at: instant.describe('Local midnight where the person works; of `delete` so many days after he left'),
    state,
    personId: idOf('user').nullable(),
    name: z.string().nullable(),
    detail: z.string().nullable().describe('Why it could not be done yet'),
    endedAt: instant.nullable(),
    endedBy: z.string().nullable().describe('Who called it off'),
    reason: z.string().nullable(),
  })
  .meta({ id: 'SourceUpcoming' })

const all = { tag: 'Source records', params: onSource, query: none } as const

export const sourceUpcomingRoutes = {
  listUpcoming: {
    ...all,
    method: 'GET',
    path: '/api/v1/organizations/{organization}/upcoming',
    summary: 'Who comes, moves and leaves by dates of any source, soonest first',
    scope: 'sources:read',
    params: inOrganization,
    query: z.object({ ...pageQuery, kind: upcomingKind.optional(), state: state.default('waiting') }),
    body: null,
    status: 200,
    answer: pageOf(upcoming, 'UpcomingPage'),
    errors: ['invalidCursor'],
  },
  listSourceUpcoming: {
    ...all,
    method: 'GET',
    path: `${sourcePath}/upcoming`,
    summary: 'First days, last days and moves that records speak of, and ends of grace, soonest first',
    scope: 'sources:read',
    query: z.object({
      ...pageQuery,
      kind: upcomingKind.optional(),
      state: state.default('waiting'),
      anchor: anchor.optional(),
    }),
    body: null,
    status: 200,
    answer: pageOf(upcoming, 'SourceUpcomingPage'),
    errors: ['invalidCursor'],
  },
  cancelSourceUpcoming: {
    ...all,
    method: 'POST',
    path: `${sourcePath}/upcoming/cancel`,
    summary: 'Call a date off, for as long as the source says no other',
    scope: 'sources:run',
    body: z
      .strictObject({
        anchor,
        kind: upcomingKind,
        reason: z.string().trim().min(1).max(limits.descriptionCharactersMax),
      })
      .meta({ id: 'SourceUpcomingCancel' }),
    status: 204,
    answer: null,
    errors: ['conflict'],
  },
  getPersonUpcoming: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/people/{person}/upcoming',
    tag: 'People',
    summary: 'What sources say of days of a person, soonest first',
    scope: 'people:read',
    params: onPerson,
    query: none,
    body: null,
    status: 200,
    answer: z.object({ data: z.array(upcoming) }).meta({ id: 'PersonUpcoming' }),
    errors: [],
  },
} as const satisfies Record<string, Route>
