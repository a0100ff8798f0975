import assert from 'node:assert/strict'
import { test } from 'node:test'
import { profileOf } from '../../src/provisioning/targets/scim/open-target.ts'
import { createFakeTarget } from './fake-target/fake-target.ts'
import { inProcess, openFake } from './fake-target/open-fake.ts'
import {
  before,
  changeAccount,
  changeGroup,
  enterprise,
  held,
  memberCases,
  quirkCases,
  valueOf,
} from './quirk-cases.ts'

for (const { name, quirks, profile } of quirkCases) {
  test(`${name}: accounts and groups are changed rightly, and nothing that others wrote is lost`, async () => {
    const fake = createFakeTarget({ quirks })
    const target = openFake(fake, { profile, send: inProcess(fake) })
    await changeAccount(fake, target)
    await changeGroup(fake, target)
  })
}

for (const { name, quirks, profile } of memberCases) {
  test(`members of a group are right in the end: ${name}`, async () => {
    const fake = createFakeTarget({ quirks })
    await changeGroup(fake, openFake(fake, { profile, send: inProcess(fake) }))
  })
}

test('a group that can only be written whole and does not show its members is not written: it would be emptied', async () => {
  const fake = createFakeTarget({ quirks: { hasPatch: false, showsMembers: false } })
  const target = openFake(fake, { profile: { writes: 'put', showsMembers: false }, send: inProcess(fake) })
  const group = valueOf(await target.create('team', { displayName: 'Sales' }))
  const renamed = await target.update('team', { key: group.key, before: null, after: { displayName: 'Sellers' } })
  assert.deepEqual([renamed.kind, renamed.kind !== 'done' && renamed.reason], ['broken', 'ProfileWrong'])
})

test('a server that answers a search with everybody links nobody', async () => {
  const fake = createFakeTarget({ quirks: { ignoresFilters: true } })
  fake.users.insert({ userName: 'somebody' }, { by: 'foreign' })
  const found = await openFake(fake, { send: inProcess(fake) }).find('user', [{ attribute: 'userName', value: 'anna' }])
  assert.deepEqual([found.kind, found.kind !== 'done' && found.reason], ['broken', 'FilterIgnored'])
})

test('an attribute that cannot be changed after creation is not sent again', async () => {
  const fake = createFakeTarget()
  const target = openFake(fake, { profile: { fixedAttributes: ['externalId'] }, send: inProcess(fake) })
  const made = valueOf(await target.create('user', before))
  valueOf(await target.update('user', { key: made.key, before, after: { ...before, externalId: 'p2', title: 'Boss' } }))
  assert.deepEqual(held(fake, made.key).externalId, 'p1')
  const sent = fake.seen.at(-1)?.body as { readonly Operations: unknown } | undefined
  assert.deepEqual(sent?.Operations, [{ op: 'replace', path: 'title', value: 'Boss' }])
})

test("Entra's two shapes are sent as Entra sends them", async () => {
  const shapes = new Map<string, unknown>()
  for (const [name, profile] of Object.entries({
    old: { operationCase: 'capitalised', booleans: 'text', newElements: 'path', memberRemoval: 'values' },
    flag: { patchForm: 'dotted', newElements: 'path' },
  } as const)) {
    const fake = createFakeTarget()
    const target = openFake(fake, { profile, send: inProcess(fake) })
    const account = fake.users.insert({ userName: 'anna', emails: [{ type: 'work', value: 'a' }] }, { by: 'foreign' })
    await target.update('user', {
      key: account.id,
      before: { active: true, nickName: null, 'emails[type eq "work"].value': 'a', [`${enterprise}:division`]: 'X' },
      after: {
        active: false,
        'name.givenName': 'K',
        'emails[type eq "work"].value': 'b',
        [`${enterprise}:division`]: 'A',
      },
    })
    const group = fake.groups.insert({ displayName: 'Sales' }, { by: 'foreign' })
    const { body } = fake.seen.at(-1) ?? {}
    await target.changeMembers({ key: group.id, add: [], remove: ['u1'] })
    const last = fake.seen.at(-1)?.body
    shapes.set(
      name,
      [body, last].map((sent) => (sent as { readonly Operations: unknown }).Operations),
    )
  }
  assert.deepEqual(shapes.get('old'), [
    [
      { op: 'Replace', path: 'active', value: 'False' },
      { op: 'Replace', path: 'name.givenName', value: 'K' },
      { op: 'Replace', path: `${enterprise}:division`, value: 'A' },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'b' },
    ],
    [{ op: 'Remove', path: 'members', value: [{ value: 'u1' }] }],
  ])
  assert.deepEqual(shapes.get('flag'), [
    [
      { op: 'replace', value: { active: false, 'name.givenName': 'K', [`${enterprise}:division`]: 'A' } },
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'b' },
    ],
    [{ op: 'remove', path: 'members[value eq "u1"]' }],
  ])
})

test('CON-F11: a preset for each app, a page size for each target, and a ServiceProviderConfig that is read once in ten minutes', async () => {
  let nowMs = 0
  const fake = createFakeTarget({ quirks: { pageMax: 30 }, now: () => nowMs })
  for (let at = 0; at < 60; at += 1) fake.users.insert({ userName: `u${at}` }, { by: 'foreign' })
  const countAsked = (): readonly (string | null)[] =>
    fake.seen.filter(({ path }) => path === '/Users').map(({ query }) => query.get('count'))
  const own = { kind: 'scim', baseUrl: fake.baseUrl } as const
  // AWS takes 50 a page, and so its preset says; this server says 30; an administrator wants 10.
  for (const [profile, expected] of [
    [profileOf({ preset: 'aws-identity-center', target: { ...own, profile: {} } }), '30'],
    [profileOf({ preset: 'aws-identity-center', target: { ...own, profile: { pageSize: 10 } } }), '10'],
  ] as const) {
    const target = openFake(fake, { profile, send: inProcess(fake), now: () => nowMs })
    fake.clearCounts()
    valueOf(await target.list('user', undefined))
    valueOf(await target.list('user', '11'))
    assert.equal(countAsked().at(-1), expected)
    assert.equal(fake.counts.get('GET /ServiceProviderConfig'), 1)
    nowMs += 10 * 60_000
    valueOf(await target.list('user', undefined))
    assert.equal(fake.counts.get('GET /ServiceProviderConfig'), 2)
  }
  const without = createFakeTarget({ quirks: { hasServiceProviderConfig: false } })
  const target = openFake(without, { send: inProcess(without) })
  for (let count = 0; count < 3; count += 1) valueOf(await target.list('user', undefined))
  assert.equal(without.counts.get('GET /ServiceProviderConfig'), 1)
})
