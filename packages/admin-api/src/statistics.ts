import { z } from 'zod'
import { inOrganization, type Route } from './route.ts'
import { idOf } from './values.ts'

const count = z.int().min(0)
const daysMax = 400

const day = z.iso
  .date()
  .describe('In UTC')
  .meta({ examples: ['2026-11-26'] })

const daysQuery = z.object({
  days: z.coerce.number().int().min(1).max(daysMax).default(30).describe('How many days, today included'),
})

function chartOf<Entry extends z.ZodType>(entry: Entry, name: string) {
  return z
    .object({
      from: day,
      to: day.describe('Today, which is not over yet'),
      firstDay: day
        .nullable()
        .describe(
          'The first of which anything was counted: of days before nothing is known. Null: nothing happened yet',
        ),
      data: z.array(entry),
    })
    .meta({ id: name })
}

const peopleOfDay = z.object({ day, pending: count, active: count, suspended: count, deprovisioned: count })

const origin = z
  .object({
    kind: z
      .enum(['connection', 'source', 'here', 'system'])
      .describe('`here`: by people and keys of the admin API; `system`: by itself'),
    id: idOf('connection', 'source').nullable(),
    name: z.string().nullable().describe('Null: it is gone'),
  })
  .meta({ id: 'ChangeOrigin' })

const changesOfDay = z.object({
  day,
  source: origin,
  created: count,
  updated: count,
  suspended: count,
  deleted: count,
  members: count.describe('Of teams'),
})

const errorsOfDay = z.object({
  day,
  origin: z.enum(['scim', 'app']).describe('What identity providers sent here, or what was sent to an app'),
  subject: z.object({ id: idOf('connection', 'app'), name: z.string().nullable() }).nullable(),
  cause: z
    .string()
    .describe('scim: status and scimType, such as `409 uniqueness`; app: a reason of `GET …/provisioning-reasons`'),
  count,
})

const base = '/api/v1/organizations/{organization}/statistics' as const
const all = {
  tag: 'Statistics',
  method: 'GET',
  params: inOrganization,
  query: daysQuery,
  body: null,
  status: 200,
  errors: [],
} as const

export const statisticsRoutes = {
  getPeopleStatistics: {
    ...all,
    path: `${base}/people`,
    summary: 'How many people there were in each state, day by day',
    scope: 'people:read',
    answer: chartOf(peopleOfDay, 'PeopleStatistics'),
  },
  getChangeStatistics: {
    ...all,
    path: `${base}/changes`,
    summary: 'How many changes of people and teams came from where, day by day',
    scope: 'log:read',
    answer: chartOf(changesOfDay, 'ChangeStatistics'),
  },
  getErrorStatistics: {
    ...all,
    path: `${base}/errors`,
    summary: 'How many errors had which cause, day by day: of requests to us, and of operations in apps',
    scope: 'log:read',
    answer: chartOf(errorsOfDay, 'ErrorStatistics'),
  },
} as const satisfies Record<string, Route>
