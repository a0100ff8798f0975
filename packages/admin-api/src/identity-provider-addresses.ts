import { z } from 'zod'
import { identityProviderTag } from './identity-providers.ts'
import { inOrganization, type Route } from './route.ts'
import { idOf } from './values.ts'

const addresses = z
  .object({
    id: idOf('identityProvider').describe('What createIdentityProvider takes as `id`'),
    saml: z
      .object({
        entityId: z.string(),
        assertionConsumerServiceUrl: z.string(),
        singleLogoutUrl: z.string(),
        signInUrl: z.string(),
      })
      .describe('Our metadata stands at the entity id once the identity provider is made'),
    oidc: z.object({
      redirectUri: z.string(),
      backChannelLogoutUri: z.string(),
      postLogoutRedirectUri: z.string(),
      signInUrl: z.string(),
      jwksUri: z.string(),
    }),
  })
  .meta({ id: 'IdentityProviderAddresses' })

export const identityProviderAddressRoutes = {
  getIdentityProviderAddresses: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/identity-provider-addresses',
    tag: identityProviderTag,
    summary: 'Our addresses of an identity provider that is not made yet: what to enter there first',
    scope: 'sign-in:read',
    params: inOrganization,
    query: z.object({
      identityProvider: idOf('identityProvider').optional().describe('Those of this one; left out: of a new one'),
    }),
    body: null,
    status: 200,
    answer: addresses,
    errors: [],
  },
} as const satisfies Record<string, Route>
