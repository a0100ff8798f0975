import { z } from 'zod'
import { onPerson } from './people.ts'
import { none, type Route } from './route.ts'
import { idOf, namedOf } from './values.ts'

const owned = z
  .object({
    teams: z.array(namedOf('team')).describe('Teams that the person maintains'),
    connections: z.array(namedOf('connection')).describe('Connections that the person answers for'),
    serviceAccounts: z.array(namedOf('serviceAccount')).describe('Service accounts that the person answers for'),
    keys: z
      .array(namedOf('key').extend({ hint: z.string(), provisions: z.boolean().describe('SCIM stops when it dies') }))
      .describe('Live keys of the person: they die with it and are never handed over'),
  })
  .meta({ id: 'PersonOwned' })

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
        to: idOf('user', 'serviceAccount').describe(
          'Who has it from then on: somebody pending or active; an active service account for teams only, since a person must answer for connections and service accounts',
        ),
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
        to: idOf('user', 'serviceAccount'),
        handedOver: owned.omit({ keys: true }),
        dying: owned.shape.keys,
      })
      .meta({ id: 'PersonHandoverDone' }),
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
