import { active, byExternalId, byUserName, direct, teamsByName, type ScimPreset } from './preset.ts'

/** GitHub Enterprise Cloud with managed users; it takes 1,000 new people an hour and says how many are left. */
export const github: ScimPreset = {
  kind: 'scim',
  title: 'GitHub Enterprise Managed Users',
  baseUrl: 'https://api.github.com/scim/v2/enterprises/{enterprise}',
  credentials: ['bearer'],
  profile: {
    filterable: ['userName', 'externalId', 'id', 'displayName'],
    requestsPerSecondMax: 5,
    permitsMax: 2,
    // The identity provider's id of an account can never change.
    fixedAttributes: ['externalId'],
  },
  rules: {
    users: {
      mappings: [
        ...direct({
          userName: 'userPrincipalName',
          externalId: 'objectId',
          displayName: 'displayName',
          'name.givenName': 'givenName',
          'name.familyName': 'surname',
          'emails[type eq "work"].value': 'mail',
        }),
        active,
      ],
      matching: [byExternalId, byUserName],
      // A deleted account cannot come back under the same name for good; a suspended one can.
      leaving: { policy: 'disable' },
    },
    teams: teamsByName,
  },
  steps: [
    'Sign in as the setup user and make a classic personal access token with the scope scim:enterprise and no expiry',
    'Under Settings, Authentication security, switch on the open SCIM configuration',
    'Enter the token, and the name of your enterprise in the address',
  ],
}
