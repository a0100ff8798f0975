import { AccessError } from '../../access/access-error.ts'
import { listGuideSteps } from './guide-steps.ts'
import type { SamlChoices } from './settings.ts'

/** What an administrator would have to look up: the claims that an identity provider sends, by their exact names. */
export type SamlPreset = {
  readonly title: string
  readonly choices: SamlChoices
  /** Where a claim comes from there, and the name it is sent by. */
  readonly claims: readonly { readonly source: string; readonly claim: string; readonly target: string }[]
  /** What to do there, in order. */
  readonly steps: readonly string[]
}

const identity = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims'

/** By name. */
const presets = {
  entra: {
    title: 'Microsoft Entra ID',
    choices: {
      nameIdFormat: 'persistent',
      attributes: {
        externalId: 'http://schemas.microsoft.com/identity/claims/objectidentifier',
        givenName: `${identity}/givenname`,
        familyName: `${identity}/surname`,
        displayName: 'http://schemas.microsoft.com/identity/claims/displayname',
        email: `${identity}/emailaddress`,
      },
    },
    claims: [
      { source: 'user.userprincipalname', claim: 'NameID', target: 'userName' },
      {
        source: 'user.objectid',
        claim: 'http://schemas.microsoft.com/identity/claims/objectidentifier',
        target: 'externalId',
      },
      { source: 'user.givenname', claim: `${identity}/givenname`, target: 'name.givenName' },
      { source: 'user.surname', claim: `${identity}/surname`, target: 'name.familyName' },
      { source: 'user.mail', claim: `${identity}/emailaddress`, target: 'emails[type eq "work"].value' },
      {
        source: 'user.groups',
        claim: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups',
        target: 'mappings',
      },
      {
        source: 'user.assignedroles',
        claim: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role',
        target: 'mappings',
      },
    ],
    steps: listGuideSteps('entra'),
  },
  okta: {
    title: 'Okta',
    choices: {
      nameIdFormat: 'persistent',
      attributes: { givenName: 'firstName', familyName: 'lastName', displayName: 'displayName', email: 'email' },
    },
    claims: [
      { source: 'Application username: Okta username', claim: 'NameID', target: 'userName' },
      { source: 'user.firstName', claim: 'firstName', target: 'name.givenName' },
      { source: 'user.lastName', claim: 'lastName', target: 'name.familyName' },
      { source: 'user.displayName', claim: 'displayName', target: 'displayName' },
      { source: 'user.email', claim: 'email', target: 'emails[type eq "work"].value' },
      { source: 'Group Attribute Statements, Matches regex .*', claim: 'groups', target: 'mappings' },
    ],
    steps: listGuideSteps('okta'),
  },
  google: {
    title: 'Google Workspace',
    choices: {
      nameIdFormat: 'emailAddress',
      attributes: { givenName: 'firstName', familyName: 'lastName', email: 'email' },
    },
    claims: [
      { source: 'Basic Information > Primary email', claim: 'NameID', target: 'userName' },
      { source: 'Basic Information > Primary email', claim: 'email', target: 'emails[type eq "work"].value' },
      { source: 'Basic Information > First name', claim: 'firstName', target: 'name.givenName' },
      { source: 'Basic Information > Last name', claim: 'lastName', target: 'name.familyName' },
      { source: 'Group membership', claim: 'groups', target: 'mappings' },
    ],
    steps: listGuideSteps('google'),
  },
} as const satisfies Record<string, SamlPreset>

export const samlPresets: ReadonlyMap<string, SamlPreset> = new Map(Object.entries(presets))

/** Throws `invalidPreset`. */
export function getSamlPreset(name: string): SamlPreset {
  const preset = samlPresets.get(name)
  if (preset !== undefined) return preset
  const names = [...samlPresets.keys()].join(', ')
  throw new AccessError('invalidPreset', `The preset "${name}" is unknown; there are ${names}`, { field: 'preset' })
}
