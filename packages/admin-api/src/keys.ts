import { z } from 'zod'
import { inOrganization, none, type Route } from './route.ts'
import { scopeName } from './scopes.ts'
import { displayName, flag, idOf, instant, limits, pageOf, pageQuery, personReference } from './values.ts'

const keyFields = {
  id: idOf('key'),
  kind: z
    .enum(['scm', 'adm', 'cli', 'tok', 'ent'])
    .describe('scm: SCIM; adm: admin API; cli: OAuth client; tok: access token; ent: tokens of a tenant of Entra ID'),
  name: z.string(),
  hint: z.string().describe('Prefix and last four characters: all that is ever shown again'),
  scopes: z.array(z.string()),
  connectionId: idOf('connection').nullable(),
  serviceAccountId: idOf('serviceAccount').nullable(),
  serviceAccountName: z.string().nullable(),
  userId: idOf('user').nullable(),
  createdBy: z.string(),
  createdAt: instant,
  expiresAt: instant.nullable(),
  allowedNetworks: z.array(z.string()).nullable().describe('CIDR ranges that it may come from; null: anywhere'),
  replacedBy: idOf('key').nullable().describe('The successor that a rotation made'),
  lastUsedAt: instant.nullable().describe('Exact to a minute'),
  lastUsedIp: z.string().nullable(),
  revokedAt: instant.nullable(),
}

export const key = z.object(keyFields).meta({ id: 'Key' })

export const keyPage = pageOf(key, 'KeyPage')

const warnings = z.array(z.string()).describe('What to know about this key, for people')

export const createdKey = z
  .object({
    ...keyFields,
    key: z
      .string()
      .nullable()
      .describe(
        'The secret itself: shown in this answer and never again; null for one that has none (`jwks`, `entra`)',
      ),
    warnings,
  })
  .meta({ id: 'CreatedKey' })

export const keyPreview = z
  .object({
    kind: keyFields.kind,
    name: keyFields.name,
    scopes: keyFields.scopes,
    expiresAt: keyFields.expiresAt,
    warnings,
  })
  .meta({ id: 'KeyPreview' })

export const rotatedKey = z
  .object({
    ...keyFields,
    key: z
      .string()
      .nullable()
      .describe('The new secret: shown in this answer and never again; null for a client that signs'),
    warnings,
    replaces: idOf('key'),
    replacedExpiresAt: instant.describe('Until then the old key works too'),
  })
  .meta({ id: 'RotatedKey' })

export const createKeyBody = z
  .strictObject({
    name: displayName.optional(),
    scopes: z.array(scopeName).min(1).max(limits.scopesMax),
    connection: idOf('connection').optional().describe('SCIM keys only; the first SCIM connection when left out'),
    serviceAccount: displayName
      .optional()
      .describe('Name or id of the owning service account; made when there is none of that name'),
    user: personReference.optional().describe('The owning user: account id (`usr_…`) or SCIM id'),
    expiresAt: instant
      .nullable()
      .optional()
      .describe('Null: never. Left out: never for the scope `scim`, else in 90 days or what the organization allows'),
    allowedNetworks: z
      .array(z.string().max(60))
      .min(1)
      .max(limits.networksMax)
      .optional()
      .describe('Addresses and CIDR ranges, IPv4 and IPv6, that the key may come from; left out: anywhere'),
    jwks: z
      .looseObject({ keys: z.array(z.looseObject({})).min(1).max(limits.clientKeysMax) })
      .optional()
      .describe('Public keys (RFC 7517) of an OAuth client that signs its requests (RFC 7523) and needs no secret'),
    use: z
      .enum(['bearer', 'oauthClient', 'entra'])
      .default('bearer')
      .describe(
        '`oauthClient`: an OAuth 2.0 client, good for access tokens only (RFC 6749 §4.4); `entra`: the tokens that a tenant of Entra ID signs itself, at `/o/{organization}/scim/v2`',
      ),
    redirectUris: z
      .array(z.string().max(2_000))
      .min(1)
      .max(limits.redirectUrisMax)
      .optional()
      .describe('Of an OAuth client that an administrator consents to (RFC 6749 §4.1): where the answer may be sent'),
    oktaApp: z
      .string()
      .max(100)
      .optional()
      .describe('In place of `redirectUris`: the name that Okta gave the application, for all addresses of Okta'),
    tenant: z.uuid().optional().describe('With `use: entra`: the id of the tenant'),
  })
  .refine((body) => body.serviceAccount === undefined || body.user === undefined, {
    path: ['user'],
    message: 'A key belongs to a service account or to a user, not to both',
  })
  .refine((body) => body.jwks === undefined || body.use === 'oauthClient', {
    path: ['jwks'],
    message: 'Only a key with `use: oauthClient` signs',
  })
  .refine((body) => (body.redirectUris ?? body.oktaApp) === undefined || body.use === 'oauthClient', {
    path: ['redirectUris'],
    message: 'Only a key with `use: oauthClient` asks for consent',
  })
  .refine((body) => (body.tenant === undefined) === (body.use !== 'entra'), {
    path: ['tenant'],
    message: 'A key with `use: entra` names a tenant, and no other does',
  })
  .meta({ id: 'KeyCreate' })

export const rotateKeyBody = z
  .strictObject({
    overlapSeconds: z
      .int()
      .min(0)
      .max(limits.overlapSecondsMax)
      .default(24 * 3600)
      .describe('How long the old key goes on working'),
  })
  .meta({ id: 'KeyRotate' })

export const keyQuery = z.object({
  ...pageQuery,
  revoked: flag.optional().describe('`true` lists revoked keys too'),
  serviceAccount: idOf('serviceAccount').optional().describe('Only keys of this account'),
  user: idOf('user').optional().describe('Only keys of this person'),
  connection: idOf('connection').optional().describe('Only keys made for this connection'),
})

const onKey = inOrganization.extend({ key: idOf('key') })

export const keyRoutes = {
  listKeys: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/keys',
    tag: 'Keys',
    summary: 'Keys, oldest first, without their secrets',
    scope: 'keys:read',
    params: inOrganization,
    query: keyQuery,
    body: null,
    status: 200,
    answer: keyPage,
    errors: ['invalidCursor'],
  },
  createKey: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/keys',
    tag: 'Keys',
    summary: 'Make a key; its secret is shown in this answer only',
    scope: 'keys:manage',
    stepUp: true,
    params: inOrganization,
    query: none,
    body: createKeyBody,
    status: 201,
    answer: createdKey,
    errors: ['conflict'],
  },
  previewKey: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/keys/preview',
    tag: 'Keys',
    summary: 'What making this key would give and what to know before; makes nothing',
    scope: 'keys:manage',
    params: inOrganization,
    query: none,
    body: createKeyBody,
    status: 200,
    answer: keyPreview,
    errors: [],
  },
  getKey: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/keys/{key}',
    tag: 'Keys',
    summary: 'One key, without its secret',
    scope: 'keys:read',
    params: onKey,
    query: none,
    body: null,
    status: 200,
    answer: key,
    errors: [],
  },
  revokeKey: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/keys/{key}/revoke',
    tag: 'Keys',
    summary: 'End a key for good, in every process within a second',
    scope: 'keys:manage',
    params: onKey,
    query: none,
    body: null,
    status: 200,
    answer: key,
    errors: [],
  },
  rotateKey: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/keys/{key}/rotate',
    tag: 'Keys',
    summary: 'Make a successor with the same rights; both work during the overlap',
    scope: 'keys:manage',
    stepUp: true,
    params: onKey,
    query: none,
    body: rotateKeyBody,
    status: 201,
    answer: rotatedKey,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
