import assert from 'node:assert/strict'
import { test } from 'node:test'
import { provisioningRules, type ProvisioningRules } from '@rollcall/admin-api'
import { workOffAllRuns } from '../../src/run-kinds.ts'
import { simpleRules } from '../harness/provisioning-app.ts'
import { createAppCaller, makePlan, toPersonId, type AppAnswer, type AppCaller } from './app-caller.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'
import { applyReconciled, reconcileNow } from './reconcile-scene.ts'

const dayMs = 86_400_000
const others = ['Create', 'Update'] as const

type Operation = {
  readonly object: { readonly name: string }
  readonly operation: string
  readonly reason: string
  readonly explanation: { readonly meaning: string } | null
  readonly modified: readonly { readonly name: string; readonly before: unknown; readonly after: unknown }[]
}

/** Rules in which the displayName is made anew, and somebody may be out of scope. */
function rulesWith(change: { readonly name?: string; readonly without?: string }): ProvisioningRules {
  const { name, without } = change
  const { mappings, ...users } = simpleRules.users
  const named = { target: 'displayName', kind: 'expression', expression: `Join(" ", "${name}", [displayName])` }
  return provisioningRules.parse({
    ...simpleRules,
    users: {
      ...users,
      mappings: mappings.map((mapping) => (mapping.target === 'displayName' && name !== undefined ? named : mapping)),
      ...(without !== undefined && {
        scope: { groups: [[{ attribute: 'displayName', operator: 'NOT EQUALS', value: without }]] },
      }),
    },
  })
}

/** A plan is saved with all that somebody needs to decide, and nothing was sent for it. */
async function lookAt(
  { fake }: EngineHarness,
  call: AppCaller,
  plan: AppAnswer['body'],
): Promise<readonly Operation[]> {
  assert.equal(plan.state, 'ready')
  assert.equal(Date.parse(plan.expiresAt) - Date.parse(plan.createdAt), dayMs)
  assert.ok(plan.hasChanges)
  assert.deepEqual(
    [...fake.counts.keys()].filter((name) => !name.startsWith('GET ')),
    [],
  )
  const operations: readonly Operation[] = (await call('GET', `/plans/${plan.id}/operations?limit=100`)).body.data
  const { counts } = plan
  assert.equal(
    operations.length,
    ['create', 'adopt', 'update', 'disable', 'conflict'].reduce((sum, name) => sum + (counts[name] ?? 0), 0),
  )
  for (const { object, explanation } of operations) {
    assert.notEqual(object.name, null)
    assert.notEqual(explanation, null)
  }
  return operations.toSorted((left, right) => (left.object.name < right.object.name ? -1 : 1))
}

async function apply(harness: EngineHarness, call: AppCaller, plan: AppAnswer['body'], count: number): Promise<void> {
  harness.fake.clearCounts()
  const applied = await call('POST', `/plans/${plan.id}/apply`)
  assert.deepEqual([applied.status, applied.body.applied, applied.body.changed], [200, count, 0])
  await harness.settle()
}

