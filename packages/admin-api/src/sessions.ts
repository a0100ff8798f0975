import { z } from 'zod'
import { onPerson } from './people.ts'
import { inOrganization, none, type Route } from './route.ts'
import { flag, idOf, instant, pageOf, pageQuery } from './values.ts'

const method = z.enum(['password', 'passkey', 'saml', 'oidc', 'recoveryCode', 'invitation'])

const factors = z.array(z.string()).describe('What was proven, such as `password` and `totp`')

export const listedSession = z
  .object({
    id: idOf('session'),
    userId: idOf('user'),
    name: z.string().nullable().describe('The person’s, as others read it'),
    method,
    factors,
    stage: z
      .enum(['full', 'secondStep'])
      .describe('`secondStep`: half signed in, until the second step is done; opens nothing else'),
    identityProviderId: idOf('identityProvider').nullable(),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    startedAt: instant,
    lastSeenAt: instant.describe('Written once a minute at most'),
    expiresAt: instant.describe('It ends then at the latest, however much it is used'),
    endedAt: instant.nullable(),
    endReason: z
      .string()
      .nullable()
      .describe('Such as `signedOut`, `revoked`, `idle`, `expired`, `notActive`, `lockdown`'),
  })
  .meta({ id: 'Session' })

const currentSession = z
  .object({
    id: idOf('session'),
    user: z.object({
      id: idOf('user'),
      userName: z.string(),
      name: z.string().nullable(),
      email: z.string().nullable(),
    }),
    organization: z.object({ id: idOf('organization'), slug: z.string(), name: z.string() }),
    method,
    factors,
    startedAt: instant,
    provedAt: instant.describe('When the person last proved something: dangerous acts may ask for it anew'),
    idleAt: instant.describe('It ends then unless it is used before'),
    expiresAt: instant,
    roles: z.array(z.object({ id: idOf('role'), name: z.string() })),
    permissions: z.array(z.string()),
    isOperator: z.boolean().describe('Runs the server: may do what keys of the instance may'),
  })
  .meta({ id: 'CurrentSession' })

const signInMethods = z
  .array(z.enum(['password', 'passkey', 'saml', 'oidc']))
  .min(1)
  .nullable()
  .describe('Ways to sign in of this person, in place of those of the organization; null: as the organization says')

const personSignIn = z
  .object({
    methods: signInMethods,
    hasPassword: z.boolean(),
    isBuiltIn: z.boolean().describe('A built-in account signs in whatever is switched off'),
  })
  .meta({ id: 'PersonSignIn' })

const tag = 'Sessions'
const sessions = '/api/v1/organizations/{organization}/sessions' as const
const person = '/api/v1/organizations/{organization}/people/{person}' as const

export const sessionRoutes = {
  getSession: {
    method: 'GET',
    path: '/api/v1/session',
    tag,
    summary: 'Who is signed in with the cookie of this request',
    scope: 'any',
    params: none,
    query: none,
    body: null,
    status: 200,
    answer: currentSession,
    errors: [],
  },
  endSession: {
    method: 'DELETE',
    path: '/api/v1/session',
    tag,
    summary: 'Sign out: the session of this request ends',
    scope: 'any',
    params: none,
    query: none,
    body: null,
    status: 204,
    answer: null,
    errors: [],
  },
  listSessions: {
    method: 'GET',
    path: sessions,
    tag,
    summary: 'Who is signed in, newest first',
    scope: 'sign-in:read',
    params: inOrganization,
    query: z.object({
      ...pageQuery,
      user: idOf('user').optional().describe('Only of this person'),
      identityProvider: idOf('identityProvider').optional().describe('Only those that it began'),
      ended: flag.optional().describe('`true`: also those that have ended; they are kept for 30 days'),
    }),
    body: null,
    status: 200,
    answer: pageOf(listedSession, 'SessionPage'),
    errors: ['invalidCursor'],
  },
  revokeSession: {
    method: 'POST',
    path: `${sessions}/{session}/revoke`,
    tag,
    summary: 'End a session at once; twice is once',
    scope: 'sign-in:manage',
    params: inOrganization.extend({ session: idOf('session') }),
    query: none,
    body: null,
    status: 200,
    answer: listedSession,
    errors: [],
  },
  revokePersonSessions: {
    method: 'POST',
    path: `${person}/revoke-sessions`,
    tag,
    summary: 'End every session of a person at once',
    scope: 'sign-in:manage',
    params: onPerson,
    query: none,
    body: null,
    status: 200,
    answer: z.object({ count: z.int().describe('So many had not ended yet') }).meta({ id: 'RevokedSessions' }),
    errors: [],
  },
  getPersonSignIn: {
    method: 'GET',
    path: `${person}/sign-in`,
    tag,
    summary: 'How a person may sign in',
    scope: 'sign-in:read',
    params: onPerson,
    query: none,
    body: null,
    status: 200,
    answer: personSignIn,
    errors: [],
  },
  updatePersonSignIn: {
    method: 'PATCH',
    path: `${person}/sign-in`,
    tag,
    summary: 'Let a person sign in otherwise than the organization says',
    scope: 'sign-in:manage',
    stepUp: true,
    params: onPerson,
    query: none,
    body: z.strictObject({ methods: signInMethods }).meta({ id: 'PersonSignInUpdate' }),
    status: 200,
    answer: personSignIn,
    errors: ['conflict'],
  },
  createPasswordLink: {
    method: 'POST',
    path: `${person}/password-link`,
    tag,
    summary: 'Make a link by which a person chooses a password, to be handed over in another way than by mail',
    scope: 'sign-in:manage',
    stepUp: true,
    params: onPerson,
    query: none,
    body: null,
    status: 200,
    answer: z
      .object({
        url: z.url().describe('Whoever opens it becomes the person: hand it to nobody else'),
        expiresAt: instant,
      })
      .meta({ id: 'PasswordLink' }),
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
