import { z } from 'zod'
import { identityProviders, identityProviderTag, onIdentityProvider } from './identity-providers.ts'
import { none, page, type Route } from './route.ts'
import { idOf, instant, pageOf } from './values.ts'

const field = z.enum(['subject', 'userName', 'externalId', 'givenName', 'familyName', 'displayName', 'email'])

const received = z
  .object({
    subjectFormat: z.string().nullable().describe('The format of NameID'),
    fields: z
      .array(
        z.object({
          field: field.describe('`subject`: NameID or sub'),
          from: z
            .string()
            .nullable()
            .describe('The attribute or claim that gave it; null: none of those that are asked'),
          value: z.string().nullable(),
        }),
      )
      .describe('What became of the profile'),
    attributes: z
      .array(z.object({ name: z.string(), values: z.array(z.string()), uses: z.array(field) }))
      .describe('All that was sent; `uses`: what it became'),
  })
  .meta({ id: 'SignInTestReceived' })

const signInTest = z
  .object({
    id: idOf('signInTest'),
    identityProvider: idOf('identityProvider'),
    state: z
      .enum(['waiting', 'passed', 'failed', 'expired'])
      .describe('`expired`: nobody came back in time, or the identity provider lost RelayState'),
    url: z.string().describe('To be opened in a window of its own; signs nobody in'),
    createdBy: z.string(),
    createdAt: instant,
    expiresAt: instant,
    finishedAt: instant.nullable(),
    code: z.string().nullable().describe('Why it failed, such as `audienceMismatch`; as of a failed sign-in'),
    detail: z.string().nullable(),
    signInFailure: idOf('signInFailure').nullable().describe('What was exchanged, masked'),
    account: z
      .object({ id: idOf('user'), userName: z.string() })
      .nullable()
      .describe('Who would have been signed in; of somebody who would have been made there is no id to show'),
    createsAccount: z.boolean().describe('The sign-in would have made the account'),
    received: received
      .nullable()
      .describe('Null: nothing could be read. In full for whoever began the test, masked for others; kept for a day'),
  })
  .meta({ id: 'SignInTest' })

const tests = `${identityProviders}/{identityProvider}/tests` as const
const tag = identityProviderTag

export const signInTestRoutes = {
  startSignInTest: {
    method: 'POST',
    path: tests,
    tag,
    summary: 'Begin a sign-in that signs nobody in and changes nothing, and tells what would have happened',
    scope: 'sign-in:manage',
    params: onIdentityProvider,
    query: none,
    body: null,
    status: 201,
    answer: signInTest,
    errors: [],
  },
  listSignInTests: {
    method: 'GET',
    path: tests,
    tag,
    summary: 'Tests of the last day, newest first',
    scope: 'sign-in:read',
    params: onIdentityProvider,
    query: page,
    body: null,
    status: 200,
    answer: pageOf(signInTest, 'SignInTestPage'),
    errors: ['invalidCursor'],
  },
  getSignInTest: {
    method: 'GET',
    path: `${tests}/{signInTest}`,
    tag,
    summary: 'How a test stands, and what came of it',
    scope: 'sign-in:read',
    params: onIdentityProvider.extend({ signInTest: idOf('signInTest') }),
    query: none,
    body: null,
    status: 200,
    answer: signInTest,
    errors: [],
  },
} as const satisfies Record<string, Route>
