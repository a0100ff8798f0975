import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TargetProfileInput, TargetSettings } from '@rollcall/admin-api'
import { qualify, type Qualification } from '../../src/provisioning/targets/scim/qualify/qualify.ts'
import { createFakeTarget, faults, type FakeTarget } from './fake-target/fake-target.ts'
import { inProcess, openFake } from './fake-target/open-fake.ts'
import type { FakeQuirks } from './fake-target/quirks.ts'
import { changeAccount, changeGroup, memberCases, quirkCases } from './quirk-cases.ts'

/** A fake, a clock that sleeping moves, and a run on them. */
function createScene(quirks: Partial<FakeQuirks>) {
  let nowMs = Date.UTC(2026, 10, 26)
  const fake = createFakeTarget({ quirks, now: () => nowMs })
  const run = (profile: TargetProfileInput = {}, preset: string | null = null): Promise<Qualification> => {
    const target: TargetSettings = { kind: 'scim', baseUrl: fake.baseUrl, profile }
    return qualify(
      { preset, target, credentials: { kind: 'bearer', token: fake.token } },
      {
        send: inProcess(fake),
        now: () => nowMs,
        sleep: async (milliseconds) => {
          nowMs += milliseconds
        },
        pacer: { take: () => Promise.resolve({ isGiven: true } as const), report: () => undefined },
        signal: new AbortController().signal,
        tag: '7f3a',
        domain: 'example.com',
      },
    )
  }
  return { fake, run }
}

function isEmpty(fake: FakeTarget): boolean {
  return fake.users.size === 0 && fake.groups.size === 0
}

test('ENG-32: a run finds what each kind of server does otherwise, cleans up, and accounts and groups are then changed rightly', async () => {
  for (const { name, quirks } of [...quirkCases, ...memberCases]) {
    const { fake, run } = createScene(quirks)
    const { found, failure, leftBehind, requests } = await run()
    assert.deepEqual([failure, leftBehind, isEmpty(fake)], [null, [], true], name)
    assert.ok(requests < 120, `${name}: ${requests} requests`)
    const target = openFake(fake, { profile: found, send: inProcess(fake) })
    await changeAccount(fake, target)
    await changeGroup(fake, target)
  }
  // What was set by hand is neither tried otherwise nor overwritten; what the preset knows is no finding.
  const { run } = createScene({ hasPatch: false })
  assert.equal((await run({ writes: 'patch' })).found.writes, undefined)
  assert.equal((await run({}, 'okta-style')).found.writes, undefined)
  assert.equal((await run()).found.writes, 'put')
})

const findings: readonly (readonly [string, Partial<FakeQuirks>, TargetProfileInput])[] = [
  ['a good server', {}, {}],
  ['no externalId', { keepsExternalId: false }, { keepsExternalId: false }],
  ['no groups', { hasGroups: false }, { hasGroups: false }],
  ['userName with its case', { isCaseExact: true }, { isCaseExact: true }],
  ['searches by userName only', { filterable: ['userName'] }, { filterable: ['userName'] }],
  ['pages counted from 0', { startIndexBase: 0 }, { startIndexBase: 0 }],
  ['50 members a request', { membersMax: 50 }, { membersMax: 50 }],
  ['`active` is ignored', { ignoresActive: true }, { canDisable: false }],
  ['members that are not shown', { showsMembers: false }, { showsMembers: false }],
  ['removal by path without effect', { memberPathRemoval: 'ignored' }, { memberRemoval: 'values' }],
  [
    'no removal but by writing all',
    { memberPathRemoval: 'refused', memberListRemoval: 'all' },
    { memberRemoval: 'whole' },
  ],
  ['adding replaces', { addReplacesMembers: true }, { memberAdding: 'whole' }],
]

for (const [name, quirks, expected] of findings)
  test(`a qualification of an app finds nothing but what it does otherwise: ${name}`, async () => {
    const { fake, run } = createScene(quirks)
    const { found } = await run()
    assert.deepEqual(found, expected)
    assert.ok(isEmpty(fake))
  })

test('how long a search lags behind is measured', async () => {
  const { run } = createScene({ readLagMs: 3_000 })
  const { found, failure } = await run()
  assert.equal(failure, null)
  assert.ok((found.readLagMs ?? 0) >= 3_000, String(found.readLagMs))
})

test('what cannot be deleted is disabled and named', async () => {
  for (const quirks of [{ hasDelete: false }, { deleteOnlyDisables: true }]) {
    const { fake, run } = createScene(quirks)
    const { found, leftBehind } = await run()
    assert.equal(found.canDelete, false)
    const users = fake.users.all()
    assert.deepEqual(
      users.map(({ resource }) => resource['active']),
      [false, false],
    )
    for (const { resource } of users) assert.ok(leftBehind.includes(String(resource['userName'])))
  }
})

test('an app that asks to wait is waited for; one that lets nothing be done ends the run with its reason', async () => {
  const slow = createScene({})
  slow.fake.fault = ({ number }) => (number % 3 === 0 ? faults.throttled({ 'Retry-After': '1' }) : 'none')
  assert.deepEqual([(await slow.run()).found, isEmpty(slow.fake)], [{}, true])

  const closed = createScene({})
  closed.fake.fault = () => faults.unauthorized
  const { failure, requests } = await closed.run()
  assert.deepEqual([failure?.reason, requests], ['CredentialsRefused', 1])

  const broken = createScene({})
  broken.fake.fault = ({ method, number }) => (method === 'PATCH' && number > 10 ? 'dropBefore' : 'none')
  const ended = await broken.run()
  assert.deepEqual([ended.failure?.reason, isEmpty(broken.fake)], ['ConnectionLost', true])
})

test('a server without uniqueness is told of, and both accounts are deleted again', async () => {
  const { fake, run } = createScene({ isUnique: false })
  const { notes } = await run()
  assert.deepEqual([notes, isEmpty(fake)], [['Two accounts may have the same userName'], true])
})
