import { createHash } from 'node:crypto'
import type { LdapPull, SourceCredentials } from '@rollcall/admin-api'
import type { LdapServer } from '../../ldap/ldap-server.ts'

/** A directory that is read: its settings with everything that follows from them. */
export type DirectorySource = {
  readonly pull: LdapPull
  readonly server: LdapServer
  /** The column that names a record for ever. */
  readonly anchor: string
  readonly idAttribute: string
  readonly filter: string
  /** What is asked for of people. */
  readonly attributes: readonly string[]
  /** Changes since a read under other settings are not all that is to be read. */
  readonly fingerprint: string
}

const peopleFilters: { readonly [flavour in LdapPull['flavour']]: string } = {
  openldap: '(objectClass=inetOrgPerson)',
  activeDirectory: '(&(objectCategory=person)(objectClass=user))',
  other: '(objectClass=inetOrgPerson)',
}

/** What tells whether an account can be used, of each flavour. */
export const stateAttributes: { readonly [flavour in LdapPull['flavour']]: string } = {
  openldap: 'pwdAccountLockedTime',
  activeDirectory: 'userAccountControl',
  other: 'nsAccountLock',
}

/** Columns that are worked out, and no attributes. */
const ownColumns: ReadonlySet<string> = new Set(['dn', 'parentDn', 'accountEnabled', 'groups', 'groupIds'])

export function toDirectorySource(
  pull: LdapPull,
  given: { readonly credentials: SourceCredentials | null; readonly anchor: string | undefined },
): DirectorySource {
  const idAttribute = pull.idAttribute ?? (pull.flavour === 'activeDirectory' ? 'objectGUID' : 'entryUUID')
  const anchor = given.anchor ?? idAttribute
  const asked = [
    ...(pull.attributes ?? ['*']),
    idAttribute,
    stateAttributes[pull.flavour],
    ...pull.references,
    ...(ownColumns.has(anchor) ? [] : [anchor]),
    ...(pull.groups?.memberAttribute === 'memberUid' ? ['uid'] : []),
  ]
  const { bases, scope, groups } = pull
  const shape = [bases, scope, pull.filter, pull.attributes, groups, idAttribute, anchor, pull.references, pull.lists]
  return {
    pull,
    server: toServer(pull, given.credentials),
    anchor,
    idAttribute,
    filter: pull.filter ?? peopleFilters[pull.flavour],
    attributes: [...new Map(asked.map((name) => [name.toLowerCase(), name])).values()],
    fingerprint: createHash('sha256').update(JSON.stringify(shape)).digest('base64url').slice(0, 22),
  }
}

function toServer({ host, port, tls, ca }: LdapPull, credentials: SourceCredentials | null): LdapServer {
  const name = host.includes(':') ? `[${host}]` : host
  const at = port === undefined ? '' : `:${port}`
  const bind = credentials?.kind === 'basic' ? { dn: credentials.user, password: credentials.password } : null
  return { url: `${tls === 'ldaps' ? 'ldaps' : 'ldap'}://${name}${at}`, startTls: tls === 'startTls', ca, bind }
}
