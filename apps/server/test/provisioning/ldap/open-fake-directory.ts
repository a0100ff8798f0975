import type { TestContext } from 'node:test'
import type { LdapProfileInput, LdapTargetSettings } from '@rollcall/admin-api'
import { createLdapConnections } from '../../../src/ldap/connections.ts'
import { createGuard } from '../../../src/outbound-guard.ts'
import { openLdapTarget } from '../../../src/provisioning/targets/ldap/open-ldap-target.ts'
import type { Exchange, Outcome, Target } from '../../../src/provisioning/targets/target.ts'
import { fakeBind, fakeCertificate, type FakeLdap } from '../../ldap/fake-server/fake-server.ts'
import { outboundAllow } from '../fake-target/open-fake.ts'

/** Where a fake directory is, and that it is one of Microsoft's. */
export function fakeSettings(fake: FakeLdap, profile: LdapProfileInput = {}, scheme = 'ldaps'): LdapTargetSettings {
  return {
    kind: 'ldap',
    flavour: 'activeDirectory',
    baseUrl: `${scheme}://localhost:${fake.port}`,
    startTls: false,
    ca: fakeCertificate,
    baseDn: fake.base,
    usersDn: `ou=People,${fake.base}`,
    groupsDn: `ou=Groups,${fake.base}`,
    profile: { readLagMs: 0, requestsPerSecondMax: 100_000, requestTimeoutMs: 2_000, ...profile },
  }
}

export function openFakeDirectory(
  context: TestContext,
  fake: FakeLdap,
  options: {
    readonly settings?: LdapTargetSettings
    readonly password?: string
    readonly isRehearsal?: boolean
    readonly onExchange?: (exchange: Exchange) => void
  } = {},
): Target {
  const ldap = createLdapConnections(createGuard({ allow: outboundAllow }))
  context.after(() => ldap.close())
  const { settings = fakeSettings(fake), password = fakeBind.password, isRehearsal = false, onExchange } = options
  const credentials = { kind: 'ldap', dn: fakeBind.dn, password } as const
  return openLdapTarget(
    { target: settings, credentials, profile: {} },
    { ldap, onExchange, isRehearsal, groupAttributes: [] },
  )
}

/** The value of what went well. */
export function valueOf<Value>(outcome: Outcome<Value>): Value {
  if (outcome.kind !== 'done') throw new Error(`${outcome.kind} ${outcome.reason}: ${outcome.detail}`)
  return outcome.value
}

/** What of a failure decides, and the attribute that it names. */
export function failureOf(outcome: Outcome<unknown>): readonly (string | undefined)[] {
  if (outcome.kind === 'done') return ['done']
  return outcome.attribute === undefined
    ? [outcome.kind, outcome.reason]
    : [outcome.kind, outcome.reason, outcome.attribute]
}
