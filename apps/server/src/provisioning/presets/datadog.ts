import { active, byUserName, direct, type ScimPreset } from './preset.ts'

/** The table of Datadog's own page for Microsoft Entra ID; its users are disabled and never deleted, and teams are asked for. */
export const datadog: ScimPreset = {
  kind: 'scim',
  title: 'Datadog',
  baseUrl: 'https://api.{site}/api/v2/scim',
  credentials: ['bearer'],
  profile: { keepsExternalId: false, filterable: ['userName'], pageSize: 100 },
  rules: {
    users: {
      mappings: [
        ...direct({ userName: 'userPrincipalName' }),
        active,
        ...direct({
          title: 'jobTitle',
          'emails[type eq "work"].value': 'mail',
          'name.formatted': 'displayName',
        }),
      ],
      matching: [byUserName],
      leaving: { policy: 'disable' },
    },
  },
  steps: [
    'Make a service account with the permissions user_access_invite and user_access_manage, and an application key for it',
    'Enter that key as the token, and api.<site> of your region in the address',
    'Ask Datadog for Managed Teams before teams are added to the rules',
  ],
}
