import assert from 'node:assert/strict'
import test from 'node:test'
import { type LdapProfileInput, provisioningRules } from '@rollcall/admin-api'
import { workOffAllRuns } from '../../../src/run-kinds.ts'
import { activeDirectory } from '../../../src/provisioning/presets/ldap.ts'
import { formatTypeId } from '../../../src/type-id.ts'
import { fakeBind, type FakeLdap, startFakeLdap } from '../../ldap/fake-server/fake-server.ts'
import { createAppCaller } from '../app-caller.ts'
import { createEngineHarness, type EngineHarness } from '../engine-harness.ts'
import { fakeSettings } from './open-fake-directory.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const place = 'Switch([department], "ou=People,dc=acme,dc=test", "Alumni", "ou=Left,dc=acme,dc=test")'
const minuteMs = 60_000
const hourMs = 60 * minuteMs

const rules = provisioningRules.parse({
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

/** Rollcall before a directory that behaves as Microsoft's documentation says (emulated: there is none to test against). */
function provisionInto(fake: FakeLdap, profile: LdapProfileInput = {}, own = rules): Promise<EngineHarness> {
  const credentials = { kind: 'ldap', ...fakeBind } as const
  return createEngineHarness({ rules: own, directory: { target: fakeSettings(fake, profile), credentials } })
}

function person(number: number, more: object = {}): readonly [userName: string, attributes: object] {
  const mail = `anna.schmidt${number}@acme.test`
  return [
    mail,
    {
      displayName: `Anna Schmidt ${number}`,
      name: { givenName: 'Anna', familyName: `Schmidt ${number}` },
      emails: [{ value: mail, type: 'work', primary: true }],
      active: true,
      [enterprise]: { employeeNumber: `E-${number}`, department: 'Sales' },
      ...more,
    },
  ]
}

function entryOf(fake: FakeLdap, name: string): Readonly<Record<string, unknown>> {
  const start = `cn=${name.toLowerCase()},`
  const entry = [...fake.tree.entries.values()].find(({ dn }) => dn.toLowerCase().startsWith(start))
  if (entry === undefined) throw new Error(`There is no ${name}`)
  const shown = fake.tree
    .show(entry)
    .map(({ name: key, values }): [string, unknown] => [
      key,
      values.length === 1 ? String(values[0]) : values.map(String),
    ])
  return { ...Object.fromEntries(shown), dn: entry.dn, guid: entry.guid }
}

function accountsOf(fake: FakeLdap): number {
  return [...fake.tree.entries.values()].filter(({ attributes }) => attributes.has('employeeid')).length
}

test('into Active Directory (emulated): made disabled with a password that nobody knows, enabled last, and then left alone', async () => {
  await using fake = await startFakeLdap({ tls: 'full' })
  await using harness = await provisionInto(fake)
  await harness.createPerson(...person(1))
  await harness.settle()
  const account = entryOf(fake, 'Anna Schmidt 1')
  assert.deepEqual(
    ['sAMAccountName', 'userAccountControl', 'employeeID', 'userPrincipalName', 'proxyAddresses', 'dn'].map(
      (name) => account[name],
    ),
    [
      'anna.schmidt1',
      '512',
      'E-1',
      'anna.schmidt1@acme.test',
      'SMTP:anna.schmidt1@acme.test',
      'cn=Anna Schmidt 1,ou=People,dc=acme,dc=test',
    ],
  )
  const added = fake.requests.find((request) => request.kind === 'add')
  assert.equal(String(added?.attributes.find(({ name }) => name === 'userAccountControl')?.values[0]), '514')
  const password = String(account['unicodePwd']).slice(1, -1)
  assert.equal(password.length, 32)
  const kept = await harness.rows(
    'select (select json_agg(l) from provisioning_log l where l.organization_id = $1 and l.app_id = $2) as log, (select json_agg(s) from link_shadows s where s.organization_id = $1 and s.app_id = $2) as shadows',
  )
  assert.ok(
    !JSON.stringify(kept).includes(JSON.stringify(password).slice(1, -1)),
    'the password is in nothing that is kept',
  )
  const before = fake.requests.length
  await harness.pass(minuteMs)
  assert.equal(fake.requests.length, before, 'nothing changed, so nothing is sent')
})

test('names that are taken get a number, answers that get lost make nobody twice, and movers move (emulated)', async () => {
  await using fake = await startFakeLdap({ tls: 'full' })
  await using harness = await provisionInto(fake)
  // A group has the name already; the answer to one creation gets lost after it was done, another before.
  fake.tree.insert(`cn=Group,ou=Groups,${fake.base}`, [
    { name: 'objectClass', values: [Buffer.from('group')] },
    { name: 'sAMAccountName', values: [Buffer.from('ANNA.SCHMIDT1')] },
  ])
  fake.failNext('add', 'resetAfter')
  fake.failNext('add', 'reset')
  fake.failNext('modify', 'resetAfter')
  const first = await harness.createPerson(...person(1))
  for (const number of [2, 3]) await harness.createPerson(...person(number))
  await harness.settle()
  for (let minutes = 0; minutes < 10; minutes++) await harness.pass(minuteMs)
  assert.equal(accountsOf(fake), 3)
  assert.equal(entryOf(fake, 'Anna Schmidt 1')['sAMAccountName'], 'anna.schmidt12')
  for (const number of [1, 2, 3]) assert.equal(entryOf(fake, `Anna Schmidt ${number}`)['userAccountControl'], '512')
  const { guid } = entryOf(fake, 'Anna Schmidt 1')
  await harness.patchPerson(first, [
    { op: 'replace', path: `${enterprise}:department`, value: 'Alumni' },
    { op: 'replace', path: 'displayName', value: 'Anna Müller' },
    { op: 'replace', path: 'active', value: false },
  ])
  await harness.settle()
  const left = entryOf(fake, 'Anna Müller')
  assert.deepEqual(
    [left['dn'], left['guid'], left['userAccountControl'], left['sAMAccountName']],
    ['cn=Anna Müller,ou=Left,dc=acme,dc=test', guid, '514', 'anna.schmidt12'],
  )
})

test('a group in pieces that the directory takes, members that others added stay (emulated)', async () => {
  await using fake = await startFakeLdap({ tls: 'full', membersMax: 4, rangeMax: 5 })
  await using harness = await provisionInto(fake)
  for (let number = 0; number < 11; number++) await harness.createPerson(...person(number))
  await harness.settle()
  const people = await harness.rows<{ id: string }>(
    'select scim_id as id from users where organization_id = $1 and $2::uuid is not null and scim_id is not null',
  )
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group']
  const members = people.map(({ id }) => ({ value: id }))
  const made = await harness.tenant.scim('POST', '/Groups', { schemas, displayName: 'Crew: "A"', members })
  assert.equal(made.status, 201, made.text)
  await harness.settle()
  await harness.pass(minuteMs)
  const group = entryOf(fake, 'Crew: \\22A\\22')
  assert.deepEqual([group['sAMAccountName'], group['groupType']], ['Crew A', '-2147483646'])
  const linked = fake.tree.byGuid.get(String(group['guid']))?.links.get('member')
  assert.equal(linked?.size, 11)
  const stranger = fake.tree.insert(`cn=Stranger,ou=People,${fake.base}`, [])
  linked?.add(stranger)
  const removal = { op: 'remove', path: `members[value eq "${people[0]?.id}"]` }
  const patchSchemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  await harness.tenant.scim('PATCH', `/Groups/${made.body.id}`, { schemas: patchSchemas, Operations: [removal] })
  await harness.settle()
  await harness.pass(minuteMs)
  assert.deepEqual([linked?.size, linked?.has(stranger)], [11, true])
})

test('a directory is tested, previewed and reconciled by the API: equal, drift, missing, orphan (emulated)', async () => {
  await using fake = await startFakeLdap({ tls: 'full' })
  await using harness = await provisionInto(fake, { pageSize: 2 })
  const ids: string[] = []
  for (let number = 1; number <= 4; number++) ids.push(await harness.createPerson(...person(number)))
  await harness.settle()
  await harness.pass(minuteMs)
  const call = await createAppCaller(harness)
  const tested = (await call('POST', '/test')).body
  assert.deepEqual([tested.isWorking, tested.reason], [true, null], JSON.stringify(tested))
  assert.ok(tested.exchanges.some(({ method }: { readonly method: string }) => method === 'SEARCH'))

  const drifted = fake.tree.find(`cn=Anna Schmidt 2,ou=People,${fake.base}`)
  drifted.attributes.set('title', { name: 'title', values: [Buffer.from('not ours')] })
  drifted.attributes.set('sn', { name: 'sn', values: [Buffer.from('Mallory')] })
  fake.tree.remove(fake.tree.find(`cn=Anna Schmidt 3,ou=People,${fake.base}`))
  fake.tree.insert(`cn=Administrator,ou=People,${fake.base}`, [
    { name: 'objectClass', values: ['top', 'person', 'user'].map((name) => Buffer.from(name)) },
    { name: 'sAMAccountName', values: [Buffer.from('Administrator')] },
  ])
  fake.requests.length = 0
  const previewed = await call('POST', '/preview', {
    object: formatTypeId('usr', ids[1] ?? ''),
    attributes: { displayName: 'New Name' },
  })
  assert.equal(previewed.status, 200, JSON.stringify(previewed.body))
  assert.ok(
    fake.requests.every(({ kind }) => kind === 'search' || kind === 'bind'),
    'a preview writes nothing',
  )

  await harness.engine.close()
  const begun = await call('POST', '/reconcile', { policy: 'report' })
  assert.equal(begun.status, 202, JSON.stringify(begun.body))
  await workOffAllRuns(harness.server.application.parts, new AbortController().signal)
  const { body } = await call('GET', '/accounts')
  type Listed = { readonly name: string; readonly class: string; readonly differences: readonly object[] | null }
  const listed: readonly Listed[] = body.data
  assert.deepEqual(listed.map(({ name, class: kind }) => [name, kind]).toSorted(), [
    ['Administrator', 'orphan'],
    ['Anna Schmidt 1', 'equal'],
    ['Anna Schmidt 2', 'drift'],
    ['Anna Schmidt 3', 'missing'],
    ['Anna Schmidt 4', 'equal'],
  ])
  assert.deepEqual(listed.find(({ class: kind }) => kind === 'drift')?.differences, [
    { attribute: 'sn', expected: 'Schmidt 2', found: 'Mallory' },
    { attribute: 'title', expected: null, found: 'not ours' },
  ])
})

test('a directory that is away for hours: the breaker waits, and then everything arrives (emulated)', async () => {
  await using fake = await startFakeLdap({ tls: 'full' })
  await using harness = await provisionInto(fake)
  const first = await harness.createPerson(...person(1))
  await harness.settle()
  await fake.goDown()
  await harness.patchPerson(first, [{ op: 'replace', path: 'active', value: false }])
  await harness.createPerson(...person(2))
  await harness.settle()
  await harness.pass(minuteMs)
  await fake.comeUp()
  for (let hours = 0; hours < 12; hours++) await harness.pass(hourMs)
  assert.equal(entryOf(fake, 'Anna Schmidt 1')['userAccountControl'], '514')
  assert.equal(entryOf(fake, 'Anna Schmidt 2')['userAccountControl'], '512')
  assert.equal(accountsOf(fake), 2)
})

test('a mapping of userAccountControl that switches accounts off is a disable before the gate (emulated)', async () => {
  await using fake = await startFakeLdap({ tls: 'full' })
  const switching = {
    target: 'userAccountControl',
    kind: 'expression',
    expression: 'Switch([department], "512", "Alumni", "514")',
  }
  const { users } = rules
  const mappings = [...(users?.mappings ?? []), switching]
  const own = provisioningRules.parse({ ...rules, users: { ...users, mappings } })
  await using harness = await provisionInto(fake, {}, own)
  const id = await harness.createPerson(...person(1))
  await harness.settle()
  await harness.pass(minuteMs)
  assert.equal(entryOf(fake, 'Anna Schmidt 1')['userAccountControl'], '512')
  await harness.patchPerson(id, [{ op: 'replace', path: `${enterprise}:department`, value: 'Alumni' }])
  const call = await createAppCaller(harness)
  const [found] = await harness.rows<{ id: string }>(
    'select id from users where organization_id = $1 and $2::uuid is not null and scim_id is not null',
  )
  const { body } = await call('POST', '/preview', { object: formatTypeId('usr', found?.id ?? '') })
  assert.deepEqual([body.gate?.class, body.gate?.cause], ['disable', 'userAccountControl switches accounts off'])
})
