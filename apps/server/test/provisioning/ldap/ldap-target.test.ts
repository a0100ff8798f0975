import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { listLacking } from '../../../src/provisioning/export/first-values.ts'
import type { Exchange, Target } from '../../../src/provisioning/targets/target.ts'
import { type FakeLdap, startFakeLdap } from '../../ldap/fake-server/fake-server.ts'
import { failureOf, fakeSettings, openFakeDirectory, valueOf } from './open-fake-directory.ts'

const people = 'ou=People,dc=acme,dc=test'

async function open(
  context: TestContext,
  options: Parameters<typeof startFakeLdap>[0] = {},
): Promise<[FakeLdap, Target]> {
  const fake = await startFakeLdap({ tls: 'full', ...options })
  context.after(() => fake[Symbol.asyncDispose]())
  return [fake, openFakeDirectory(context, fake)]
}

const anna = { cn: 'Anna', sn: 'Schmidt', sAMAccountName: 'anna', employeeID: 'E1', accountDisabled: false }

function kindsOf(fake: FakeLdap): readonly string[] {
  return fake.requests.map(({ kind }) => kind)
}

test('an entry is known by its objectGUID, wherever others move it and whatever they call it', async (context) => {
  const [fake, target] = await open(context)
  const { key, resource } = valueOf(await target.create('user', anna))
  assert.match(key, /^[\da-f]{8}-[\da-f]{4}-/)
  assert.deepEqual(
    [resource['parentDistinguishedName'], resource['accountDisabled'], resource['employeeID']],
    [people, false, 'E1'],
  )
  fake.tree.move(fake.tree.find(`cn=Anna,${people}`), 'cn=Anne', `ou=Left,${fake.base}`)
  assert.equal(valueOf(await target.get('user', key)).resource['cn'], 'Anne')
  valueOf(await target.update('user', { key, before: null, after: { ...anna, parentDistinguishedName: people } }))
  assert.equal(fake.tree.find(`cn=Anna,${people}`).guid, key)
  assert.deepEqual(failureOf(await target.get('user', '00000000-0000-4000-8000-000000000000')), ['missing', 'Vanished'])
  assert.deepEqual(failureOf(await target.get('user', 'no id at all')), ['missing', 'Vanished'])
})

test('what a directory has already is not sent, and of the rest only what differs', async (context) => {
  const [fake, target] = await open(context)
  const { key } = valueOf(await target.create('user', anna))
  fake.requests.length = 0
  valueOf(await target.update('user', { key, before: null, after: anna }))
  assert.deepEqual(kindsOf(fake), ['search'])
  valueOf(await target.update('user', { key, before: anna, after: { ...anna, sn: 'Müller', title: null } }))
  const modified = fake.requests.filter((request) => request.kind === 'modify')
  assert.deepEqual(
    modified.map(({ changes }) => changes.map(({ operation, name, values }) => [operation, name, values.map(String)])),
    [[['replace', 'sn', ['Müller']]]],
  )
})

test('a leaver is disabled before anything else, other bits stay, and who returns is enabled last', async (context) => {
  const [fake, target] = await open(context)
  const { key } = valueOf(await target.create('user', anna))
  const entry = fake.tree.byGuid.get(key)
  // "Password never expires" was set by somebody else.
  entry?.attributes.set('useraccountcontrol', {
    name: 'userAccountControl',
    values: [Buffer.from(String(512 | 65_536))],
  })
  const control = (): string => String(entry?.attributes.get('useraccountcontrol')?.values[0])
  fake.requests.length = 0
  const left = { ...anna, cn: 'Anna (left)', title: 'Former', accountDisabled: true }
  valueOf(await target.update('user', { key, before: anna, after: left }))
  assert.deepEqual(kindsOf(fake), ['search', 'modify', 'rename', 'modify', 'search'])
  assert.equal(control(), String(512 | 65_536 | 2))
  fake.requests.length = 0
  valueOf(await target.update('user', { key, before: left, after: anna }))
  assert.deepEqual(kindsOf(fake), ['search', 'rename', 'modify', 'search'])
  assert.equal(control(), String(512 | 65_536))
})

test('what was done in part is uncertain, and the next attempt goes on from there', async (context) => {
  const [fake, target] = await open(context)
  const { key } = valueOf(await target.create('user', anna))
  const after = { ...anna, cn: 'Anna B', mail: 'not a mail' }
  const outcome = await target.update('user', { key, before: anna, after })
  assert.deepEqual(failureOf(outcome), ['uncertain', 'InvalidValue', 'mail'])
  assert.equal(fake.tree.byGuid.get(key)?.dn, `cn=Anna B,${people}`)
  assert.deepEqual(failureOf(await target.update('user', { key, before: null, after })), [
    'refused',
    'InvalidValue',
    'mail',
  ])
  valueOf(await target.update('user', { key, before: null, after: { ...after, mail: 'a@acme.test' } }))
})

