import type { LdapProfileInput, LdapTargetSettings, TargetCredentials } from '@rollcall/admin-api'
import type { LdapConnections } from '../../../ldap/connections.ts'
import type { Exchange, Target } from '../target.ts'
import { createLdapTarget } from './ldap-target.ts'
import { toLdapSettings } from './settings.ts'

/** Nothing is sent before it is asked for something. */
export function openLdapTarget(
  app: {
    readonly target: LdapTargetSettings
    readonly credentials: TargetCredentials | null
    readonly profile: LdapProfileInput
  },
  parts: {
    readonly ldap: LdapConnections
    readonly onExchange?: ((exchange: Exchange) => void) | undefined
    readonly isRehearsal: boolean
    readonly groupAttributes: readonly string[]
  },
): Target {
  const { target, credentials, profile } = app
  const { baseUrl: url, startTls, ca } = target
  // With others than a name and a password nobody is asked anything: the server says what it thinks of nobody.
  const bind = credentials?.kind === 'ldap' ? credentials : null
  return createLdapTarget({
    connections: parts.ldap,
    server: { url, startTls, ca, bind },
    settings: toLdapSettings(target, profile),
    onExchange: parts.onExchange,
    isRehearsal: parts.isRehearsal,
    groupAttributes: parts.groupAttributes,
  })
}
