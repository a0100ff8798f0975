import { direct, type LdapPreset } from './preset.ts'

const disabled = { target: 'accountDisabled', kind: 'direct', source: 'IsSoftDeleted' } as const
const manager = { target: 'manager', kind: 'reference', source: 'manager' } as const

/** What both kinds of directories call alike. */
const people = direct({
  cn: 'displayName',
  sn: 'surname',
  givenName: 'givenName',
  displayName: 'displayName',
  mail: 'mail',
  title: 'jobTitle',
  telephoneNumber: 'telephoneNumber',
  mobile: 'mobile',
  l: 'city',
  st: 'state',
  postalCode: 'postalCode',
  preferredLanguage: 'preferredLanguage',
})

/** OpenLDAP, 389 Directory Server and others with inetOrgPerson (RFC 2798) and groupOfNames (RFC 4519). */
export const openLdap: LdapPreset = {
  kind: 'ldap',
  flavour: 'openldap',
  title: 'OpenLDAP',
  baseUrl: 'ldaps://{host}',
  credentials: ['ldap'],
  profile: {},
  rules: {
    users: {
      mappings: [
        ...direct({ uid: 'mailNickname' }),
        ...people,
        ...direct({
          employeeNumber: 'employeeId',
          departmentNumber: 'department',
          o: 'companyName',
          street: 'streetAddress',
        }),
        manager,
        disabled,
      ],
      matching: [[{ target: 'employeeNumber', source: 'employeeId' }], [{ target: 'uid', source: 'mailNickname' }]],
      leaving: { policy: 'disable' },
    },
    teams: {
      mappings: direct({ cn: 'displayName' }),
      matching: [[{ target: 'cn', source: 'displayName' }]],
    },
  },
  steps: [
    'Make an entry to bind as, which may write below the places of people and groups and read entryUUID',
    'Load the overlay ppolicy, whose pwdAccountLockedTime disables; or set disabledBy or disabledDn in the profile',
    'Give the directory certificates: ldaps:// or StartTLS',
  ],
}

const accountName = 'Left(Replace(NormalizeDiacritics([mailNickname]), , "[^A-Za-z0-9._-]", , "", , ), 20)'
const shortName = (digit: number): string => `Join("", Left(${accountName}, 19), "${digit}")`

/** Active Directory. Names that Windows knows are chosen once, and are free then. */
export const activeDirectory: LdapPreset = {
  kind: 'ldap',
  flavour: 'activeDirectory',
  title: 'Active Directory',
  baseUrl: 'ldaps://{domain controller}',
  credentials: ['ldap'],
  profile: {},
  rules: {
    users: {
      mappings: [
        ...people,
        {
          target: 'sAMAccountName',
          kind: 'expression',
          expression: `SelectUniqueValue(${[accountName, ...[2, 3, 4, 5].map(shortName)].join(', ')})`,
          apply: 'onCreate',
        },
        ...direct({
          userPrincipalName: 'userPrincipalName',
          employeeID: 'employeeId',
          department: 'department',
          company: 'companyName',
          streetAddress: 'streetAddress',
          physicalDeliveryOfficeName: 'physicalDeliveryOfficeName',
        }),
        manager,
        disabled,
      ],
      matching: [
        [{ target: 'employeeID', source: 'employeeId' }],
        [{ target: 'userPrincipalName', source: 'userPrincipalName' }],
      ],
      leaving: { policy: 'disable' },
    },
    teams: {
      mappings: [
        ...direct({ cn: 'displayName', displayName: 'displayName' }),
        {
          target: 'sAMAccountName',
          kind: 'expression',
          expression: String.raw`Replace([displayName], , "[\"/\\\\\\[\\]:;|=,+*?<>@]", , "", , )`,
          apply: 'onCreate',
        },
      ],
      matching: [[{ target: 'cn', source: 'displayName' }]],
    },
  },
  steps: [
    'Make a service account, and let it create, change, move and rename users and groups below their places, and reset passwords',
    'Use ldaps:// or StartTLS: new people get a password that nobody knows, which is sent over TLS only',
    'Enter the domain controllers by a name that leads to all of them, and the authority that signed their certificates',
  ],
}
