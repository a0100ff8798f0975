import {
  byExternalId,
  byUserName,
  commonMappings,
  direct,
  enterpriseUser,
  teamsByName,
  type ScimPreset,
} from './preset.ts'

const mappings = [
  ...commonMappings,
  ...direct({
    [`${enterpriseUser}:employeeNumber`]: 'employeeId',
    [`${enterpriseUser}:department`]: 'department',
  }),
  { target: `${enterpriseUser}:manager`, kind: 'reference', source: 'manager' } as const,
]
const rules = {
  users: { mappings, matching: [byExternalId, byUserName], leaving: { policy: 'disable' as const } },
  teams: teamsByName,
}
const steps = [
  'Make a token in the app, and enter it with the address that stands before /Users',
  'Let the app be qualified: it finds out what differs from the RFC, on accounts that it makes and deletes',
]

/** Any server of SCIM 2.0. */
export const generic: ScimPreset = {
  kind: 'scim',
  title: 'SCIM 2.0',
  baseUrl: 'https://{host}/scim/v2',
  credentials: ['bearer', 'basic', 'oauth'],
  profile: {},
  rules,
  steps,
}

/** Apps that were made for Okta: accounts are read and written whole. */
export const oktaStyle: ScimPreset = {
  kind: 'scim',
  title: 'An app that was made for Okta',
  baseUrl: 'https://{host}/scim/v2',
  credentials: ['bearer', 'basic', 'oauth'],
  profile: { writes: 'put', memberRemoval: 'path' },
  rules: { ...rules, users: { ...rules.users, matching: [byUserName] } },
  steps,
}

/** Apps that were made for Entra before 2020: capital operations, booleans as text, members taken away by a list. */
export const entraStyle: ScimPreset = {
  kind: 'scim',
  title: 'An app that was made for Microsoft Entra ID',
  baseUrl: 'https://{host}/scim/v2',
  credentials: ['bearer', 'oauth'],
  profile: {
    operationCase: 'capitalised',
    booleans: 'text',
    newElements: 'path',
    elementFilters: 'entra',
    memberRemoval: 'values',
  },
  rules,
  steps,
}

/** The same with the flag aadOptscim062020, which is part of the address. */
export const entraFlagStyle: ScimPreset = {
  kind: 'scim',
  title: 'An app that was made for Microsoft Entra ID with aadOptscim062020',
  baseUrl: 'https://{host}/scim/v2?aadOptscim062020',
  credentials: ['bearer', 'oauth'],
  profile: { patchForm: 'dotted', newElements: 'path', elementFilters: 'entra', memberRemoval: 'path' },
  rules,
  steps,
}
