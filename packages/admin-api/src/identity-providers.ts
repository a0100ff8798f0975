import { z } from 'zod'
import { identityProviderCheck, oidc, toOidcBodies } from './openid-connect.ts'
import { inOrganization, none, page, type Route } from './route.ts'
import { displayName, idOf, instant, limits, namesChange, pageOf, version } from './values.ts'

const state = z
  .enum(['enabled', 'disabled'])
  .describe('Disabled: nobody signs in by it; what it knows stays')
  .meta({ id: 'IdentityProviderState' })

const attributeName = z.string().trim().min(1).max(limits.attributeNameCharactersMax)

const attributeNames = z
  .strictObject({
    userName: attributeName
      .optional()
      .describe('Left out: eduPersonPrincipalName when it is there, else NameID (AC-D30)'),
    externalId: attributeName.optional().describe('Compared with externalId; left out: Entra’s objectidentifier'),
    givenName: attributeName.optional(),
    familyName: attributeName.optional(),
    displayName: attributeName.optional(),
    email: attributeName.optional(),
  })
  .describe('Names of attributes in assertions where they differ from the usual ones')
  .meta({ id: 'SamlAttributeNames' })

const justInTime = z
  .strictObject({
    enabled: z.boolean().describe('Make an account for whoever signs in and has none'),
    role: z
      .string()
      .min(1)
      .max(limits.nameCharactersMax)
      .optional()
      .describe('Id or name of the role of such an account'),
  })
  .describe(
    'Never works while SCIM is on in the organization: then accounts come from the identity provider’s provisioning, and a second source would make doubles',
  )
  .meta({ id: 'JustInTimeSettings' })

/** What may be chosen for a SAML identity provider. */
const samlChoices = {
  idpInitiated: z
    .boolean()
    .optional()
    .describe(
      'Take answers that nobody here has asked for. Off when left out: whoever can make a browser post a form could then sign it in as somebody else',
    ),
  wantResponseSigned: z.boolean().optional().describe('Besides the assertion, which must be signed in any case'),
  nameIdFormat: z
    .enum(['persistent', 'emailAddress', 'unspecified'])
    .optional()
    .describe('What we ask for; `persistent` when left out'),
  forceAuthentication: z.boolean().optional().describe('Ask for a fresh sign-in each time; false when left out'),
  signMetadata: z
    .boolean()
    .optional()
    .describe('Sign our own metadata with the key that signs our requests; false when left out'),
  attributes: attributeNames.optional(),
  justInTime: justInTime.optional(),
  metadataSigners: z
    .array(z.string().min(1).max(limits.certificateCharactersMax))
    .max(limits.metadataSignersMax)
    .optional()
    .describe(
      'Certificates (PEM) or SHA-256 fingerprints by which its metadata is signed. When there are any, metadata counts only with a signature of one of them over the whole document; none when left out',
    ),
}

const metadataUrl = z
  .url({ protocol: /^https$/ })
  .max(limits.urlCharactersMax)
  .describe('Read again every day; https only')

const metadataXml = z
  .string()
  .min(1)
  .max(limits.metadataCharactersMax)
  .describe('The same as a document, for identity providers that publish none')

const certificate = z
  .object({
    fingerprint: z.string().describe('SHA-256, in hexadecimal'),
    subject: z.string(),
    notBefore: instant,
    notAfter: instant,
  })
  .meta({ id: 'IdentityProviderCertificate' })

const ownCertificate = certificate
  .extend({
    pem: z.string(),
    state: z
      .enum(['current', 'next', 'former'])
      .describe('`next` is published and not used yet; `former` was used until a while ago and is still published'),
  })
  .meta({ id: 'ServiceProviderCertificate' })

