import type { RouteBody } from '@rollcall/admin-api'
import type { Kind } from './place-fields.ts'

export type Credentials = NonNullable<RouteBody<'createSource'>['credentials']>
export type CredentialKind = 'none' | Credentials['kind']

export const noCredentials = {
  token: '',
  user: '',
  password: '',
  header: 'x-api-key',
  key: '',
  tokenUrl: '',
  clientId: '',
  clientSecret: '',
  scope: '',
  secretIn: 'header',
}
export type WrittenCredentials = typeof noCredentials
export type CredentialField = Exclude<keyof WrittenCredentials, 'secretIn'>

const web = ['bearer', 'basic', 'apiKey', 'oauth', 'none'] as const

/** How one can say who one is to each kind, the usual way first. */
const kindsOf: { readonly [kind in Kind]: readonly CredentialKind[] } = {
  file: [],
  folder: [],
  upload: [],
  url: ['none', 'bearer', 'basic', 'apiKey', 'oauth'],
  http: web,
  scim: web,
  sql: ['basic'],
  ldap: ['basic', 'none'],
}

const fieldsOf: { readonly [kind in CredentialKind]: readonly CredentialField[] } = {
  none: [],
  bearer: ['token'],
  basic: ['user', 'password'],
  apiKey: ['header', 'key'],
  oauth: ['tokenUrl', 'clientId', 'clientSecret', 'scope'],
}

export const secretFields: ReadonlySet<CredentialField> = new Set(['token', 'password', 'key', 'clientSecret'])

export function listCredentialKinds(kind: Kind): readonly CredentialKind[] {
  return kindsOf[kind]
}

export function listCredentialFields(kind: CredentialKind): readonly CredentialField[] {
  return fieldsOf[kind]
}

export function areWhole(kind: CredentialKind, written: WrittenCredentials): boolean {
  return fieldsOf[kind].every((name) => name === 'scope' || written[name] !== '')
}

/** Null: none. */
export function toCredentials(kind: CredentialKind, written: WrittenCredentials): Credentials | null {
  const { token, user, password, header, key, tokenUrl, clientId, clientSecret, scope } = written
  const secretIn = written.secretIn === 'body' ? 'body' : 'header'
  switch (kind) {
    case 'none':
      return null
    case 'bearer':
      return { kind, token }
    case 'basic':
      return { kind, user, password }
    case 'apiKey':
      return { kind, header, key }
    case 'oauth':
      return { kind, tokenUrl, clientId, clientSecret, secretIn, ...(scope !== '' && { scope }) }
    default:
      return kind satisfies never
  }
}
