import { isJsonObject, type JsonObject } from '@rollcall/scim'
import type { SchemaType } from '@rollcall/expressions'

/** An attribute that Entra knows under a name of its own: the SCIM paths it may come from, the first that has a value wins. */
export type EntraAttribute = {
  readonly paths: readonly string[]
  readonly type?: SchemaType
  readonly isMultiValued?: boolean
}

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** Entra's names for what our people have, so that its expressions work as they were written. */
export const entraUserNames: { readonly [name: string]: EntraAttribute } = {
  userPrincipalName: { paths: ['userName'] },
  originalUserPrincipalName: { paths: ['userName'] },
  mail: { paths: ['emails[primary eq true].value', 'emails[type eq "work"].value', 'emails[value pr].value'] },
  givenName: { paths: ['name.givenName'] },
  surname: { paths: ['name.familyName'] },
  jobTitle: { paths: ['title'] },
  employeeId: { paths: [`${enterprise}:employeeNumber`] },
  employeeType: { paths: ['userType'] },
  department: { paths: [`${enterprise}:department`] },
  companyName: { paths: [`${enterprise}:organization`] },
  division: { paths: [`${enterprise}:division`] },
  costCenter: { paths: [`${enterprise}:costCenter`] },
  telephoneNumber: { paths: ['phoneNumbers[type eq "work"].value'] },
  mobile: { paths: ['phoneNumbers[type eq "mobile"].value'] },
  facsimileTelephoneNumber: { paths: ['phoneNumbers[type eq "fax"].value'] },
  ...address('streetAddress', 'streetAddress'),
  ...address('city', 'locality'),
  ...address('state', 'region'),
  ...address('postalCode', 'postalCode'),
  ...address('country', 'country'),
  ...address('usageLocation', 'country'),
  ...address('physicalDeliveryOfficeName', 'formatted'),
}

function address(name: string, part: string): { readonly [name: string]: EntraAttribute } {
  return { [name]: { paths: [`addresses[type eq "work"].${part}`, `addresses[primary eq true].${part}`] } }
}

/** What of an account stands in no one path. */
export type Computed = {
  readonly type: SchemaType
  readonly isMultiValued?: boolean
  readonly roots: readonly string[]
  readonly read: (attributes: JsonObject) => unknown
}

export const computedUserNames: { readonly [name: string]: Computed } = {
  mailNickname: {
    type: 'string',
    roots: ['userName'],
    read: ({ userName }) => (typeof userName === 'string' ? userName.replace(/@.*$/s, '') : undefined),
  },
  otherMails: {
    type: 'string',
    isMultiValued: true,
    roots: ['emails'],
    read: ({ emails }) =>
      listAddresses(emails)
        .filter(({ isPrimary }) => !isPrimary)
        .map(({ value }) => value),
  },
  proxyAddresses: {
    type: 'string',
    isMultiValued: true,
    roots: ['emails'],
    read: ({ emails }) =>
      listAddresses(emails).map(({ value, isPrimary }) => `${isPrimary ? 'SMTP' : 'smtp'}:${value}`),
  },
  appRoleAssignments: { type: 'complex', isMultiValued: true, roots: ['roles'], read: ({ roles }) => listRoles(roles) },
}

function listAddresses(emails: unknown): readonly { readonly value: string; readonly isPrimary: boolean }[] {
  const list = Array.isArray(emails) ? emails.filter(isJsonObject) : []
  const primary = list.find((email) => email.primary === true) ?? list[0]
  return list.flatMap((email) =>
    typeof email.value === 'string' ? [{ value: email.value, isPrimary: email === primary }] : [],
  )
}

// A role is known by its value; Entra's assignments have an id and a name besides.
function listRoles(roles: unknown): readonly JsonObject[] {
  const list = Array.isArray(roles) ? roles.filter(isJsonObject) : []
  return list.flatMap((role) =>
    typeof role.value === 'string'
      ? [{ id: role.value, value: role.value, displayName: role.display ?? role.value }]
      : [],
  )
}
