import type { JsonObject } from '@rollcall/scim'
import { AccessError } from './access-error.ts'

/** Which attribute of the identity provider becomes which of ours, in the identity provider's own notation. */
export type AttributeMapping = {
  readonly source: string
  readonly target: string
  /** By what an existing account is found again. */
  readonly matches?: boolean
}

/** What an administrator would have to type by hand: settings of the connection, and the mapping to enter there. */
export type ConnectionPreset = {
  readonly title: string
  readonly profile: string
  readonly style: string
  readonly settings: JsonObject
  /** What is added to the SCIM address in the identity provider's form. */
  readonly addressSuffix: string
  readonly mappings: readonly AttributeMapping[]
  /** What to do there, in order. */
  readonly steps: readonly string[]
}

// Entra ID takes RFC-conforming PATCH requests only from an address with this flag (use-scim-to-provision-users-and-groups).
const entraFlag = '?aadOptscim062020'

const entraSteps = [
  'Enterprise applications, the application, Provisioning: set the mode to Automatic',
  'Enter the SCIM address as the Tenant URL and the key as the Secret Token, then press Test Connection',
  'Under Mappings enter the table below, and tick Create, Update and Delete',
  'Assign people and groups, then start provisioning',
] as const

const oktaSteps = [
  'Applications, the application, Provisioning, Integration: enter the SCIM address and the key, then press Test API Credentials',
  'Under To App enable Create Users, Update User Attributes and Deactivate Users',
  'Assign people; push groups under Push Groups',
] as const

const oktaMappings: readonly AttributeMapping[] = [
  { source: 'login', target: 'userName', matches: true },
  { source: 'firstName', target: 'name.givenName' },
  { source: 'lastName', target: 'name.familyName' },
  { source: 'email', target: 'emails[type eq "work"].value' },
  { source: 'displayName', target: 'displayName' },
  { source: 'title', target: 'title' },
]

/** By name; the tables are those of Datadog's and GitHub's own guides. */
export const connectionPresets = {
  'datadog-entra': {
    title: 'Microsoft Entra ID in the manner of Datadog',
    profile: 'entra',
    style: 'datadog',
    settings: {},
    addressSuffix: entraFlag,
    mappings: [
      { source: 'userPrincipalName', target: 'userName', matches: true },
      { source: 'Not([IsSoftDeleted])', target: 'active' },
      { source: 'jobTitle', target: 'title' },
      { source: 'mail', target: 'emails[type eq "work"].value' },
      { source: 'displayName', target: 'name.formatted' },
      { source: 'AppRoleAssignmentsComplex([appRoleAssignments])', target: 'roles' },
    ],
    steps: entraSteps,
  },
  'datadog-okta': {
    title: 'Okta in the manner of Datadog',
    profile: 'okta',
    style: 'datadog',
    settings: {},
    addressSuffix: '',
    mappings: [
      { source: 'login', target: 'userName', matches: true },
      { source: 'title', target: 'title' },
      { source: 'email', target: 'emails[type eq "work"].value' },
      { source: 'displayName', target: 'name.formatted' },
    ],
    steps: oktaSteps,
  },
  'github-entra': {
    title: 'Microsoft Entra ID in the manner of GitHub Enterprise',
    profile: 'entra',
    style: 'github',
    settings: {},
    addressSuffix: '',
    mappings: [
      { source: 'objectId', target: 'externalId', matches: true },
      { source: 'userPrincipalName', target: 'userName' },
      { source: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")', target: 'active' },
      { source: 'displayName', target: 'displayName' },
      { source: 'givenName', target: 'name.givenName' },
      { source: 'surname', target: 'name.familyName' },
      { source: 'mail', target: 'emails[type eq "work"].value' },
      { source: 'SingleAppRoleAssignment([appRoleAssignments])', target: 'roles[primary eq "True"].value' },
    ],
    steps: entraSteps,
  },
  'github-okta': {
    title: 'Okta in the manner of GitHub Enterprise',
    profile: 'okta',
    style: 'github',
    settings: {},
    addressSuffix: '',
    mappings: [...oktaMappings, { source: 'enterpriseRole', target: 'roles.^[primary==true].value' }],
    steps: oktaSteps,
  },
  entra: {
    title: 'Microsoft Entra ID',
    profile: 'entra',
    style: 'rollcall',
    settings: {},
    addressSuffix: entraFlag,
    mappings: [
      { source: 'userPrincipalName', target: 'userName', matches: true },
      { source: 'Not([IsSoftDeleted])', target: 'active' },
      { source: 'displayName', target: 'displayName' },
      { source: 'givenName', target: 'name.givenName' },
      { source: 'surname', target: 'name.familyName' },
      { source: 'mail', target: 'emails[type eq "work"].value' },
      { source: 'jobTitle', target: 'title' },
      { source: 'objectId', target: 'externalId' },
    ],
    steps: entraSteps,
  },
  okta: {
    title: 'Okta',
    profile: 'okta',
    style: 'rollcall',
    settings: {},
    addressSuffix: '',
    mappings: oktaMappings,
    steps: oktaSteps,
  },
} as const satisfies Record<string, ConnectionPreset>

/** Undefined when there is none of that name. */
export function findPreset(name: string): ConnectionPreset | undefined {
  // A Map finds no `constructor`.
  return new Map<string, ConnectionPreset>(Object.entries(connectionPresets)).get(name)
}

/** Throws `invalidPreset`. */
export function getPreset(name: string): ConnectionPreset {
  const preset = findPreset(name)
  if (preset !== undefined) return preset
  const known = Object.keys(connectionPresets).join(', ')
  throw new AccessError('invalidPreset', `The preset "${name}" is unknown; there are ${known}`, { field: 'preset' })
}