test('ENG-23: first run, rules, scope, assignment of more than 20 and reconciliation give a saved plan with counts, names, old → new, reasons; apply runs exactly it; stale → refused and re-planned', async () => {
  await using harness = await createEngineHarness({ rules: simpleRules })
  const { fake } = harness
  const call = await createAppCaller(harness)
  const writes = () => [...fake.counts].filter(([name]) => !name.startsWith('GET '))
  const shown = () => fake.users.all().map(({ resource }) => [resource['displayName'], resource['active']])
  // As an app is whose first rules are saved.
  await harness.setApp({ live_revision: null, draft_revision: 1, state: 'draft' })
  const first = ['Ada', 'Bob', 'Cay']
  const ids: string[] = []
  for (const name of first) ids.push(await harness.createPerson(`${name}@example.com`, { displayName: name }))
  assert.equal((await call('POST', '/assignments', { subjects: ids.map(toPersonId) })).status, 200)
  fake.users.insert({ userName: 'cay@example.com', displayName: 'C', active: true }, { by: 'foreign' })
  await harness.settle()
  fake.clearCounts()

  // The first run.
  assert.equal((await call('POST', '/rules/publish', { revision: 1 })).status, 409)
  const started = await makePlan(harness, call)
  assert.deepEqual([started.summary, started.baseRevision, started.revision], ['create 2, adopt 1', null, 1])
  const [ada] = await lookAt(harness, call, started)
  assert.deepEqual([ada?.object.name, ada?.operation, ada?.reason], ['Ada', 'create', 'Created'])
  assert.deepEqual(
    ada?.modified.find(({ name }) => name === 'displayName'),
    {
      name: 'displayName',
      before: null,
      after: 'Ada',
    },
  )
  await apply(harness, call, started, 3)
  assert.deepEqual(writes(), [
    ['POST /Users', 2],
    ['PATCH /Users/…', 1],
  ])
  assert.deepEqual(
    shown().toSorted(),
    first.map((name) => [name, true]),
  )

  // Other rules.
  assert.equal((await call('POST', '/rules', { rules: rulesWith({ name: 'Dr' }) })).status, 201)
  assert.equal((await call('POST', '/rules/publish', { revision: 2 })).status, 409)
  fake.clearCounts()
  const renamed = await makePlan(harness, call)
  assert.equal(renamed.summary, 'update 3')
  const [changed] = await lookAt(harness, call, renamed)
  assert.deepEqual(changed?.modified, [{ name: 'displayName', before: 'Ada', after: 'Dr Ada' }])
  await apply(harness, call, renamed, 3)
  assert.deepEqual(writes(), [['PATCH /Users/…', 3]])

  // Another scope.
  assert.equal((await call('POST', '/rules', { rules: rulesWith({ name: 'Dr', without: 'Bob' }) })).status, 201)
  fake.clearCounts()
  const scoped = await makePlan(harness, call)
  assert.equal(scoped.summary, 'disable 1')
  const [left] = await lookAt(harness, call, scoped)
  assert.deepEqual(
    [left?.object.name, left?.reason, left?.modified],
    ['Bob', 'OutOfScope', [{ name: 'active', before: true, after: false }]],
  )
  await apply(harness, call, scoped, 1)
  assert.deepEqual(writes(), [['PATCH /Users/…', 1]])

  // Assignments of more than 20.
  const many: string[] = []
  for (let index = 0; index < 21; index++)
    many.push(toPersonId(await harness.createPerson(`n${index}@example.com`, { displayName: `N${index}` })))
  await harness.settle()
  assert.equal((await call('POST', '/assignments', { subjects: many })).status, 409)
  fake.clearCounts()
  const assigned = await makePlan(harness, call, { assign: many })
  assert.equal(assigned.summary, 'create 21')
  await lookAt(harness, call, assigned)
  await apply(harness, call, assigned, 21)
  assert.deepEqual(writes(), [['POST /Users', 21]])

  // A reconciliation.
  const key = fake.users.all().find(({ resource }) => resource['displayName'] === 'Dr Ada')?.id ?? ''
  fake.users.write(key, { ...fake.users.get(key)?.resource, displayName: 'Mallory' })
  await harness.pass(60_000)
  fake.clearCounts()
  const run = await reconcileNow(harness, call, 'enforce')
  const found = (await call('GET', `/plans/${run.result.plan}`)).body
  assert.deepEqual([found.summary, found.reconciliation], ['update 1', 'enforce'])
  const [drifted] = await lookAt(harness, call, found)
  assert.deepEqual(
    [drifted?.object.name, drifted?.reason, drifted?.modified],
    ['Ada', 'Drifted', [{ name: 'displayName', before: 'Mallory', after: 'Dr Ada' }]],
  )
  await apply(harness, call, found, 1)
  assert.deepEqual(writes(), [['PATCH /Users/…', 1]])
  assert.equal(fake.users.get(key)?.resource['displayName'], 'Dr Ada')

  await refuseStale(harness, call, many)
})

/** Each kind of plan is refused when other rules are live, or a day is over, and made anew. */
async function refuseStale(harness: EngineHarness, call: AppCaller, subjects: readonly string[]): Promise<void> {
  assert.equal((await call('POST', '/rules', { rules: rulesWith({ name: others[0] }) })).status, 201)
  const winner = await makePlan(harness, call)
  assert.equal((await call('POST', '/rules', { rules: rulesWith({ name: others[1] }) })).status, 201)
  const ruled = await makePlan(harness, call)
  const ended = await makePlan(harness, call, { revision: 'live', unassign: subjects })
  const { plan: reconciled } = (await reconcileNow(harness, call, 'enforce')).result
  assert.equal((await call('POST', `/plans/${winner.id}/apply`)).status, 200)
  for (const id of [ruled.id, ended.id, reconciled]) {
    const stale = await call('POST', `/plans/${id}/apply`)
    assert.deepEqual([stale.status, /Other rules went live.*`renew`/.test(stale.body.detail)], [409, true])
  }
  await harness.settle()
  await harness.pass(60_000)
  const renewed = await renew(harness, call, ruled.id)
  assert.deepEqual([renewed.summary, renewed.state], ['update 24', 'ready'])
  harness.server.clock.advance(dayMs)
  assert.equal((await call('POST', `/plans/${renewed.id}/apply`)).status, 409)
  const again = await renew(harness, call, renewed.id)
  assert.equal((await call('POST', `/plans/${again.id}/apply`)).status, 200)
  await harness.settle()
  const unassigned = await renew(harness, call, ended.id)
  assert.equal(unassigned.summary, 'disable 21')
  const { applied } = await applyReconciled(harness, call)
  assert.equal(applied.applied, 0)
  const names = harness.fake.users.all().map(({ resource }) => String(resource['displayName']))
  assert.ok(
    names.every((name) => name.startsWith(others[1])),
    names.join(', '),
  )
}

async function renew({ server }: EngineHarness, call: AppCaller, planId: string): Promise<AppAnswer['body']> {
  const made = await call('POST', `/plans/${planId}/renew`)
  assert.equal(made.status, 201, JSON.stringify(made.body))
  await workOffAllRuns(server.application.parts, new AbortController().signal)
  return (await call('GET', `/plans/${made.body.id}`)).body
}
