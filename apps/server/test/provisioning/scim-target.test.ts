import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Outcome } from '../../src/provisioning/targets/target.ts'
import { createFakeTarget, faults, startFakeTarget } from './fake-target/fake-target.ts'
import { inProcess, openFake } from './fake-target/open-fake.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const anna = {
  userName: 'anna@example.com',
  externalId: 'p1',
  active: true,
  'name.givenName': 'Anna',
  'emails[type eq "work"].value': 'anna@example.com',
  [`${enterprise}:department`]: 'Sales',
  [`${enterprise}:manager`]: null,
}

function valueOf<Value>(outcome: Outcome<Value>): Value {
  if (outcome.kind === 'done') return outcome.value
  assert.fail(`${outcome.kind} ${outcome.reason}: ${outcome.detail}`)
}

test('an account is created, found, changed by the least, disabled and deleted', async () => {
  await using fake = await startFakeTarget()
  const target = openFake(fake)
  const made = valueOf(await target.create('user', anna))
  const stored = fake.users.get(made.key)?.resource
  assert.deepEqual(stored, {
    id: made.key,
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
    userName: 'anna@example.com',
    externalId: 'p1',
    active: true,
    name: { givenName: 'Anna' },
    emails: [{ type: 'work', value: 'anna@example.com' }],
    [enterprise]: { department: 'Sales' },
  })

  const byId = valueOf(await target.find('user', [{ attribute: 'externalId', value: 'p1' }]))
  const byMail = valueOf(
    await target.find('user', [{ attribute: 'emails[type eq "work"].value', value: 'ANNA@example.com' }]),
  )
  assert.deepEqual([byId[0]?.key, byMail[0]?.key], [made.key, made.key])
  assert.deepEqual(valueOf(await target.find('user', [{ attribute: 'userName', value: 'nobody' }])), [])

  const after = { ...anna, active: false, 'emails[type eq "work"].value': 'anna@example.org' }
  valueOf(await target.update('user', { key: made.key, before: anna, after }))
  assert.deepEqual(fake.seen.at(-1)?.body, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [
      { op: 'replace', path: 'active', value: false },
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'anna@example.org' },
    ],
  })
  assert.equal(valueOf(await target.remove('user', made.key)), null)
  assert.equal((await target.get('user', made.key)).kind, 'missing')
})

test('an account whose state is unknown is read once, and gets all that is managed', async () => {
  await using fake = await startFakeTarget()
  const found = fake.users.insert({ userName: 'anna@example.com', title: 'old', nickName: 'A' }, { by: 'foreign' })
  const target = openFake(fake)
  const after = { ...anna, title: null, displayName: null }
  valueOf(await target.update('user', { key: found.id, before: null, after }))
  assert.deepEqual(
    [...fake.counts],
    [
      ['GET /Users/…', 1],
      ['PATCH /Users/…', 1],
    ],
  )
  const { nickName, title, emails } = fake.users.get(found.id)?.resource ?? {}
  assert.deepEqual(
    { nickName, title, emails },
    { nickName: 'A', title: undefined, emails: [{ type: 'work', value: 'anna@example.com' }] },
  )
})

test('members of a group are added and removed in one request', async () => {
  await using fake = await startFakeTarget()
  const target = openFake(fake)
  const people = ['a', 'b', 'c'].map((userName) => fake.users.insert({ userName }, { by: 'foreign' }).id)
  const group = valueOf(await target.create('team', { displayName: 'Sales', externalId: 't1' }))
  valueOf(await target.changeMembers({ key: group.key, add: people, remove: [] }))
  valueOf(await target.changeMembers({ key: group.key, add: [], remove: people.slice(0, 2) }))
  assert.deepEqual([...(fake.groups.get(group.key)?.members ?? [])], people.slice(2))
  assert.equal(fake.counts.get('PATCH /Groups/…'), 2)
})

test('all accounts are listed page by page', async () => {
  await using fake = await startFakeTarget()
  for (let at = 0; at < 25; at += 1) fake.users.insert({ userName: `u${at}` }, { by: 'foreign' })
  const target = openFake(fake, { profile: { pageSize: 10 } })
  const keys = new Set<string>()
  let page: string | undefined
  do {
    const found = valueOf(await target.list('user', page))
    for (const { key } of found.objects) keys.add(key)
    page = found.next
  } while (page !== undefined)
  assert.equal(keys.size, 25)
  assert.deepEqual(
    [...fake.counts],
    [
      ['GET /ServiceProviderConfig', 1],
      ['GET /Users', 3],
    ],
  )
})

test('what goes wrong is an outcome with a reason, never thrown', async () => {
  await using fake = await startFakeTarget()
  const target = openFake(fake, { profile: { requestTimeoutMs: 1_000 } })
  const outcomes = new Map<string, string>()
  for (const [name, fault] of Object.entries({
    throttled: faults.throttled({ 'Retry-After': '7' }),
    unavailable: faults.unavailable({ 'Retry-After': '1' }),
    down: faults.unavailable(),
    broken: faults.broken,
    unauthorized: faults.unauthorized,
    forbidden: faults.forbidden,
    html: faults.html,
    dropBefore: 'dropBefore',
    dropAfter: 'dropAfter',
    hang: 'hang',
  } as const)) {
    fake.fault = () => fault
    const outcome = await target.create('user', { userName: name })
    outcomes.set(name, outcome.kind === 'done' ? 'done' : `${outcome.kind} ${outcome.reason}`)
  }
  assert.deepEqual(Object.fromEntries(outcomes), {
    throttled: 'throttled TooManyRequests',
    unavailable: 'throttled Unavailable',
    down: 'uncertain ServerError',
    broken: 'uncertain ServerError',
    unauthorized: 'broken CredentialsRefused',
    forbidden: 'broken Forbidden',
    html: 'broken HtmlAnswer',
    dropBefore: 'uncertain ConnectionLost',
    dropAfter: 'uncertain ConnectionLost',
    hang: 'uncertain Timeout',
  })
  assert.deepEqual(
    fake.users.all().map(({ resource }) => resource['userName']),
    ['dropAfter'],
  )
})

test('the fake does late what it was asked, hides accounts and shows old states', async () => {
  let now = 0
  const fake = createFakeTarget({ now: () => now, quirks: { readLagMs: 1_000 } })
  const target = openFake(fake, { send: inProcess(fake) })
  fake.users.insert({ userName: 'hidden' }, { by: 'foreign', isHidden: true })
  assert.equal((await target.create('user', { userName: 'Hidden' })).kind, 'conflict')

  fake.fault = ({ method }) => (method === 'POST' ? { kind: 'late', byMs: 5_000 } : 'none')
  assert.equal((await target.create('user', { userName: 'late' })).kind, 'uncertain')
  const query = [{ attribute: 'userName', value: 'late' }]
  now = 5_500
  // It is done now, and reads do not show it yet.
  assert.deepEqual(valueOf(await target.find('user', query)), [])
  assert.equal(fake.users.size, 2)
  now = 6_500
  assert.equal(valueOf(await target.find('user', query)).length, 1)
})