test('a new account that cannot be enabled is uncertain: it is there, and found again', async (context) => {
  const [fake, target] = await open(context)
  const weak = openFakeDirectory(context, fake, { settings: fakeSettings(fake, { initialPassword: 'none' }) })
  assert.deepEqual(failureOf(await weak.create('user', anna)), ['uncertain', 'Refused'])
  assert.equal(valueOf(await weak.find('user', [{ attribute: 'employeeID', value: 'E1' }])).length, 1)
  assert.deepEqual(failureOf(await target.probe()), ['done'])
})

test('passwords are not sent without TLS, and stand in nothing that is shown', async (context) => {
  const [plain] = await open(context, { tls: 'none' })
  const unsafe = openFakeDirectory(context, plain, { settings: fakeSettings(plain, {}, 'ldap') })
  assert.deepEqual(failureOf(await unsafe.create('user', anna)), ['broken', 'TlsRequired', 'password'])
  const byItsName = { ...anna, userPassword: 'Canary-4711-secret' }
  assert.deepEqual(failureOf(await unsafe.create('user', byItsName)), ['broken', 'TlsRequired', 'userPassword'])
  assert.ok(!kindsOf(plain).includes('add'))
  const [fake] = await open(context)
  const exchanges: Exchange[] = []
  const target = openFakeDirectory(context, fake, { onExchange: (exchange) => exchanges.push(exchange) })
  valueOf(await target.create('user', { ...anna, password: 'Canary-4711-secret' }))
  assert.equal(
    fake.tree.find(`cn=Anna,${people}`).attributes.get('unicodepwd')?.values[0]?.toString(),
    '"Canary-4711-secret"',
  )
  assert.ok(exchanges.length >= 3)
  assert.doesNotMatch(JSON.stringify(exchanges), /Canary|correct-horse/)
})

test('hashes of passwords that a directory shows are neither kept nor shown', async (context) => {
  const [fake] = await open(context)
  const exchanges: Exchange[] = []
  const target = openFakeDirectory(context, fake, { onExchange: (exchange) => exchanges.push(exchange) })
  const { key } = valueOf(await target.create('user', anna))
  for (const name of ['userPassword', 'userPassword;x-old', 'sambaNTPassword', 'ms-Mcs-AdmPwd'])
    fake.tree.byGuid.get(key)?.attributes.set(name.toLowerCase(), { name, values: [Buffer.from('Canary-hash')] })
  const shown = [
    valueOf(await target.get('user', key)),
    valueOf(await target.find('user', [{ attribute: 'sAMAccountName', value: 'anna' }])),
    valueOf(await target.list('user', undefined)),
    valueOf(await target.update('user', { key, before: null, after: { ...anna, title: 'Boss' } })),
  ]
  assert.match(JSON.stringify(shown[0]), /sambaNTPassword/, 'that it is there may be seen')
  assert.doesNotMatch(JSON.stringify([shown, exchanges]), /Canary/)
})

test('names: 20 characters of sAMAccountName, taken also by a group, and a place outside of the base', async (context) => {
  const [fake, target] = await open(context)
  const longName = { ...anna, sAMAccountName: 'a'.repeat(21) }
  assert.deepEqual(failureOf(await target.create('user', longName)), ['refused', 'InvalidValue', 'sAMAccountName'])
  valueOf(await target.create('team', { cn: 'Crew', sAMAccountName: 'ANNA' }))
  assert.deepEqual(failureOf(await target.create('user', anna)), ['conflict', 'Conflict', 'sAMAccountName'])
  assert.deepEqual(valueOf(await target.find('user', [{ attribute: 'sAMAccountName', value: 'anna' }])), [])
  assert.equal(target.findHolders && valueOf(await target.findHolders('sAMAccountName', 'anna')).length, 1)
  const free = { ...anna, sAMAccountName: 'anna2' }
  const place = 'parentDistinguishedName'
  for (const [dn, reason] of [
    ['ou=Nowhere,dc=acme,dc=test', 'InvalidValue'],
    ['ou=People,dc=other,dc=test', 'InvalidValue'],
    ['People', 'InvalidValue'],
  ])
    assert.deepEqual(failureOf(await target.create('user', { ...free, [place]: dn ?? '' })), ['refused', reason, place])
  assert.deepEqual(failureOf(await target.create('user', { sn: 'x' })), ['refused', 'RequiredValueMissing', 'cn'])
  assert.deepEqual(failureOf(await target.create('user', { ...free, member: 'x' })), ['refused', 'Immutable', 'member'])
  assert.ok(fake.requests.length > 0)
})

