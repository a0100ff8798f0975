import { active, byUserName, direct, teamsByName, type ScimPreset } from './preset.ts'

/** Slack takes 180 writes of accounts a minute, of all apps of an organization together. */
export const slack: ScimPreset = {
  kind: 'scim',
  title: 'Slack',
  baseUrl: 'https://api.slack.com/scim/v2',
  credentials: ['bearer'],
  profile: {
    requestsPerSecondMax: 3,
    permitsMax: 2,
    contentType: 'application/json',
    elementFilters: 'flat',
    lists: 'whole',
  },
  rules: {
    users: {
      mappings: [
        ...direct({
          userName: 'userPrincipalName',
          displayName: 'displayName',
          'name.givenName': 'givenName',
          'name.familyName': 'surname',
          'emails[primary eq true].value': 'mail',
          title: 'jobTitle',
        }),
        active,
      ],
      matching: [byUserName, [{ target: 'emails[primary eq true].value', source: 'mail' }]],
      // DELETE deactivates there too.
      leaving: { policy: 'disable' },
    },
    teams: {
      ...teamsByName,
      mappings: direct({ displayName: 'displayName' }),
      matching: [[{ target: 'displayName', source: 'displayName' }]],
    },
  },
  steps: [
    'As an owner of the organization, install an app with the scope admin and take its token',
    'Enter the token; whoever made it must remain an owner',
  ],
}
