import { z } from 'zod'
import { onPerson } from './people.ts'
import { none, type Route } from './route.ts'
import { displayName, idOf, instant } from './values.ts'

const reasonCharactersMax = 500
const factorNames = ['passkey', 'totp', 'recoveryCodes'] as const

const passkey = z.object({
  id: idOf('passkey'),
  name: displayName,
  host: z.string().describe('Where it works; under another public address it is stranded'),
  usable: z.boolean().describe('False: made for another public address than the present one'),
  backedUp: z.boolean().describe('True: the person’s key ring has copies of it'),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
})

export const personFactors = z
  .object({
    passkeys: z.array(passkey).describe('At most 20, oldest first'),
    totp: z.object({ createdAt: instant, lastUsedAt: instant.nullable() }).nullable().describe('An authenticator app'),
    recoveryCodes: z.object({ left: z.int().min(0).describe('Of ten'), createdAt: instant }).nullable(),
  })
  .meta({ id: 'PersonFactors' })

export const factorRoutes = {
  getPersonFactors: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/people/{person}/factors',
    tag: 'People',
    summary: 'What a person signs in with besides a password: passkeys, authenticator app, recovery codes',
    scope: 'people:read',
    params: onPerson,
    query: none,
    body: null,
    status: 200,
    answer: personFactors,
    errors: [],
  },
  resetPersonFactors: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/people/{person}/factors/reset',
    tag: 'People',
    summary:
      'Take passkeys, authenticator app or recovery codes off a person; sessions end, the person is told by mail',
    scope: 'people:manage',
    stepUp: true,
    params: onPerson,
    query: none,
    body: z
      .strictObject({
        only: z.array(z.enum(factorNames)).min(1).optional().describe('Left out: all of them'),
        reason: z
          .string()
          .trim()
          .min(1)
          .max(reasonCharactersMax)
          .optional()
          .describe('For the history and the mail to the person'),
      })
      .meta({ id: 'PersonFactorsReset' }),
    status: 200,
    answer: z
      .object({
        passkeys: z.int().min(0),
        totp: z.boolean(),
        recoveryCodes: z.int().min(0),
        sessionsEnded: z.int().min(0),
      })
      .describe('What there was and is gone')
      .meta({ id: 'PersonFactorsGone' }),
    errors: [],
  },
} as const satisfies Record<string, Route>
