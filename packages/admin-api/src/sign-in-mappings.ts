import { z } from 'zod'
import { identityProviders, identityProviderTag, onIdentityProvider } from './identity-providers.ts'
import { none, type Route } from './route.ts'
import { roleReference } from './roles.ts'
import { idOf, limits, namedOf, namesChange, version } from './values.ts'

const attribute = z
  .string()
  .min(1)
  .max(limits.attributeNameCharactersMax)
  .describe('Name of the attribute or claim, to the letter and case')
const value = z.string().min(1).max(limits.groupNameCharactersMax).describe('To the letter and case')

const enabled = z.boolean()

const roleSet = z.strictObject({
  enabled: enabled
    .optional()
    .describe(
      'True: the mappings give people all their roles at each sign-in. Whoever matches none loses all roles and does not come in: see the preview first',
    ),
  mappings: z
    .array(z.strictObject({ attribute, value, role: roleReference }))
    .max(limits.signInMappingsMax)
    .optional()
    .describe('Replaces all'),
})

const teamSet = z.strictObject({
  enabled: enabled.optional().describe('True: people are put into teams, and out of those again. Keeps nobody outside'),
  mappings: z
    .array(z.strictObject({ attribute, value, team: idOf('team') }))
    .max(limits.signInMappingsMax)
    .optional()
    .describe('Replaces all'),
})

export const changeSignInMappingsBody = z
  .strictObject({ roles: roleSet.optional(), teams: teamSet.optional() })
  .refine(...namesChange)
  .meta({ id: 'SignInMappingsUpdate' })

const signInMappings = z
  .object({
    roles: z.object({
      enabled,
      mappings: z.array(z.object({ attribute, value, role: namedOf('role').nullable().describe('Null: it is gone') })),
    }),
    teams: z.object({
      enabled,
      mappings: z.array(z.object({ attribute, value, team: idOf('team') })),
    }),
    version: version.describe('That of the identity provider'),
  })
  .meta({ id: 'SignInMappings' })

const signInMappingPreview = z
  .object({
    counts: z.object({
      people: z.int().min(0).describe('All who are concerned; the first of them are named'),
      losingAllRoles: z.int().min(0),
      withoutSignIn: z.int().min(0),
      unknown: z.int().min(0).describe('People in use who have not signed in by it yet: nobody knows their values'),
    }),
    warnings: z.array(z.string()),
    people: z
      .array(
        z.object({
          id: idOf('user'),
          userName: z.string(),
          displayName: z.string().nullable(),
          state: z.string(),
          gains: z.array(namedOf('role')),
          loses: z.array(namedOf('role')),
          keeps: z.array(namedOf('role')),
          losesAllRoles: z.boolean(),
          withoutSignIn: z.boolean(),
        }),
      )
      .describe('Who would lose all roles comes first, then who could not sign in, then who would lose some'),
  })
  .meta({ id: 'SignInMappingPreview' })

const path = `${identityProviders}/{identityProvider}/mappings` as const
const tag = identityProviderTag

export const signInMappingRoutes = {
  getSignInMappings: {
    method: 'GET',
    path,
    tag,
    summary: 'Which values of attributes give which roles and teams at a sign-in',
    scope: 'sign-in:read',
    params: onIdentityProvider,
    query: none,
    body: null,
    status: 200,
    answer: signInMappings,
    errors: [],
    hasVersion: true,
  },
  updateSignInMappings: {
    method: 'PATCH',
    path,
    tag,
    summary: 'Say what values of attributes give; what is left out stays. Preview it first',
    scope: 'sign-in:manage',
    params: onIdentityProvider,
    query: none,
    body: changeSignInMappingsBody,
    status: 200,
    answer: signInMappings,
    errors: ['conflict', 'versionMismatch'],
    hasVersion: true,
  },
  previewSignInMappings: {
    method: 'POST',
    path: `${path}/preview`,
    tag,
    summary: 'Who would gain and lose which roles at the next sign-in; changes nothing',
    scope: 'sign-in:read',
    params: onIdentityProvider,
    query: none,
    body: z.strictObject({ roles: roleSet }).meta({ id: 'SignInMappingPreviewAsk' }),
    status: 200,
    answer: signInMappingPreview,
    errors: [],
  },
} as const satisfies Record<string, Route>
