import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { LdapPull } from '@rollcall/admin-api'
import type { Reply } from '../admin/admin-harness.ts'
import { fakeBind, fakeCertificate, type FakeLdap, startFakeLdap } from '../ldap/fake-server/fake-server.ts'
import type { Entry } from '../ldap/fake-server/tree.ts'
import { createSourceHarness, type SourceHarness } from './source-harness.ts'

// Active Directory is emulated in this process, from its documentation: there is none to test against.

let harness: SourceHarness
let fake: FakeLdap
let source = 0

before(async () => {
  harness = await createSourceHarness({ settings: { ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8,::1/128' } })
})
after(() => harness[Symbol.asyncDispose]())
beforeEach(async (context) => {
  const own = await startFakeLdap({ tls: 'full', rangeMax: 3 })
  fake = own
  // A test has hooks of its own.
  if ('after' in context && typeof context.after === 'function') context.after(() => own[Symbol.asyncDispose]())
})

const bytes = (...values: readonly string[]): Buffer[] => values.map((value) => Buffer.from(value))

function addUser(name: string, attributes: Record<string, readonly string[]> = {}): Entry {
  const given = {
    objectClass: ['top', 'person', 'user'],
    objectCategory: ['person'],
    sAMAccountName: [name],
    cn: [`Person ${name}`],
    mail: [`${name}.${source}@acme.example`],
    userAccountControl: ['512'],
    unicodePwd: ['secret'],
    ...attributes,
  }
  return fake.tree.insert(
    `CN=${name},ou=People,${fake.base}`,
    Object.entries(given).map(([key, values]) => ({ name: key, values: bytes(...values) })),
  )
}

async function createSource(place: Partial<LdapPull> = {}, anchor = 'objectGUID'): Promise<string> {
  return harness.createSource(`Active Directory ${++source}`, {
    place: {
      kind: 'ldap',
      host: 'localhost',
      port: fake.port,
      ca: fakeCertificate,
      flavour: 'activeDirectory',
      bases: [`ou=People,${fake.base}`],
      pageSize: 5,
      ...place,
    },
    credentials: { kind: 'basic', user: fakeBind.dn, password: fakeBind.password },
    rules: {
      anchor,
      columns: { accountEnabled: { type: 'boolean' } },
      mappings: [
        { target: 'userName', kind: 'direct', source: 'mail' },
        { target: 'displayName', kind: 'direct', source: 'cn' },
      ],
      correlation: [],
      lifecycle: { active: '[accountEnabled]' },
    },
    settings: { approval: 'never' },
  })
}

async function readCounts(place: string, body: object = {}): Promise<readonly unknown[]> {
  const read = await harness.read(place, body)
  assert.equal(read.state, 'done', JSON.stringify(read))
  const { read: count, changed, deleted } = read.counts
  return [read.mode, count, changed, deleted]
}

async function recordOf(place: string, anchor: string): Promise<Reply['body']> {
  const { status, body } = await harness.send('GET', `${place}/records/${anchor}`)
  assert.equal(status, 200, JSON.stringify(body))
  return body
}

async function personOf({ personId }: Reply['body']): Promise<readonly unknown[]> {
  const { body } = await harness.send('GET', `/api/v1/organizations/acme/people/${personId}`)
  return [body.displayName, body.state]
}

test('Active Directory (emulated): everybody by pages, values as people write them, long lists in pieces', async () => {
  const chief = addUser('chief')
  const addresses = Array.from({ length: 8 }, (_, number) => `smtp:anna${number}@acme.example`)
  const anna = addUser('anna', {
    proxyAddresses: addresses,
    'cn;lang-de': ['Anna die Erste'],
    'ms-Mcs-AdmPwd': ['secret'],
    userAccountControl: ['514'],
    accountExpires: ['9223372036854775807'],
    pwdLastSet: ['134114700000000000'],
    whenCreated: ['20261126093000.0Z'],
    lastLogonTimestamp: ['134114700000000000'],
  })
  fake.tree.put(anna, 'manager', bytes(chief.dn))
  anna.attributes.set('objectsid', {
    name: 'objectSid',
    values: [Buffer.from('010500000000000515000000010000000200000003000000500400 00'.replace(' ', ''), 'hex')],
  })
  for (let number = 0; number < 10; number++) addUser(`p${number}`)
  const group = fake.tree.insert(`CN=Staff,ou=Groups,${fake.base}`, [
    { name: 'objectClass', values: bytes('group') },
    { name: 'cn', values: bytes('Staff') },
  ])
  fake.tree.put(
    group,
    'member',
    bytes(...Array.from({ length: 10 }, (_, number) => `CN=p${number},ou=People,${fake.base}`)),
  )
  const place = await createSource({
    groups: {
      bases: [`ou=Groups,${fake.base}`],
      scope: 'sub',
      filter: '(objectClass=group)',
      nameAttribute: 'cn',
      memberAttribute: 'member',
    },
  })
  assert.deepEqual(await readCounts(place), ['full', 12, 12, 0])
  const { raw } = await recordOf(place, anna.guid)
  assert.deepEqual(raw, {
    dn: anna.dn,
    parentDn: `ou=People,${fake.base}`,
    distinguishedName: anna.dn,
    objectGUID: anna.guid,
    objectSid: 'S-1-5-21-1-2-3-1104',
    objectClass: ['person', 'top', 'user'],
    objectCategory: 'person',
    sAMAccountName: 'anna',
    cn: 'Person anna',
    'cn;lang-de': 'Anna die Erste',
    mail: `anna.${source - 1}@acme.example`,
    userAccountControl: '514',
    accountEnabled: false,
    pwdLastSet: '2025-12-29T08:20:00.000Z',
    whenCreated: '2026-11-26T09:30:00.000Z',
    proxyAddresses: addresses,
    manager: chief.dn,
    managerAnchor: chief.guid,
    groups: [],
    groupIds: [],
  })
  const last = await recordOf(place, fake.tree.find(`CN=p9,ou=People,${fake.base}`).guid)
  assert.deepEqual([last.raw.groups, last.raw.groupIds], [['Staff'], [group.guid]])
  assert.deepEqual(await personOf(last), ['Person p9', 'active'])
  fake.tree.put(fake.tree.find(`CN=p9,ou=People,${fake.base}`), 'userAccountControl', bytes('514'))
  assert.deepEqual(await readCounts(place), ['delta', 1, 1, 0])
  assert.deepEqual(await personOf(last), ['Person p9', 'suspended'])
})

test('Active Directory (emulated): changes, moves and tombstones by DirSync', async () => {
  fake.replica.objectsMax = 4
  const entries = Array.from({ length: 12 }, (_, number) => addUser(`d${number}`))
  const [changed, moved, left, gone] = entries
  assert.ok(changed && moved && left && gone)
  const place = await createSource()
  assert.deepEqual(await readCounts(place), ['full', 12, 12, 0])
  assert.deepEqual(await readCounts(place), ['delta', 0, 0, 0])
  fake.tree.put(changed, 'cn', bytes('Another name'))
  fake.tree.move(moved, 'CN=renamed', undefined)
  fake.tree.move(left, 'CN=d2', `ou=Left,${fake.base}`)
  fake.tree.remove(gone)
  const fresh = addUser('fresh')
  fake.tree.insert(`ou=Other,${fake.base}`, [{ name: 'objectClass', values: bytes('organizationalUnit') }])
  assert.deepEqual(await readCounts(place), ['delta', 3, 3, 2])
  assert.equal((await recordOf(place, changed.guid)).raw.cn, 'Another name')
  assert.equal((await recordOf(place, moved.guid)).place, `CN=renamed,ou=People,${fake.base}`)
  assert.equal((await recordOf(place, fresh.guid)).situation, 'linked')
  for (const { guid } of [left, gone]) assert.equal((await recordOf(place, guid)).isDeleted, true)
  // A cookie that the server does not take: all is read.
  fake.failNext('search', { code: 53, said: 'WILL_NOT_PERFORM' })
  assert.deepEqual(await readCounts(place), ['full', 11, 0, 0])
})

test('Active Directory (emulated): without the right to DirSync by numbers of changes, of one domain controller', async () => {
  fake.replica.mayReplicate = false
  const entries = Array.from({ length: 30 }, (_, number) => addUser(`u${number}`))
  const [changed, gone] = entries
  assert.ok(changed && gone)
  const place = await createSource({}, 'sAMAccountName')
  assert.deepEqual(await readCounts(place), ['full', 30, 30, 0])
  fake.tree.put(changed, 'cn', bytes('Another name'))
  fake.tree.remove(gone)
  assert.deepEqual(await readCounts(place), ['delta', 1, 1, 1])
  assert.equal((await recordOf(place, 'u0')).raw.cn, 'Another name')
  assert.equal((await recordOf(place, 'u1')).isDeleted, true)
  // Restored from a backup, or another server: its numbers mean nothing.
  fake.replica.invocationId = '6f9619ff-8b86-d011-b42d-00c04fc964ff'
  assert.deepEqual(await readCounts(place), ['full', 29, 0, 0])
  assert.deepEqual(await readCounts(place), ['delta', 0, 0, 0])
})

test('a directory that ends early, or refuses, is told by its cause; nobody is absent for it', async () => {
  for (let number = 0; number < 12; number++) addUser(`e${number}`)
  const place = await createSource({ delta: 'none' })
  await readCounts(place)
  const reasonOf = async () => {
    const started = await harness.send('POST', `${place}/reads`, { body: { mode: 'full' } })
    await harness.work()
    const { body } = await harness.send('GET', `/api/v1/organizations/acme/source-reads/${started.body.id}`)
    if (body.state === 'reading')
      await harness.send('POST', `/api/v1/organizations/acme/source-reads/${started.body.id}/cancel`)
    return body.errorReason
  }
  const answers = [
    [{ code: 4 }, 'tooLarge'],
    [{ code: 3 }, 'timedOut'],
    [{ code: 10 }, 'misconfigured'],
    [{ code: 32 }, 'notFound'],
    [{ code: 50 }, 'unauthorized'],
    [{ code: 51 }, 'throttled'],
    ['reset', 'unreachable'],
  ] as const
  for (const [fault, reason] of answers) {
    fake.failNext('search', fault)
    assert.equal(await reasonOf(), reason, JSON.stringify(fault))
  }
  const wrong = await harness.send('PATCH', place, {
    body: { credentials: { kind: 'basic', user: fakeBind.dn, password: 'wrong' } },
  })
  assert.equal(wrong.status, 200, JSON.stringify(wrong.body))
  const tried = await harness.send('POST', `${place}/test`)
  assert.deepEqual([tried.body.isWorking, tried.body.reason], [false, 'unauthorized'])
  const { body } = await harness.send('GET', `${place}/records?limit=200&total=true`)
  assert.ok(
    body.data.every(({ absentReads, isDeleted }: Record<string, unknown>) => absentReads === 0 && isDeleted === false),
  )
})
