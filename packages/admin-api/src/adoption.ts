import { z } from 'zod'
import { onConnection } from './connections.ts'
import { none, type Route } from './route.ts'
import { idOf } from './values.ts'

/** User names of a preview; more would not fit into a body. */
const expectedMax = 5_000

const link = z.object({ userName: z.string(), personId: idOf('user') }).meta({ id: 'AdoptionLink' })

export const adoptionConflict = z
  .object({
    userName: z.string(),
    reason: z.enum(['invalidLogin', 'ambiguous', 'builtIn', 'ownedByAnother', 'sameLogin']),
    detail: z.string(),
  })
  .meta({ id: 'AdoptionConflict' })

export const adoptionRoutes = {
  previewAdoption: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/connections/{connection}/adoption-preview',
    tag: 'People',
    summary: 'Who of the people that a source is going to send would be linked, created or refused; changes nothing',
    scope: 'people:read',
    params: onConnection,
    query: none,
    body: z
      .strictObject({
        users: z
          .array(z.strictObject({ userName: z.string().min(1).max(400) }))
          .max(expectedMax)
          .describe('In the order in which they will come'),
      })
      .meta({ id: 'AdoptionExpected' }),
    status: 200,
    answer: z
      .object({
        adopts: z.boolean().describe('Whether the connection takes local accounts over at all'),
        counts: z.object({
          linked: z.int(),
          created: z.int(),
          present: z.int(),
          conflicts: z.int(),
          left: z.int(),
        }),
        linked: z.array(link).describe('Local accounts that it would take over'),
        created: z.array(z.string()).describe('User names of new accounts'),
        present: z.array(link).describe('Managed by the connection already: POST is 409'),
        conflicts: z.array(adoptionConflict),
        left: z
          .array(link.extend({ builtIn: z.boolean() }))
          .describe('Local accounts that none of them is; at most 1,000'),
      })
      .meta({ id: 'AdoptionPreview' }),
    errors: [],
  },
} as const satisfies Record<string, Route>
