import { z } from 'zod'
import { none, type Route } from './route.ts'
import { idOf } from './values.ts'

/** Who the key of a request is, or who is signed in. */
export const whoami = z
  .object({
    kind: z.enum(['instance', 'key', 'session']),
    id: z.string(),
    organizationId: idOf('organization').nullable().describe('Null for a key of the whole instance'),
    scopes: z.array(z.string()),
    roles: z
      .array(
        z.object({
          id: idOf('role'),
          name: z.string(),
          teams: z.array(idOf('team')).nullable().describe('The teams that the role is limited to; null: everywhere'),
        }),
      )
      .describe('Of the person or service account that owns the key; none when nobody owns it'),
    permissions: z.array(z.string()).describe('What the key may do: its scopes, as far as the roles of its owner go'),
    mailDelivery: z
      .enum(['smtp', 'outbox'])
      .describe(
        '`outbox`: this server has no mail server, so mails wait where administrators read them and copy links',
      ),
  })
  .meta({ id: 'Whoami' })

export const errorEntry = z
  .object({
    code: z.string(),
    status: z.int(),
    type: z.url(),
    title: z.string(),
    cause: z.string(),
    remedy: z.string(),
  })
  .meta({ id: 'ErrorEntry' })

export const errorCatalogue = z.object({ data: z.array(errorEntry) }).meta({ id: 'ErrorCatalogue' })

export const whoamiRoutes = {
  whoami: {
    method: 'GET',
    path: '/api/v1/whoami',
    tag: 'Key',
    summary: 'Who the key of this request is',
    scope: 'any',
    params: none,
    query: none,
    body: null,
    status: 200,
    answer: whoami,
    errors: [],
  },
  listErrors: {
    method: 'GET',
    path: '/api/v1/errors',
    tag: 'Errors',
    summary: 'Every error that the API answers with',
    scope: 'none',
    params: none,
    query: none,
    body: null,
    status: 200,
    answer: errorCatalogue,
    errors: [],
  },
} as const satisfies Record<string, Route>
