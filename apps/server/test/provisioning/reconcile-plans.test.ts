import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startDueReconciliations } from '../../src/provisioning/reconcile/schedule.ts'
import { workOffAllRuns } from '../../src/run-kinds.ts'
import { simpleRules } from '../harness/provisioning-app.ts'
import { createReconcileScene, tamper } from './reconcile-scene.ts'

const dayMs = 86_400_000
const otherRules = { ...simpleRules, users: { ...simpleRules.users, onVanished: 'unlink' } }

test('a plan of a reconciliation does nothing before it is applied, once, and nothing to what changed meanwhile', async () => {
  await using scene = await createReconcileScene()
  const { harness, call, reconcile, hire, keyOf } = scene
  const { fake } = harness
  const [, bob = ''] = await hire('ada', 'bob')
  for (const name of ['ada', 'bob']) tamper(scene, `${name}@example.com`, { displayName: 'Mallory' })
  const { result } = await reconcile('enforce')
  fake.clearCounts()
  await harness.settle()
  await harness.pass(60_000)
  assert.equal(fake.requests, 0)

  // What changes here goes its ordinary way and is not what was approved.
  await harness.patchPerson(bob, [{ op: 'replace', path: 'displayName', value: 'Robert' }])
  const applied = await call('POST', `/plans/${result.plan}/apply`)
  assert.deepEqual([applied.status, applied.body.applied, applied.body.changed], [200, 1, 1])
  await harness.settle()
  await harness.pass(60_000)
  const names = ['ada', 'bob'].map((name) => fake.users.get(keyOf(`${name}@example.com`))?.resource['displayName'])
  assert.deepEqual(names, ['ada', 'Robert'])
  assert.equal((await call('POST', `/plans/${result.plan}/apply`)).status, 409)
})

test('a plan of a reconciliation is stale after a day, after other rules and after another one; it is made anew', async () => {
  await using scene = await createReconcileScene()
  const { harness, call, reconcile, workOff, hire, keyOf } = scene
  await hire('ada')
  tamper(scene, 'ada@example.com', { displayName: 'Mallory' })
  const first = await reconcile('enforce')
  await reconcile()
  const superseded = await call('POST', `/plans/${first.result.plan}/apply`)
  assert.deepEqual([superseded.status, /reconciled again/.test(superseded.body.detail)], [409, true])

  const second = await reconcile('enforce')
  harness.server.clock.advance(dayMs)
  const old = await call('POST', `/plans/${second.result.plan}/apply`)
  assert.deepEqual([old.status, /older than a day/.test(old.body.detail)], [409, true])

  const renewed = await call('POST', `/plans/${second.result.plan}/renew`)
  assert.deepEqual([renewed.status, renewed.body.state, renewed.body.reconciliation], [201, 'planning', 'enforce'])
  assert.equal((await call('GET', `/plans/${second.result.plan}`)).body.state, 'discarded')
  await workOff()
  assert.equal((await call('POST', '/rules', { rules: otherRules })).status, 201)
  const rules = await call('POST', '/plans', {})
  await workOff()
  assert.equal((await call('POST', `/plans/${rules.body.id}/apply`)).status, 200)
  const moved = await call('POST', `/plans/${renewed.body.id}/apply`)
  assert.deepEqual([moved.status, /Other rules went live/.test(moved.body.detail)], [409, true])
  const last = await call('POST', `/plans/${renewed.body.id}/renew`)
  await workOff()
  assert.equal((await call('POST', `/plans/${last.body.id}/apply`)).status, 200)
  await harness.settle()
  assert.equal(harness.fake.users.get(keyOf('ada@example.com'))?.resource['displayName'], 'ada')
})

test('many accounts that are gone are made anew by a plan alone', async () => {
  await using scene = await createReconcileScene()
  const { harness, reconcile, enforce, hire, keyOf } = scene
  const names = Array.from({ length: 12 }, (_, index) => `p${index}`)
  await hire(...names)
  for (const name of names) harness.fake.users.remove(keyOf(`${name}@example.com`))
  await reconcile()
  await harness.pass(60_000)
  assert.equal(harness.fake.users.size, 0)
  const { plan, applied } = await enforce()
  assert.deepEqual([plan.summary, applied.applied], ['create 12', 12])
  assert.equal(harness.fake.users.size, 12)
})

test('a reconciliation that is stopped goes on behind the last page, and apps are reconciled by themselves as their settings say', async () => {
  await using scene = await createReconcileScene({ profile: { pageSize: 5 }, quirks: { pageMax: 5 } })
  const { harness, call, workOff } = scene
  const { fake, server } = harness
  for (let index = 0; index < 30; index++)
    fake.users.insert({ userName: `p${index}@example.com`, active: true }, { by: 'foreign' })
  const runs = async () => (await call('GET', '/api/v1/organizations/acme/runs?kind=app.reconcile')).body.data

  // The first look sets the time, spread over the week.
  await startDueReconciliations(server.database, server.clock(), new AbortController().signal)
  const { nextAt } = (await call('GET', '/reconciliation')).body
  const waitMs = Date.parse(nextAt) - server.clock().getTime()
  assert.ok(waitMs >= 0 && waitMs < 7 * dayMs, nextAt)
  assert.equal((await runs()).length, 0)
  server.clock.advance(waitMs)
  await startDueReconciliations(server.database, server.clock(), new AbortController().signal)
  await startDueReconciliations(server.database, server.clock(), new AbortController().signal)
  assert.equal((await runs()).length, 1)
  assert.equal(Date.parse((await call('GET', '/reconciliation')).body.nextAt), server.clock().getTime() + 7 * dayMs)

  // Killed in the middle of the third page.
  await harness.engine.close()
  const stopping = new AbortController()
  fake.clearCounts()
  fake.fault = () => {
    if (fake.requests >= 3) stopping.abort()
    return 'none'
  }
  await workOffAllRuns(server.application.parts, stopping.signal)
  assert.equal((await runs())[0].state, 'queued')
  fake.fault = () => 'none'
  await workOff()
  const [run] = await runs()
  assert.deepEqual([run.state, run.result.policy, run.result.orphan], ['done', 'report', 30])
  const listed = [...fake.counts].filter(([name]) => name.startsWith('GET /Users')).map(([, count]) => count)
  assert.ok(listed.reduce((sum, count) => sum + count, 0) <= 8, String(listed))

  const { settings } = (await call('GET', '')).body
  const reconciliation = { every: 'monthly', policy: 'adopt' }
  assert.equal((await call('PATCH', '', { settings: { ...settings, reconciliation } })).status, 200)
  server.clock.advance(7 * dayMs)
  await startDueReconciliations(server.database, server.clock(), new AbortController().signal)
  await workOff()
  const [adopting] = await runs()
  assert.deepEqual([adopting.result.policy, adopting.createdBy], ['adopt', 'system'])
  assert.equal((await call('GET', `/plans/${adopting.result.plan}`)).body.state, 'ready')
  assert.equal(Date.parse((await call('GET', '/reconciliation')).body.nextAt), server.clock().getTime() + 30 * dayMs)
  const off = { every: 'off', policy: 'report' }
  assert.equal((await call('PATCH', '', { settings: { ...settings, reconciliation: off } })).status, 200)
  server.clock.advance(60 * dayMs)
  await startDueReconciliations(server.database, server.clock(), new AbortController().signal)
  assert.equal((await runs()).length, 2)
  assert.equal((await call('GET', '/reconciliation')).body.nextAt, null)
})