test('a manager is written by name and shown by id', async (context) => {
  const [fake, target] = await open(context)
  const boss = valueOf(await target.create('user', { ...anna, cn: 'Boss', sAMAccountName: 'boss' }))
  const { key, resource } = valueOf(await target.create('user', { ...anna, manager: boss.key }))
  assert.equal(resource['manager'], boss.key)
  fake.tree.move(fake.tree.find(`cn=Boss,${people}`), 'cn=The Boss', undefined)
  assert.equal(valueOf(await target.get('user', key)).resource['manager'], boss.key)
  const page = valueOf(await target.list('user', undefined))
  assert.equal(page.objects.find((object) => object.key === key)?.resource['manager'], boss.key)
  fake.requests.length = 0
  valueOf(await target.update('user', { key, before: null, after: { ...anna, manager: boss.key } }))
  assert.ok(!kindsOf(fake).includes('modify'), 'the same manager by another name is no change')
})

test('members: in pieces where the directory takes fewer, in already or gone already, shown from all pieces', async (context) => {
  const [fake, target] = await open(context, { rangeMax: 7, membersMax: 10 })
  const keys: string[] = []
  for (let number = 0; number < 23; number++)
    keys.push(valueOf(await target.create('user', { cn: `P${number}`, sAMAccountName: `p${number}` })).key)
  const group = valueOf(await target.create('team', { cn: 'Crew', sAMAccountName: 'crew' }))
  const tooMany = await target.changeMembers({ key: group.key, add: keys, remove: [] })
  assert.deepEqual(failureOf(tooMany), ['refused', 'TooManyMembers'])
  for (const half of [keys.slice(0, 10), keys.slice(5, 15), keys.slice(15)])
    valueOf(await target.changeMembers({ key: group.key, add: half, remove: [] }))
  valueOf(await target.changeMembers({ key: group.key, add: [], remove: keys.slice(0, 2) }))
  valueOf(await target.changeMembers({ key: group.key, add: [], remove: keys.slice(1, 3) }))
  const { members } = valueOf(await target.get('team', group.key)).resource as { members: { value: string }[] }
  assert.deepEqual(members.map(({ value }) => value).toSorted(), keys.slice(3).toSorted())
  const stranger = '00000000-0000-4000-8000-000000000000'
  assert.deepEqual(failureOf(await target.changeMembers({ key: group.key, add: [stranger], remove: [] })), [
    'missing',
    'Vanished',
  ])
  valueOf(await target.changeMembers({ key: group.key, add: [], remove: [stranger] }))
  assert.deepEqual(failureOf(await target.changeMembers({ key: stranger, add: [], remove: [] })), [
    'missing',
    'Vanished',
  ])
  assert.ok(fake.requests.length > 0)
})

test('a list goes through all pages on one connection, and begins anew where that is lost', async (context) => {
  const [fake] = await open(context)
  const target = openFakeDirectory(context, fake, { settings: fakeSettings(fake, { pageSize: 10 }) })
  for (let number = 0; number < 25; number++)
    valueOf(await target.create('user', { cn: `P${number}`, sAMAccountName: `p${number}` }))
  const sizes: number[] = []
  const seen = new Set<string>()
  let page: string | undefined
  do {
    const { objects, next } = valueOf(await target.list('user', page))
    sizes.push(objects.length)
    for (const { key, name } of objects) seen.add(`${key} ${name}`)
    page = next
  } while (page !== undefined)
  assert.deepEqual([sizes, seen.size], [[10, 10, 5], 25])
  const { next } = valueOf(await target.list('user', undefined))
  await fake.goDown()
  assert.deepEqual(failureOf(await target.list('user', next)), ['uncertain', 'ConnectionLost'])
  await fake.comeUp()
  assert.equal(valueOf(await target.list('user', next)).objects.length, 10)
})

test('previews read and write nothing', async (context) => {
  const [fake] = await open(context)
  const exchanges: Exchange[] = []
  const target = openFakeDirectory(context, fake, {
    isRehearsal: true,
    onExchange: (exchange) => exchanges.push(exchange),
  })
  valueOf(await target.create('user', anna))
  assert.deepEqual(
    exchanges.map(({ method, path }) => [method, path]),
    [['ADD', `cn=Anna,${people}`]],
  )
  assert.ok(!kindsOf(fake).some((kind) => kind !== 'bind'))
})

