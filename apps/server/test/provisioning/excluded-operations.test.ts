import assert from 'node:assert/strict'
import { test } from 'node:test'
import { provisioningRules } from '@rollcall/admin-api'
import { simpleRules } from '../harness/provisioning-app.ts'
import { createAppCaller, makePlan, toPersonId } from './app-caller.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'
import { createReconcileScene, tamper } from './reconcile-scene.ts'

const everyone = provisioningRules.parse({ ...simpleRules, assignment: 'everyone' })
const onlyA = provisioningRules.parse({
  ...everyone,
  users: {
    ...everyone.users,
    scope: { groups: [[{ attribute: 'displayName', operator: 'REGEX MATCH', value: 'A.*' }]] },
  },
})
const holds = '/api/v1/organizations/acme/app-holds'

type Item = { readonly name: string }

const activeNames = ({ fake }: EngineHarness): readonly unknown[] =>
  fake.users.all().flatMap(({ resource }) => (resource['active'] === true ? [resource['displayName']] : []))

test('who is left out of a plan about rules waits by name in a hold, however few they are, until somebody decides', async () => {
  await using harness = await createEngineHarness({ rules: everyone })
  const call = await createAppCaller(harness)
  const ids: string[] = []
  for (let index = 0; index < 8; index++)
    ids.push(await harness.createPerson(`p${index}@example.com`, { displayName: `${index < 2 ? 'A' : 'B'}${index}` }))
  await harness.settle()
  assert.equal((await call('POST', '/rules', { rules: onlyA })).status, 201)
  const plan = await makePlan(harness, call)
  assert.equal(plan.counts.disable, 6)
  const place = `/plans/${plan.id}`
  const left = await call('POST', `${place}/exclude`, { objects: ids.slice(2, 5).map(toPersonId) })
  assert.deepEqual([left.status, left.body.counts.excluded, left.body.counts.disable], [200, 3, 6])
  const back = await call('POST', `${place}/include`, { objects: ids.slice(4, 5).map(toPersonId) })
  assert.equal(back.body.counts.excluded, 2)
  const listed = await call('GET', `${place}/operations?state=excluded`)
  assert.deepEqual(listed.body.data.map(({ object }: { object: Item }) => object.name).toSorted(), ['B2', 'B3'])
  const applied = await call('POST', `${place}/apply`)
  assert.deepEqual([applied.status, applied.body.applied], [200, 4])
  await harness.settle()
  assert.deepEqual([...activeNames(harness)].sort(), ['A0', 'A1', 'B2', 'B3'])
  const [hold] = (await call('GET', `${holds}?state=open`)).body.data
  assert.deepEqual([hold.class, hold.heldCount], ['disable', 2])
  const items = (await call('GET', `${holds}/${hold.id}/items?state=held`)).body.data
  assert.deepEqual(items.map(({ name }: Item) => name).toSorted(), ['B2', 'B3'])
  // It stays there when somebody looks after holds, and goes on when it is approved.
  await harness.pass(120_000)
  assert.equal((await call('POST', `${holds}/${hold.id}/approve`, { objects: [toPersonId(ids[2] ?? '')] })).status, 200)
  await harness.settle()
  assert.deepEqual([...activeNames(harness)].sort(), ['A0', 'A1', 'B3'])
})

test('what is created and changed by rules cannot be left out of their plan; nothing can be moved in one that was applied', async () => {
  await using harness = await createEngineHarness({ rules: provisioningRules.parse(simpleRules) })
  const call = await createAppCaller(harness)
  const id = await harness.createPerson('ada@example.com', { displayName: 'Ada' })
  await harness.settle()
  const plan = await makePlan(harness, call, { assign: [toPersonId(id)] })
  const refused = await call('POST', `/plans/${plan.id}/exclude`, { operations: ['create'] })
  assert.deepEqual([refused.status, /follows from the rules/.test(refused.body.detail)], [409, true])
  assert.equal((await call('POST', `/plans/${plan.id}/exclude`, {})).status, 400)
  assert.equal((await call('POST', `/plans/${plan.id}/apply`)).status, 200)
  assert.equal((await call('POST', `/plans/${plan.id}/exclude`, { operations: ['create'] })).status, 409)
})

test('of a reconciliation one account is tried first: all others are left out, and found again by the next', async () => {
  await using scene = await createReconcileScene()
  const { harness, call, reconcile, enforce, hire, keyOf } = scene
  const names = ['ada', 'bob', 'cy']
  const [ada = ''] = await hire(...names)
  for (const name of names) tamper(scene, `${name}@example.com`, { displayName: 'Mallory' })
  const { result } = await reconcile('enforce')
  const only = await call('POST', `/plans/${result.plan}/exclude`, { objects: [toPersonId(ada)], others: true })
  assert.equal(only.body.counts.excluded, 2)
  const applied = await call('POST', `/plans/${result.plan}/apply`)
  assert.deepEqual([applied.status, applied.body.applied, applied.body.changed], [200, 1, 0])
  await harness.settle()
  await harness.pass(60_000)
  const shown = () => names.map((name) => harness.fake.users.get(keyOf(`${name}@example.com`))?.resource['displayName'])
  assert.deepEqual(shown(), ['ada', 'Mallory', 'Mallory'])
  const { applied: rest } = await enforce()
  assert.equal(rest.applied, 2)
  assert.deepEqual(shown(), names)
})
