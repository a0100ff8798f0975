import { createRegistry, defineSchema, type Registry } from '@rollcall/scim'

const urn = 'urn:rollcall:ldap:'

/** Attributes that most directories have, and what of an entry is no attribute. Others are sent as they come. */
const userNames =
  'cn sn givenName displayName initials uid mail title department departmentNumber company o employeeNumber employeeType ' +
  'telephoneNumber mobile homePhone pager facsimileTelephoneNumber street streetAddress l st postalCode c co ' +
  'physicalDeliveryOfficeName preferredLanguage manager secretary assistant description info comment division ' +
  'sAMAccountName userPrincipalName employeeID userAccountControl accountExpires pwdLastSet mailNickname targetAddress ' +
  'wWWHomePage homeDirectory homeDrive scriptPath profilePath loginShell gecos uidNumber gidNumber countryCode ' +
  'parentDistinguishedName password'
const groupNames =
  'cn displayName description mail mailNickname info o ou owner managedBy businessCategory sAMAccountName groupType ' +
  'gidNumber parentDistinguishedName'
const several = 'objectClass otherTelephone otherMobile ou seeAlso proxyAddresses memberUid'

const texts = (names: string) => names.split(' ').map((name) => ({ name }))
const lists = (names: string) => names.split(' ').map((name) => ({ name, multiValued: true }))

/** What rules are held against when the target is a directory. Every attribute name is taken: schemas differ. */
export const ldapRegistry: Registry = createRegistry({
  schemas: [
    defineSchema({
      id: `${urn}User`,
      name: 'User',
      attributes: [...texts(userNames), ...lists(several), { name: 'accountDisabled', type: 'boolean' }],
    }),
    defineSchema({
      id: `${urn}Group`,
      name: 'Group',
      attributes: [...texts(groupNames), ...lists('objectClass proxyAddresses memberUid')],
    }),
  ],
  resourceTypes: [
    { name: 'User', endpoint: '/Users', schema: `${urn}User` },
    { name: 'Group', endpoint: '/Groups', schema: `${urn}Group` },
  ],
})

export function isLdapSchema(id: string): boolean {
  return id.startsWith(urn)
}

/** RFC 4512 §2.5. */
export function isAttributeName(text: string): boolean {
  return /^(?:[a-z][a-z\d-]*|\d+(?:\.\d+)+)$/i.test(text)
}
