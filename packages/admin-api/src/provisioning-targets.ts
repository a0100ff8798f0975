import { z } from 'zod'
import { expiresAt } from './credentials-end.ts'
import { ldapCredentials, ldapTarget } from './ldap-targets.ts'

const secret = z.string().min(1).max(10_000)

/** How we say who we are to an app. Sealed when it is stored, never shown. */
export const targetCredentials = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('bearer'),
      token: secret.regex(/^[\x21-\x7e]+$/, 'visible ASCII only'),
      expiresAt,
    }),
    z.strictObject({ kind: z.literal('basic'), user: z.string().min(1).max(500), password: secret, expiresAt }),
    z.strictObject({
      kind: z.literal('oauth').describe('Client credentials (RFC 6749 §4.4)'),
      tokenUrl: z.url().max(2_000),
      clientId: z.string().min(1).max(500),
      clientSecret: secret,
      scope: z.string().max(2_000).optional(),
      audience: z.string().max(2_000).optional().describe('Sent as `audience`, as some servers demand'),
      secretIn: z.enum(['header', 'body']).default('header'),
      expiresAt,
    }),
    ldapCredentials,
  ])
  .meta({ id: 'AppCredentials' })

export type TargetCredentials = z.infer<typeof targetCredentials>

/** What an app does in its own way. What is left out is as the preset says, else as the RFC does. */
export const targetProfile = z
  .strictObject({
    writes: z
      .enum(['patch', 'put'])
      .describe('put: the whole account is read, changed and written, with If-Match where the app has versions'),
    patchForm: z
      .enum(['attributes', 'pathless', 'dotted'])
      .describe(
        'attributes: an operation for each path; pathless: one operation whose value is an object; dotted: the same with keys such as `name.givenName`, as Entra sends it with its flag',
      ),
    operationCase: z.enum(['lower', 'capitalised']).describe('`replace`, or `Replace` as older Entra writes it'),
    booleans: z.enum(['json', 'text']).describe('text: "True" and "False"'),
    lists: z
      .enum(['elements', 'whole'])
      .describe('whole: no paths such as `emails[type eq "work"]`; the list is read, changed and replaced'),
    newElements: z
      .enum(['append', 'path'])
      .describe(
        'append: a new element is added to its list; path: `add` of `emails[type eq "work"].value`, as Entra does',
      ),
    elementFilters: z
      .enum(['element', 'entra', 'flat'])
      .describe(
        'Search by `emails[type eq "work" and value eq "x"]`, `emails[type eq "work"].value eq "x"` or `emails.value eq "x"`',
      ),
    filterable: z
      .array(z.string().min(1).max(500))
      .max(50)
      .nullable()
      .describe('Attributes that can be searched by; null: all'),
    isCaseExact: z.boolean().describe('userName is compared with its case'),
    keepsExternalId: z.boolean(),
    hasGroups: z.boolean(),
    canDisable: z.boolean().describe('`active` is obeyed'),
    canDelete: z.boolean(),
    usesVersions: z.boolean().describe('PATCH and PUT carry `If-Match`'),
    membersMax: z.int().min(1).max(100_000).describe('So many members go in one request'),
    memberRemoval: z
      .enum(['path', 'values', 'whole'])
      .describe('`members[value eq "x"]`, one `remove` with a list of values, or all members written anew'),
    memberAdding: z.enum(['add', 'whole']).describe('whole: a request replaces all members, whatever it says'),
    showsMembers: z.boolean().describe('Groups are answered with their members'),
    startIndexBase: z.union([z.literal(0), z.literal(1)]),
    pageSize: z.int().min(1).max(10_000),
    readLagMs: z.int().min(0).max(600_000).describe('After a write a search may show the old state for so long'),
    requestTimeoutMs: z.int().min(1_000).max(60_000),
    contentType: z.enum(['application/scim+json', 'application/json']),
    requestsPerSecondMax: z.number().min(0.1).max(100_000),
    permitsMax: z.int().min(1).max(32).describe('So many requests are on their way at once'),
    fixedAttributes: z
      .array(z.string().min(1).max(500))
      .max(50)
      .describe('Attributes that cannot be changed after creation'),
  })
  .partial()
  .meta({ id: 'AppProfile' })

export type TargetProfileInput = z.infer<typeof targetProfile>

/** Where an app that speaks SCIM is, and how it is spoken to. */
const scimTarget = z
  .strictObject({
    kind: z.literal('scim'),
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .describe('What stands before `/Users`; a query in it is sent with every request'),
    ca: z.string().max(100_000).optional().describe('Certificates (PEM) of authorities besides those of the system'),
    profile: targetProfile.default({}).describe('Set by hand: wins over what was found and over the preset'),
    found: targetProfile.optional().describe('What a qualification of the app found: wins over the preset'),
  })
  .meta({ id: 'ScimTarget' })

export type ScimTargetSettings = z.infer<typeof scimTarget>

/** Where an app is, and how it is spoken to. */
export const targetSettings = z.discriminatedUnion('kind', [scimTarget, ldapTarget]).meta({ id: 'AppTarget' })

export type TargetSettings = z.infer<typeof targetSettings>

/** The kinds of credentials that there are. */
export const credentialKinds = ['bearer', 'basic', 'oauth', 'ldap'] as const
