import type { LdapProfileInput, provisioningRules, TargetCredentials, TargetProfileInput } from '@rollcall/admin-api'
import type { z } from 'zod'

/** What an administrator would have to find out and type by hand: how the app is spoken to, and which attribute goes where. */
export type AppPreset = ScimPreset | LdapPreset

export type ScimPreset = Described & { readonly kind: 'scim'; readonly profile: TargetProfileInput }

export type LdapPreset = Described & {
  readonly kind: 'ldap'
  readonly flavour: 'openldap' | 'activeDirectory'
  readonly profile: LdapProfileInput
}

type Described = {
  readonly title: string
  /** With the part in braces that differs from customer to customer. */
  readonly baseUrl: string
  readonly credentials: readonly TargetCredentials['kind'][]
  readonly rules: z.input<typeof provisioningRules>
  /** What to do in the app, in order. */
  readonly steps: readonly string[]
}

const always = (target: string, source: string) => ({ target, kind: 'direct', source }) as const

/** Pairs of Entra's name and the attribute of the app. */
export function direct(pairs: Readonly<Record<string, string>>) {
  return Object.entries(pairs).map(([target, source]) => always(target, source))
}

export const active = { target: 'active', kind: 'expression', expression: 'Not([IsSoftDeleted])' } as const
export const byUserName = [{ target: 'userName', source: 'userPrincipalName' }]
export const byExternalId = [{ target: 'externalId', source: 'objectId' }]

/** Teams as groups that are found by their name. */
export const teamsByName = {
  mappings: direct({ displayName: 'displayName', externalId: 'objectId' }),
  matching: [[{ target: 'externalId', source: 'objectId' }], [{ target: 'displayName', source: 'displayName' }]],
}

export const enterpriseUser = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** What most apps that know SCIM take. */
export const commonMappings = [
  ...direct({
    userName: 'userPrincipalName',
    externalId: 'objectId',
    displayName: 'displayName',
    'name.givenName': 'givenName',
    'name.familyName': 'surname',
    'emails[type eq "work"].value': 'mail',
    title: 'jobTitle',
  }),
  active,
]
