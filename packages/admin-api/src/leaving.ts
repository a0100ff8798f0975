import { z } from 'zod'
import { inOrganization, none, type Route } from './route.ts'
import { idOf } from './values.ts'

const named = (kind: Parameters<typeof idOf>[0]) => z.object({ id: idOf(kind), name: z.string() })

const owned = z
  .object({
    teams: z.array(named('team')).describe('Teams that the person maintains'),
    connections: z.array(named('connection')).describe('Connections that the person answers for'),
    serviceAccounts: z.array(named('serviceAccount')).describe('Service accounts that the person answers for'),
    keys: z
      .array(named('key').extend({ hint: z.string(), provisions: z.boolean().describe('SCIM stops when it dies') }))
      .describe('Live keys of the person: they die with it and are never handed over'),
  })
  .meta({ id: 'PersonOwned' })

const onPerson = inOrganization.extend({ person: idOf('user') })

export const leavingRoutes = {
  getPersonOwned: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/people/{person}/owned',
    tag: 'People',
    summary: 'What depends on a person: to look at before it leaves, and to hand over after',
    scope: 'people:read',
    params: onPerson,
    query: none,
    body: null,
    status: 200,
    answer: owned,
    errors: [],
  },
  handOverPerson: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/people/{person}/handover',
    tag: 'People',
    summary: 'Give what a person maintains and answers for to another one; keys stay and die with their owner',
    scope: 'people:manage',
    params: onPerson,
    query: none,
    body: z
      .strictObject({
        to: idOf('user').describe('Who has it from then on: somebody pending or active'),
        only: z
          .array(z.enum(['teams', 'connections', 'serviceAccounts']))
          .min(1)
          .max(3)
          .optional()
          .describe('Left out: all'),
      })
      .meta({ id: 'PersonHandover' }),
    status: 200,
    answer: z
      .object({
        to: idOf('user'),
        handedOver: owned.omit({ keys: true }),
        dying: owned.shape.keys,
      })
      .meta({ id: 'PersonHandoverDone' }),
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
