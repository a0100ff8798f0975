import { AccessError } from '../../access/access-error.ts'
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
    steps: [
      'Enterprise applications, the application, Single sign-on, SAML: upload our metadata file, or enter entity id and reply URL',
      'Attributes & Claims: leave the claims as they are; they have the names of the table',
      'Copy the App Federation Metadata Url and give it as metadataUrl',
      'Users and groups: assign who may sign in',
    ],
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
    steps: [
      'Applications, Create App Integration, SAML 2.0: enter our assertion consumer service URL as Single sign-on URL and our entity id as Audience URI',
      'Attribute Statements: enter the table; the names are to the letter',
      'Sign On, Metadata details: copy the Metadata URL and give it as metadataUrl',
      'Assignments: assign who may sign in',
    ],
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
    steps: [
      'Apps, Web and mobile apps, Add custom SAML app: download the IdP metadata and give it as metadataXml (Google publishes no address)',
      'Service provider details: enter our ACS URL and entity id; Name ID format EMAIL, Name ID Basic Information > Primary email',
      'Attributes: enter the table; Group membership: choose the groups and the app attribute groups',
      'User access: turn the app ON for who may sign in',
    ],
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