/** RFC 4511 appendix A, and what becomes of it. */
const table: readonly (readonly [
  request: 'search' | 'add' | 'modify' | 'bind',
  code: number,
  said: string,
  meaning: readonly string[],
])[] = [
  ['bind', 49, '80090308: data 52e', ['broken', 'CredentialsRefused']],
  ['bind', 8, '', ['broken', 'TlsRequired']],
  ['bind', 51, '', ['throttled', 'TooManyRequests']],
  ['bind', 52, '', ['throttled', 'Unavailable']],
  ['search', 32, '', ['broken', 'EndpointNotFound']],
  ['search', 50, '', ['broken', 'Forbidden']],
  ['search', 18, '', ['broken', 'FilterNotSupported']],
  ['search', 51, '', ['throttled', 'TooManyRequests']],
  ['search', 3, '', ['uncertain', 'Timeout']],
  ['search', 10, '', ['broken', 'Redirected']],
  ['add', 68, '', ['conflict', 'Conflict']],
  ['add', 19, '000021C8: problem 1005 (userPrincipalName)', ['conflict', 'Conflict', 'userPrincipalName']],
  ['add', 19, 'problem 1005 (CONSTRAINT_ATT_TYPE), Att 1 (sn)', ['refused', 'InvalidValue', 'sn']],
  ['add', 21, 'sn: value #0 invalid per syntax', ['refused', 'InvalidValue', 'sn']],
  ['add', 17, 'foo: attribute type undefined', ['refused', 'InvalidPath']],
  ['add', 65, "object class 'inetOrgPerson' requires attribute 'sn'", ['refused', 'RequiredValueMissing', 'sn']],
  ['add', 65, "attribute 'sn' not allowed", ['refused', 'InvalidPath', 'sn']],
  ['add', 50, '', ['broken', 'Forbidden']],
  ['add', 53, '', ['refused', 'Refused']],
  ['add', 51, '', ['throttled', 'TooManyRequests']],
  ['add', 52, '', ['uncertain', 'ServerError']],
  ['add', 80, '', ['uncertain', 'ServerError']],
]

test('each result code has one meaning for the engine', async (context) => {
  const [fake] = await open(context)
  const wide = { ...anna, userPrincipalName: 'anna@acme.test' }
  for (const [request, code, said, meaning] of table) {
    const target = openFakeDirectory(context, fake)
    fake.failNext(request, { code, said })
    const outcome = await (request === 'add'
      ? target.create('user', wide)
      : target.find('user', [{ attribute: 'sn', value: 'x' }]))
    assert.deepEqual(failureOf(outcome), meaning, `${request} ${code} ${said}`)
  }
})

test('a lost or late answer is uncertain, nobody at the door is certain, and a wrong password is nobody’s fault but ours', async (context) => {
  const [fake, target] = await open(context)
  for (const [fault, meaning] of [
    ['reset', 'ConnectionLost'],
    ['resetAfter', 'ConnectionLost'],
    ['silent', 'Timeout'],
  ] as const) {
    fake.failNext('add', fault)
    assert.deepEqual(failureOf(await target.create('user', { ...anna, cn: fault, sAMAccountName: fault })), [
      'uncertain',
      meaning,
    ])
  }
  assert.equal(valueOf(await target.find('user', [{ attribute: 'cn', value: 'resetAfter' }])).length, 1)
  assert.equal(valueOf(await target.find('user', [{ attribute: 'cn', value: 'reset' }])).length, 0)
  const wrong = openFakeDirectory(context, fake, { password: 'battery' })
  assert.deepEqual(failureOf(await wrong.probe()), ['broken', 'CredentialsRefused'])
  const elsewhere = openFakeDirectory(context, fake, {
    settings: { ...fakeSettings(fake), usersDn: `ou=Nobody,${fake.base}` },
  })
  assert.deepEqual(failureOf(await elsewhere.probe()), ['broken', 'EndpointNotFound'])
  valueOf(await target.probe())
  await fake.goDown()
  assert.deepEqual(failureOf(await openFakeDirectory(context, fake).probe()), ['broken', 'ConnectionRefused'])
})

test('values with signs of filters and names find and name exactly themselves', async (context) => {
  const [fake, target] = await open(context)
  const odd = 'Ann*a)(cn=*,ou=x+"\\<#>; '
  const { key } = valueOf(await target.create('user', { ...anna, cn: odd, description: odd }))
  valueOf(await target.create('user', { ...anna, cn: 'Other', sAMAccountName: 'other' }))
  const found = valueOf(await target.find('user', [{ attribute: 'description', value: odd }]))
  assert.deepEqual(
    found.map((object) => object.key),
    [key],
  )
  assert.equal(valueOf(await target.find('user', [{ attribute: 'description', value: '*' }])).length, 0)
  valueOf(await target.update('user', { key, before: null, after: { ...anna, cn: `${odd}2` } }))
  assert.equal(fake.tree.byGuid.get(key)?.attributes.get('cn')?.values[0]?.toString(), `${odd}2`)
  valueOf(await target.remove('user', key))
  assert.deepEqual(failureOf(await target.remove('user', key)), ['missing', 'Vanished'])
})

test('what is given only where there is nothing leaves alone what a directory has, in any case of its name', () => {
  const object = { key: 'x', resource: { Description: 'mine', title: '' } }
  assert.deepEqual(listLacking({ description: 'a', title: 'b', info: 'c' }, object, 'user'), { title: 'b', info: 'c' })
})
