import { z } from 'zod'
import { inOrganization, none, type Route } from './route.ts'
import { idOf, instant } from './values.ts'

const enforcement = z
  .object({
    enforced: z.boolean().describe('Neither password nor passkey is a way in; an identity provider is'),
    ready: z.boolean().describe('Every condition is met'),
    identityProviders: z.int().min(0).describe('Condition: one is on, and its type is a way in'),
    test: z
      .object({ id: idOf('signInTest'), identityProvider: idOf('identityProvider'), finishedAt: instant })
      .nullable()
      .describe('Condition: a test of one that is on has passed within the last hour; the latest'),
    wayBack: z
      .array(
        z.object({
          id: idOf('user'),
          userName: z.string(),
          name: z.string().nullable(),
          by: z.array(z.enum(['passkey', 'recoveryCodes', 'builtIn'])).min(1),
        }),
      )
      .describe('Condition: an owner who comes in when no identity provider lets anybody in; at most 20'),
  })
  .meta({ id: 'SignInEnforcement' })

const path = '/api/v1/organizations/{organization}/sign-in-enforcement' as const
const tag = 'Identity providers'

export const signInEnforcementRoutes = {
  getSignInEnforcement: {
    method: 'GET',
    path,
    tag,
    summary: 'Whether people must sign in by an identity provider, and what is missing before they may have to',
    scope: 'sign-in:read',
    params: inOrganization,
    query: none,
    body: null,
    status: 200,
    answer: enforcement,
    errors: [],
  },
  enforceSingleSignOn: {
    method: 'POST',
    path,
    tag,
    summary:
      'Make identity providers the only way in, which needs every condition, or password and passkey ways in again',
    scope: 'settings:manage',
    stepUp: true,
    params: inOrganization,
    query: none,
    body: z.strictObject({ enforced: z.boolean() }).meta({ id: 'SignInEnforcementChange' }),
    status: 200,
    answer: enforcement,
    errors: ['conflict', 'versionMismatch'],
  },
} as const satisfies Record<string, Route>
