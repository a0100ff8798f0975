import assert from 'node:assert/strict'
import { test } from 'node:test'
import { provisioningRules } from '@rollcall/admin-api'
import { simpleRules } from '../harness/provisioning-app.ts'
import { createAppCaller, makePlan, toPersonId } from './app-caller.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'

const everyone = provisioningRules.parse({ ...simpleRules, assignment: 'everyone' })
const onlyA = provisioningRules.parse({
  ...everyone,
  users: {
    ...everyone.users,
    scope: { groups: [[{ attribute: 'displayName', operator: 'REGEX MATCH', value: 'A.*' }]] },
  },
})
const dayMs = 86_400_000

type Operation = { readonly operation: string; readonly state: string; readonly object: { readonly name: string } }

const activeNames = ({ fake }: EngineHarness): readonly unknown[] =>
  fake.users.all().flatMap(({ resource }) => (resource['active'] === true ? [resource['displayName']] : []))

test('other rules are a plan with counts, names, old and new values and reasons; apply runs exactly it', async () => {
  await using harness = await createEngineHarness({ rules: everyone })
  const { fake } = harness
  const call = await createAppCaller(harness)
  const ids: string[] = []
  for (let index = 0; index < 40; index++)
    ids.push(await harness.createPerson(`p${index}@example.com`, { displayName: `${index < 5 ? 'A' : 'B'}${index}` }))
  await harness.settle()
  assert.equal(activeNames(harness).length, 40)
  fake.clearCounts()
  assert.equal((await call('POST', '/rules', { rules: onlyA })).status, 201)
  const direct = await call('POST', '/rules/publish', { revision: 2, withoutPlan: true })
  assert.equal(direct.status, 409)
  const made = await makePlan(harness, call)
  assert.deepEqual([made.state, made.summary, made.counts.disable, made.hasChanges], ['ready', 'disable 35', 35, true])
  const listed = await call('GET', `/plans/${made.id}/operations?operation=disable&limit=100&total=true`)
  assert.equal(listed.body.total, 35)
  const [first] = listed.body.data
  assert.deepEqual(first.modified, [{ name: 'active', before: true, after: false }])
  assert.deepEqual([first.reason, first.isDestructive, first.targetKey !== null], ['OutOfScope', true, true])
  await harness.settle()
  assert.equal(fake.requests, 0)

  // One comes into scope after all, another one leaves for another reason: neither is what was approved.
  await harness.patchPerson(ids[10] ?? '', [{ op: 'replace', path: 'displayName', value: 'A10' }])
  await harness.settle()
  const applied = await call('POST', `/plans/${made.id}/apply`)
  assert.deepEqual([applied.status, applied.body.applied, applied.body.changed], [200, 34, 1])
  assert.equal(applied.body.plan.state, 'applied')
  await harness.settle()
  // 35 are more than the 20 that pass unasked: the plan has approved them by name.
  assert.deepEqual([...activeNames(harness)].sort(), ['A0', 'A1', 'A10', 'A2', 'A3', 'A4'])
  const states = await call('GET', `/plans/${made.id}/operations?limit=100`)
  assert.ok(states.body.data.every(({ state }: Operation) => state === 'applied'))
  const again = await call('POST', `/plans/${made.id}/apply`)
  assert.equal(again.status, 409)
  const nothing = await makePlan(harness, call)
  assert.deepEqual([nothing.hasChanges, nothing.summary], [false, 'The account holds what it should.'])
})

test('the first run and assignments of many are plans too, which look for accounts and send nothing', async () => {
  await using harness = await createEngineHarness({ rules: provisioningRules.parse(simpleRules) })
  const { fake } = harness
  const call = await createAppCaller(harness)
  const ids: string[] = []
  for (let index = 0; index < 22; index++) ids.push(await harness.createPerson(`n${index}@example.com`))
  fake.users.insert({ userName: 'n3@example.com', active: true }, { by: 'foreign' })
  await harness.settle()
  const subjects = ids.map(toPersonId)
  const direct = await call('POST', '/assignments', { subjects })
  assert.deepEqual([direct.status, direct.body.code], [409, 'conflict'])
  assert.equal((await call('POST', '/assignments', { subjects: subjects.slice(0, 1) })).status, 200)
  await harness.settle()
  fake.clearCounts()
  const made = await makePlan(harness, call, { assign: subjects.slice(1) })
  assert.equal(made.summary, 'create 20, adopt 1')
  assert.deepEqual([...new Set([...fake.counts.keys()].map((name) => name.split(' ')[0]))], ['GET'])
  assert.equal((await call('GET', '/assignments?total=true')).body.total, 1)
  assert.equal((await call('POST', `/plans/${made.id}/apply`)).status, 200)
  await harness.settle()
  assert.equal(fake.users.size, 22)
  assert.equal((await call('GET', '/assignments?total=true')).body.total, 22)
})

test('a plan has base revision and expiry; applied to other rules, or after a day, it is stale', async () => {
  await using harness = await createEngineHarness({ rules: everyone })
  const call = await createAppCaller(harness)
  await harness.createPerson('ada@example.com', { displayName: 'Ada' })
  await harness.settle()
  await call('POST', '/rules', { rules: onlyA })
  const first = await makePlan(harness, call)
  const second = await makePlan(harness, call)
  assert.deepEqual([first.baseRevision, first.revision], [1, 2])
  assert.equal(Date.parse(first.expiresAt) - Date.parse(first.createdAt), dayMs)
  assert.equal((await call('POST', `/plans/${first.id}/apply`)).status, 200)
  const stale = await call('POST', `/plans/${second.id}/apply`)
  assert.deepEqual([stale.status, /make it anew by `renew`/.test(stale.body.detail)], [409, true])
  const third = await makePlan(harness, call, { revision: 1 })
  harness.server.clock.advance(dayMs)
  assert.equal((await call('POST', `/plans/${third.id}/apply`)).status, 409)
  assert.equal((await call('POST', `/plans/${third.id}/discard`)).body.state, 'discarded')
})

test('who may run apps and not decide on holds applies a plan, and the gate holds what it destroys', async () => {
  await using harness = await createEngineHarness({ rules: everyone })
  const call = await createAppCaller(harness, ['apps:read', 'apps:manage', 'apps:run'])
  for (let index = 0; index < 30; index++)
    await harness.createPerson(`p${index}@example.com`, { displayName: `B${index}` })
  await harness.settle()
  assert.equal((await call('POST', '/rules', { rules: onlyA })).status, 201)
  const made = await makePlan(harness, call)
  assert.equal(made.counts.disable, 30)
  assert.equal((await call('POST', `/plans/${made.id}/apply`)).status, 200)
  await harness.settle()
  assert.equal(activeNames(harness).length, 30)
})
