import type { RouteAnswer } from '@rollcall/admin-api'
import { getIdentityProvider } from '../../../sign-in/identity-providers.ts'
import { toOidcUrls } from '../../../sign-in/oidc/urls.ts'
import { mask } from '../../../sign-in/saml/trace.ts'
import { toServiceProviderUrls } from '../../../sign-in/saml/service-provider.ts'
import {
  countTests,
  getSignInTest,
  listSignInTests,
  startSignInTest,
  type SignInTest,
} from '../../../sign-in/sign-in-tests.ts'
import { toTestPath } from '../../../sign-in/trial.ts'
import { formatTypeId } from '../../../type-id.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'

type View = RouteAnswer<'getSignInTest'>
type Provider = Awaited<ReturnType<typeof getIdentityProvider>>

export const signInTestHandlers: Handlers<'startSignInTest' | 'listSignInTests' | 'getSignInTest'> = {
  startSignInTest: async (context, { params }) => {
    const provider = await readProvider(context, params.identityProvider)
    const row = await startSignInTest(context.parts.database, context.call, keyOf(provider))
    const body = viewTest(context, provider, row)
    const location = `/api/v1/organizations/${context.organization.slug}/identity-providers/${body.identityProvider}/tests/${body.id}`
    return { body, location }
  },

  listSignInTests: async (context, { params, query }) => {
    const { database } = context.parts
    const provider = await readProvider(context, params.identityProvider)
    return answerList(context, {
      route: `listSignInTests ${provider.id}`,
      query,
      read: (page) => listSignInTests(database, keyOf(provider), page),
      count: () => countTests(database, keyOf(provider)),
      view: (row) => viewTest(context, provider, row),
    })
  },

  getSignInTest: async (context, { params }) => {
    const provider = await readProvider(context, params.identityProvider)
    const id = toUuid('sit', params.signInTest)
    return { body: viewTest(context, provider, await getSignInTest(context.parts.database, keyOf(provider), id)) }
  },
}

function readProvider({ parts, organization }: CallContext, id: string): Promise<Provider> {
  return getIdentityProvider(parts.database, organization.id, toUuid('idp', id))
}

function keyOf({ organizationId, id: providerId }: Provider) {
  return { organizationId, providerId }
}

function viewTest({ baseUrl, call }: CallContext, provider: Provider, row: SignInTest): View {
  const { userId, userName, code, detail, createsAccount } = row
  const place = provider.type === 'saml' ? toServiceProviderUrls(baseUrl, provider) : toOidcUrls(baseUrl, provider)
  return {
    id: formatTypeId('sit', row.id),
    identityProvider: formatTypeId('idp', provider.id),
    state: stateOf(row, call.now),
    url: `${place.signInUrl}?next=${encodeURIComponent(toTestPath(row.id))}`,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    code,
    detail,
    signInFailure: row.failureId === null ? null : formatTypeId('sif', row.failureId),
    account: userId === null || userName === null ? null : { id: formatTypeId('usr', userId), userName },
    createsAccount,
    received: viewReceived(row, row.createdBy === call.actor),
  }
}

function stateOf({ passed, expiresAt }: SignInTest, now: Date): View['state'] {
  if (passed !== null) return passed ? 'passed' : 'failed'
  return expiresAt <= now ? 'expired' : 'waiting'
}

/** What somebody else tried is his to read, of others a letter and the domain. */
function viewReceived({ received }: SignInTest, isOwn: boolean): View['received'] {
  // Written by the trial only.
  const all = received as View['received']
  if (all === null || isOwn) return all
  return {
    ...all,
    fields: all.fields.map((each) => ({ ...each, value: each.value === null ? null : mask(each.value) })),
    attributes: all.attributes.map((each) => ({ ...each, values: each.values.map(mask) })),
  }
}
