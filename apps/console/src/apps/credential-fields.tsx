import { PasswordInput, TextInput } from '@mantine/core'
import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'

export type CredentialKind = NonNullable<RouteAnswer<'getApp'>['credentials']>['kind']
type Credentials = NonNullable<RouteBody<'updateApp'>['credentials']>

export const noCredentials = { token: '', user: '', password: '', tokenUrl: '', clientId: '', clientSecret: '', dn: '' }
type Written = typeof noCredentials

const fieldsOf: { readonly [kind in CredentialKind]: readonly (keyof Written)[] } = {
  bearer: ['token'],
  basic: ['user', 'password'],
  oauth: ['tokenUrl', 'clientId', 'clientSecret'],
  ldap: ['dn', 'password'],
}
const secrets: ReadonlySet<keyof Written> = new Set(['token', 'password', 'clientSecret'])

type CredentialFieldsProps = {
  readonly kind: CredentialKind
  readonly written: Written
  onWrite(written: Written): void
}

/** What one kind of credentials consists of. */
export function CredentialFields({ kind, written, onWrite }: CredentialFieldsProps) {
  const { t } = useTranslation('apps')
  return fieldsOf[kind].map((name) => {
    const Input = secrets.has(name) ? PasswordInput : TextInput
    return (
      <Input
        key={name}
        label={t(`credential.${name}`)}
        autoComplete="off"
        value={written[name]}
        onChange={(event) => onWrite({ ...written, [name]: event.currentTarget.value })}
      />
    )
  })
}

export function isWhole(kind: CredentialKind, written: Written): boolean {
  return fieldsOf[kind].every((name) => written[name] !== '')
}

export function toCredentials(kind: CredentialKind, written: Written): Credentials {
  const { token, user, password, tokenUrl, clientId, clientSecret, dn } = written
  if (kind === 'basic') return { kind, user, password }
  if (kind === 'oauth') return { kind, tokenUrl, clientId, clientSecret, secretIn: 'header' }
  if (kind === 'ldap') return { kind, dn, password }
  return { kind, token }
}
