import { z } from 'zod'
import { idOf, instant, limits } from './values.ts'

const claimName = z.string().trim().min(1).max(limits.attributeNameCharactersMax)

const claimNames = z
  .strictObject({
    userName: claimName
      .optional()
      .describe('Left out: `email`, which counts only when the identity provider has verified it'),
    externalId: claimName.optional().describe('Compared with externalId; left out: none'),
    givenName: claimName.optional(),
    familyName: claimName.optional(),
    displayName: claimName.optional(),
    email: claimName.optional(),
    groups: claimName.optional().describe('Its values give roles and teams by mappings'),
  })
  .describe('Names of claims where they differ from the usual ones')
  .meta({ id: 'OidcClaimNames' })

const authentication = z
  .enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt'])
  .describe('With private_key_jwt the key is ours: its public half stands at jwksUri, and there is no secret')

const userInfo = z
  .enum(['auto', 'always', 'never'])
  .describe('`auto`: the userinfo endpoint is asked when the ID token lacks a claim that we read')

const issuer = z
  .url({ protocol: /^https?$/ })
  .max(limits.urlCharactersMax)
  .refine((value) => !/[?#]/.test(value), 'An issuer has neither a query nor a fragment')
  .describe('To the letter; https, but for addresses that the operator of the server allowed')

const clientId = z.string().trim().min(1).max(limits.clientIdCharactersMax)
const clientSecret = z
  .string()
  .min(1)
  .max(limits.clientSecretCharactersMax)
  .describe('Sealed when it is stored, and never shown again')

const scope = z
  .string()
  .regex(/^[\x21\x23-\x5B\x5D-\x7E]+$/, 'Expected one scope, without spaces and quotes')
  .max(limits.attributeNameCharactersMax)

const choices = {
  clientSecret: clientSecret.optional(),
  authentication: authentication.optional(),
  scopes: z.array(scope).max(limits.scopesMax).optional().describe('`openid` is always among them'),
  claims: claimNames.optional(),
  userInfo: userInfo.optional(),
  forceAuthentication: z.boolean().optional().describe('Ask for a fresh sign-in each time; false when left out'),
  singleLogout: z.boolean().optional().describe('Lead whoever signs out here to the identity provider’s sign-out'),
}

/** `justInTime` is the same for every type of identity provider, so it comes from there. */
export function toOidcBodies<JustInTime extends z.ZodType>(justInTime: JustInTime) {
  const all = { ...choices, justInTime: justInTime.optional() }
  return {
    create: z.strictObject({ issuer, clientId, ...all }).meta({ id: 'OidcCreate' }),
    update: z
      .strictObject({ clientId: clientId.optional(), ...all })
      .describe('What is left out stays. The issuer cannot change: subjects of another one are other people'),
  }
}

export const oidc = z
  .object({
    relyingParty: z
      .object({
        redirectUri: z.string(),
        backChannelLogoutUri: z.string(),
        postLogoutRedirectUri: z.string(),
        signInUrl: z.string().describe('Where a sign-in begins; also the initiate login URI'),
        jwksUri: z.string().describe('Our public key, for private_key_jwt'),
      })
      .describe('What to enter at the identity provider'),
    identityProvider: z
      .object({
        issuer: z.string(),
        authorizationEndpoint: z.string(),
        tokenEndpoint: z.string(),
        userInfoEndpoint: z.string().nullable(),
        endSessionEndpoint: z.string().nullable(),
        jwksUri: z.string(),
        refreshedAt: instant.nullable().describe('The discovery document is read again every day'),
        refreshError: z.string().nullable(),
      })
      .describe('What the identity provider says of itself'),
    settings: z.object({
      clientId: z.string(),
      hasClientSecret: z.boolean(),
      authentication,
      scopes: z.array(z.string()),
      claims: claimNames,
      userInfo,
      forceAuthentication: z.boolean(),
      singleLogout: z.boolean(),
      justInTime: z.object({
        enabled: z.boolean(),
        role: z.string().nullable().describe('Its name now; null: the plain one, or one that is gone'),
        roleId: idOf('role').nullable(),
        works: z.boolean().describe('False: it is off, or SCIM is on'),
        explanation: z.string(),
      }),
    }),
  })
  .meta({ id: 'OidcIdentityProvider' })

export const identityProviderCheck = z
  .object({
    works: z.boolean().describe('Nothing has failed'),
    checks: z.array(
      z.object({
        name: z.enum(['discovery', 'keys', 'client', 'logout', 'metadata']),
        state: z.enum(['passed', 'failed', 'unknown']).describe('`unknown`: it cannot be seen from here'),
        detail: z.string(),
      }),
    ),
  })
  .meta({ id: 'IdentityProviderCheck' })
