import assert from 'node:assert/strict'
import test from 'node:test'
import { type LdapTargetSettings, provisioningRules } from '@rollcall/admin-api'
import { activeDirectory } from '../../../src/provisioning/presets/ldap.ts'
import { createEngineHarness, type EngineHarness, type EngineOptions } from '../engine-harness.ts'
import { fakeBind, fakeCertificate, type FakeLdap, startFakeLdap } from '../../ldap/fake-server/fake-server.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const place = `Switch([department], "ou=People,dc=acme,dc=test", "Left", "ou=Left,dc=acme,dc=test")`

export const rules = provisioningRules.parse({
  ...activeDirectory.rules,
  assignment: 'everyone',
  users: {
    ...activeDirectory.rules.users,
    mappings: [
      ...activeDirectory.rules.users.mappings,
      { target: 'parentDistinguishedName', kind: 'expression', expression: place },
      { target: 'proxyAddresses', kind: 'direct', source: 'proxyAddresses' },
    ],
  },
})

function settingsOf(fake: FakeLdap, profile: LdapTargetSettings['profile'] = {}): LdapTargetSettings {
  return {
    kind: 'ldap',
    flavour: 'activeDirectory',
    baseUrl: `ldaps://localhost:${fake.port}`,
    startTls: false,
    ca: fakeCertificate,
    baseDn: fake.base,
    usersDn: `ou=People,${fake.base}`,
    groupsDn: `ou=Groups,${fake.base}`,
    profile: { readLagMs: 0, requestsPerSecondMax: 100_000, ...profile },
  }
}

async function provision(
  fake: FakeLdap,
  options: EngineOptions & { readonly directoryProfile?: LdapTargetSettings['profile'] } = {},
): Promise<EngineHarness> {
  return createEngineHarness({
    rules,
    directory: { target: settingsOf(fake, options.directoryProfile), credentials: { kind: 'ldap', ...fakeBind } },
    ...options,
  })
}

function person(number: number, more: object = {}): readonly [userName: string, attributes: object] {
  return [
    `anna.schmidt${number}@acme.test`,
    {
      displayName: `Anna Schmidt ${number}`,
      name: { givenName: 'Anna', familyName: `Schmidt ${number}` },
      emails: [{ value: `anna.schmidt${number}@acme.test`, type: 'work', primary: true }],
      active: true,
      [enterprise]: { employeeNumber: `E-${number}`, department: 'Sales' },
      ...more,
    },
  ]
}

function entryOf(fake: FakeLdap, name: string): Readonly<Record<string, readonly string[] | string>> {
  const entry = [...fake.tree.entries.values()].find(({ dn }) =>
    dn.toLowerCase().startsWith(`cn=${name.toLowerCase()},`),
  )
  if (entry === undefined) throw new Error(`There is no ${name}`)
  return Object.fromEntries([
    ...fake.tree
      .show(entry)
      .map(({ name: key, values }) => [key, values.length === 1 ? String(values[0]) : values.map(String)]),
    ['dn', entry.dn],
    ['guid', entry.guid],
  ])
}

test('into Active Directory (emulated): made disabled, given a password over TLS, enabled last', async () => {
  await using fake = await startFakeLdap({ tls: 'full' })
  await using harness = await provision(fake)
  await harness.createPerson(...person(1))
  await harness.settle()
  const account = entryOf(fake, 'Anna Schmidt 1')
  assert.equal(account['sAMAccountName'], 'anna.schmidt1')
  assert.equal(account['userAccountControl'], '512')
  assert.equal(account['employeeID'], 'E-1')
  assert.equal(account['userPrincipalName'], 'anna.schmidt1@acme.test')
  assert.equal(account['proxyAddresses'], 'SMTP:anna.schmidt1@acme.test')
  assert.equal(account['dn'], 'cn=Anna Schmidt 1,ou=People,dc=acme,dc=test')
  const added = fake.requests.find(({ kind }) => kind === 'add')
  assert.ok(added?.kind === 'add')
  const control = added.attributes.find(({ name }) => name === 'userAccountControl')
  assert.equal(String(control?.values[0]), '514')
  assert.match(String(account['unicodePwd']), /^".{32}"$/)
  // The password is in nothing that we keep.
  const log = await harness.rows<{ detail: unknown }>(
    'select detail from provisioning_log where organization_id = $1 and app_id = $2',
  )
  assert.doesNotMatch(JSON.stringify(log), new RegExp(String(account['unicodePwd']).slice(1, 9).replace(/[^\w]/g, '.')))
  // Nothing changed, nothing is sent.
  const before = fake.requests.length
  await harness.pass(60_000)
  assert.equal(fake.requests.length, before)
})