const saml = z
  .object({
    serviceProvider: z
      .object({
        entityId: z.string().describe('Also the address of our metadata'),
        assertionConsumerServiceUrl: z.string(),
        singleLogoutUrl: z.string(),
        signInUrl: z.string().describe('Where a sign-in begins'),
        certificates: z.array(ownCertificate),
      })
      .describe('What to enter at the identity provider'),
    identityProvider: z
      .object({
        entityId: z.string(),
        singleSignOnUrl: z.string(),
        singleLogoutUrl: z.string().nullable(),
        certificates: z.array(certificate),
        metadataUrl: z.string().nullable(),
        refreshedAt: instant.nullable(),
        refreshError: z.string().nullable(),
        metadataSigners: z
          .array(
            z.object({
              fingerprint: z.string().describe('SHA-256, in hexadecimal'),
              pem: z.string().nullable().describe('Null: only the fingerprint was given'),
            }),
          )
          .describe('Who must have signed its metadata; empty: it need not be signed'),
      })
      .describe('What the identity provider says of itself'),
    settings: z.object({
      idpInitiated: z.boolean(),
      wantResponseSigned: z.boolean(),
      nameIdFormat: z.enum(['persistent', 'emailAddress', 'unspecified']),
      forceAuthentication: z.boolean(),
      signMetadata: z.boolean(),
      attributes: attributeNames,
      justInTime: z.object({
        enabled: z.boolean(),
        role: z.string().nullable().describe('Its name now; null: the plain one, or one that is gone'),
        roleId: idOf('role').nullable(),
        works: z.boolean().describe('False: it is off, or SCIM is on'),
        explanation: z.string(),
      }),
    }),
  })
  .meta({ id: 'SamlIdentityProvider' })

