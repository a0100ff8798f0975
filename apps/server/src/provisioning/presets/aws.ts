import { byExternalId, byUserName, commonMappings, teamsByName, type ScimPreset } from './preset.ts'

/** IAM Identity Center: lists of one element, groups without their members, 100 members and 50 results a request. */
export const awsIdentityCenter: ScimPreset = {
  kind: 'scim',
  title: 'AWS IAM Identity Center',
  baseUrl: 'https://scim.{region}.amazonaws.com/{tenant}/scim/v2',
  credentials: ['bearer'],
  profile: {
    filterable: ['userName', 'externalId', 'displayName', 'id'],
    lists: 'whole',
    membersMax: 100,
    memberRemoval: 'values',
    showsMembers: false,
    pageSize: 50,
    requestsPerSecondMax: 10,
  },
  rules: {
    users: { mappings: commonMappings, matching: [byExternalId, byUserName], leaving: { policy: 'disable' } },
    teams: teamsByName,
  },
  steps: [
    'In IAM Identity Center choose Settings, Identity source, and enable automatic provisioning',
    'Copy the SCIM endpoint and the access token from there; the token ends after a year',
    'First name, last name, user name and display name must have values',
  ],
}
