import { z } from 'zod'
import { provisioningRules } from './provisioning-rules.ts'
import { ldapProfile } from './ldap-targets.ts'
import { credentialKinds, targetProfile } from './provisioning-targets.ts'
import { inOrganization, page, type Route } from './route.ts'
import { pageOf } from './values.ts'

export const appPreset = z
  .object({
    name: z
      .string()
      .describe('What `preset` takes')
      .meta({ examples: ['datadog'] }),
    title: z.string(),
    kind: z.enum(['scim', 'ldap']).describe('What it speaks'),
    baseUrl: z.string().describe('What stands in braces differs from customer to customer'),
    credentials: z.array(z.enum(credentialKinds)),
    profile: z.union([targetProfile, ldapProfile]).describe('What the app does in its own way'),
    rules: provisioningRules.describe('Which attribute goes where, to begin with'),
    steps: z.array(z.string()).describe('What to do in the app, in order'),
  })
  .meta({ id: 'AppPreset' })

export const appPresetRoutes = {
  listAppPresets: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/app-presets',
    tag: 'Apps',
    summary: 'Apps that are known: how each is spoken to, and which attribute goes where',
    scope: 'apps:read',
    params: inOrganization,
    query: page,
    body: null,
    status: 200,
    answer: pageOf(appPreset, 'AppPresetPage'),
    errors: ['invalidCursor'],
  },
} as const satisfies Record<string, Route>
