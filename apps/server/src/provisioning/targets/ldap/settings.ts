import type { LdapProfileInput, LdapTargetSettings } from '@rollcall/admin-api'
import type { UniqueIdAttribute } from '../../../ldap/unique-id.ts'

/** What a directory does in its own way, nothing left out. */
export type LdapProfile = {
  readonly [Name in keyof LdapProfileInput]-?: Frozen<Exclude<LdapProfileInput[Name], undefined>>
}

type Frozen<Value> = Value extends readonly (infer Item)[] ? readonly Item[] : Value

/** One directory as it is written to. */
export type LdapSettings = {
  readonly isActiveDirectory: boolean
  readonly baseDn: string
  readonly usersDn: string
  readonly groupsDn: string
  readonly idAttribute: UniqueIdAttribute
  readonly profile: LdapProfile
}

const common = {
  memberAttribute: 'member',
  disabledDn: null,
  references: ['manager', 'secretary', 'owner', 'managedBy', 'assistant'],
  groupAttributes: [],
  hasGroups: true,
  membersMax: 1_000,
  pageSize: 200,
  readLagMs: 0,
  requestTimeoutMs: 30_000,
  requestsPerSecondMax: 200,
  permitsMax: 4,
} as const

const openLdap: LdapProfile = {
  ...common,
  userRdn: 'uid',
  userClasses: ['inetOrgPerson'],
  userFilter: '(objectClass=inetOrgPerson)',
  groupRdn: 'cn',
  groupClasses: ['groupOfNames'],
  groupFilter: '(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames))',
  placeholderMember: 'cn=nobody',
  // Of the overlay for password policies: nobody can bind until it is taken away.
  disabledBy: { attribute: 'pwdAccountLockedTime', disabled: '000001010000Z', enabled: null },
  initialPassword: 'none',
}

const activeDirectory: LdapProfile = {
  ...common,
  userRdn: 'cn',
  userClasses: ['top', 'person', 'organizationalPerson', 'user'],
  // Computers are users too.
  userFilter: '(&(objectClass=user)(!(objectClass=computer)))',
  groupRdn: 'cn',
  groupClasses: ['top', 'group'],
  groupFilter: '(objectClass=group)',
  placeholderMember: null,
  disabledBy: null,
  initialPassword: 'random',
  // Domain controllers tell each other after so long.
  readLagMs: 15_000,
}

/** What was set by hand wins over the preset, and the preset over the flavour. */
export function toLdapSettings(target: LdapTargetSettings, preset: LdapProfileInput): LdapSettings {
  const { flavour, baseDn, usersDn = baseDn, groupsDn = usersDn, profile } = target
  const isActiveDirectory = flavour === 'activeDirectory'
  const given = [preset, profile].flatMap((document) =>
    Object.entries(document).filter(([, value]) => value !== undefined),
  )
  return {
    isActiveDirectory,
    baseDn,
    usersDn,
    groupsDn,
    idAttribute: isActiveDirectory ? 'objectGUID' : 'entryUUID',
    profile: {
      ...(isActiveDirectory ? activeDirectory : openLdap),
      // Each entry came from a document of this very shape.
      ...(Object.fromEntries(given) as Partial<LdapProfile>),
    },
  }
}