export const identityProvider = z
  .object({
    id: idOf('identityProvider'),
    organizationId: idOf('organization'),
    type: z.enum(['saml', 'oidc']),
    name: displayName,
    state,
    preset: z.string().nullable().describe('The preset that it was made by'),
    domains: z.array(z.string()),
    saml: saml.nullable(),
    oidc: oidc.nullable(),
    version,
    createdBy: z.string(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'IdentityProvider' })

const domains = z
  .array(z.string().trim().min(1).max(limits.domainCharactersMax))
  .max(limits.providerDomainsMax)
  .describe(
    'Verified domains of the organization: whoever enters an address in one of them at /sign-in is led on to this identity provider',
  )

const oidcBodies = toOidcBodies(justInTime)

const oneMetadata = 'Expected either metadataUrl or metadataXml'

export const createIdentityProviderBody = z
  .strictObject({
    type: z.enum(['saml', 'oidc']),
    name: displayName.optional().describe('Left out: the title of the preset, or the type'),
    id: idOf('identityProvider')
      .optional()
      .describe(
        'One of getIdentityProviderAddresses, so that what was entered there already holds; left out: a new one',
      ),
    state: state.optional().describe('`disabled`: tested first and switched on then; `enabled` when left out'),
    preset: z
      .string()
      .min(1)
      .max(50)
      .optional()
      .describe('Fills in what is left out: entra, okta, google; for oidc keycloak too'),
    domains: domains.optional(),
    saml: z
      .strictObject({ metadataUrl: metadataUrl.optional(), metadataXml: metadataXml.optional(), ...samlChoices })
      .refine((body) => (body.metadataUrl === undefined) !== (body.metadataXml === undefined), oneMetadata)
      .optional()
      .describe('With type saml'),
    oidc: oidcBodies.create.optional().describe('With type oidc'),
  })
  .refine(
    ({ type, saml, oidc }) => (type === 'saml') === (saml !== undefined) && (type === 'oidc') === (oidc !== undefined),
    'Expected the member that is called like the type, and not the other one',
  )
  .meta({ id: 'IdentityProviderCreate' })

export const updateIdentityProviderBody = z
  .strictObject({
    name: displayName.optional(),
    state: state.optional(),
    domains: domains.optional(),
    saml: z
      .strictObject({ metadataUrl: metadataUrl.optional(), metadataXml: metadataXml.optional(), ...samlChoices })
      .refine((body) => body.metadataUrl === undefined || body.metadataXml === undefined, oneMetadata)
      .refine(...namesChange)
      .optional()
      .describe('What is left out stays'),
    oidc: oidcBodies.update.refine(...namesChange).optional(),
  })
  .refine(...namesChange)
  .meta({ id: 'IdentityProviderUpdate' })

export const onIdentityProvider = inOrganization.extend({ identityProvider: idOf('identityProvider') })

export const identityProviders = '/api/v1/organizations/{organization}/identity-providers' as const
const one = `${identityProviders}/{identityProvider}` as const
export const identityProviderTag = 'Identity providers'
const tag = identityProviderTag

const samlPreset = z
  .object({
    name: z.string().describe('What `preset` takes'),
    title: z.string(),
    claims: z
      .array(
        z.object({
          source: z.string().describe('Where it comes from there'),
          claim: z.string().describe('The name that it is sent by, to the letter'),
          target: z.string().describe('The attribute here'),
        }),
      )
      .describe('What to enter there'),
    steps: z.array(z.string()).describe('What to do there, in order'),
  })
  .meta({ id: 'SamlPreset' })

export const identityProviderRoutes = {
  listSamlPresets: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/saml-presets',
    tag,
    summary: 'Identity providers of SAML that we know: the exact names of their claims, and what to do there',
    scope: 'sign-in:read',
    params: inOrganization,
    query: page,
    body: null,
    status: 200,
    answer: pageOf(samlPreset, 'SamlPresetPage'),
    errors: ['invalidCursor'],
  },
  listIdentityProviders: {
    method: 'GET',
    path: identityProviders,
    tag,
    summary: 'Identity providers that people sign in by, oldest first',
    scope: 'sign-in:read',
    params: inOrganization,
    query: page,
    body: null,
    status: 200,
    answer: pageOf(identityProvider, 'IdentityProviderPage'),
    errors: ['invalidCursor'],
  },
  createIdentityProvider: {
    method: 'POST',
    path: identityProviders,
    tag,
    summary: 'Let people sign in by an identity provider; at most three of SAML',
    scope: 'sign-in:manage',
    stepUp: true,
    params: inOrganization,
    query: none,
    body: createIdentityProviderBody,
    status: 201,
    answer: identityProvider,
    errors: ['conflict'],
    hasVersion: true,
  },
  getIdentityProvider: {
    method: 'GET',
    path: one,
    tag,
    summary: 'One identity provider, with what to enter there',
    scope: 'sign-in:read',
    params: onIdentityProvider,
    query: none,
    body: null,
    status: 200,
    answer: identityProvider,
    errors: [],
    hasVersion: true,
  },
  updateIdentityProvider: {
    method: 'PATCH',
    path: one,
    tag,
    summary: 'Change, disable or enable an identity provider',
    scope: 'sign-in:manage',
    stepUp: true,
    params: onIdentityProvider,
    query: none,
    body: updateIdentityProviderBody,
    status: 200,
    answer: identityProvider,
    errors: ['conflict', 'versionMismatch'],
    hasVersion: true,
  },
  deleteIdentityProvider: {
    method: 'DELETE',
    path: one,
    tag,
    summary: 'Delete an identity provider, its keys and its links; people and their accounts stay',
    scope: 'sign-in:manage',
    stepUp: true,
    params: onIdentityProvider,
    query: none,
    body: null,
    status: 204,
    answer: null,
    errors: ['conflict', 'versionMismatch'],
    hasVersion: true,
  },
  checkIdentityProvider: {
    method: 'POST',
    path: `${one}/check`,
    tag,
    summary: 'Ask the identity provider what a sign-in would ask it, and say what is wrong; changes nothing',
    scope: 'sign-in:manage',
    params: onIdentityProvider,
    query: none,
    body: null,
    status: 200,
    answer: identityProviderCheck,
    errors: [],
  },
  rollOverIdentityProviderKeys: {
    method: 'POST',
    path: `${one}/keys`,
    tag,
    summary: 'Change our key in three steps: publish the next one, use it, retire the former one',
    scope: 'sign-in:manage',
    stepUp: true,
    params: onIdentityProvider,
    query: none,
    body: z
      .strictObject({
        step: z
          .enum(['publish', 'use', 'retire'])
          .describe(
            '`publish` puts a second certificate into our metadata; `use` signs with it, once the identity provider has read it; `retire` takes the former one out',
          ),
      })
      .meta({ id: 'IdentityProviderKeyStep' }),
    status: 200,
    answer: identityProvider,
    errors: ['conflict', 'versionMismatch'],
    hasVersion: true,
  },
} as const satisfies Record<string, Route>
