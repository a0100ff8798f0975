import { z } from 'zod'
import { inOrganization, none, page, type Route } from './route.ts'
import { idOf, instant, pageOf } from './values.ts'

const signInFailure = z
  .object({
    id: idOf('signInFailure').describe('Stands on the page that the person saw'),
    at: instant,
    identityProvider: idOf('identityProvider'),
    code: z.string().describe('Stable, such as `audienceMismatch`'),
    detail: z.string().describe('For administrators: what was there, and what should have been'),
    requestId: z.string().nullable(),
  })
  .meta({ id: 'SignInFailure' })

const tracedFailure = signInFailure
  .extend({
    exchange: z
      .record(z.string(), z.json())
      .describe(
        'The message as far as it tells anything: addresses, times, algorithms; of people a letter and the domain',
      ),
  })
  .meta({ id: 'TracedSignInFailure' })

const failures = '/api/v1/organizations/{organization}/sign-in-failures' as const
const tag = 'Identity providers'

export const signInFailureRoutes = {
  listSignInFailures: {
    method: 'GET',
    path: failures,
    tag,
    summary: 'Sign-ins by identity providers that failed within seven days, newest first',
    scope: 'sign-in:read',
    params: inOrganization,
    query: page.extend({ identityProvider: idOf('identityProvider').optional() }),
    body: null,
    status: 200,
    answer: pageOf(signInFailure, 'SignInFailurePage'),
    errors: ['invalidCursor'],
  },
  getSignInFailure: {
    method: 'GET',
    path: `${failures}/{signInFailure}`,
    tag,
    summary: 'One failed sign-in with what was exchanged, masked',
    scope: 'sign-in:read',
    params: inOrganization.extend({ signInFailure: idOf('signInFailure') }),
    query: none,
    body: null,
    status: 200,
    answer: tracedFailure,
    errors: [],
  },
} as const satisfies Record<string, Route>
