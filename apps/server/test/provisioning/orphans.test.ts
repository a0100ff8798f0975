import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simpleRules } from '../harness/provisioning-app.ts'
import { createAppCaller } from './app-caller.ts'
import { createReconcileScene, type ReconcileScene } from './reconcile-scene.ts'

// Accounts that nobody is assigned to and no rule owns: left alone, unless the app's settings say otherwise, and then by a plan.

async function choose({ call }: ReconcileScene, orphans: object): Promise<void> {
  const { settings } = (await call('GET', '')).body
  const reconciliation = { ...settings.reconciliation, ...orphans }
  const { status, body } = await call('PATCH', '', { settings: { ...settings, reconciliation } })
  assert.equal(status, 200, JSON.stringify(body))
}

function isActive({ harness: { fake }, keyOf }: ReconcileScene, userName: string): unknown {
  return fake.users.get(keyOf(userName))?.resource['active']
}

async function plannedOrphans({ call }: ReconcileScene, plan: string) {
  const { status, body } = await call('GET', `/plans/${plan}/orphans`)
  assert.equal(status, 200, JSON.stringify(body))
  return body.data as readonly { name: string; operation: string; state: string; detail: string | null }[]
}

test('accounts of nobody stay by default; by the setting a plan names and disables them, but not those that are to stay', async () => {
  await using scene = await createReconcileScene()
  const { harness, hire, reconcile, call, workOff } = scene
  const { fake } = harness
  await hire('ada')
  await harness.createPerson('known@example.com', { displayName: 'Known, and not assigned' })
  for (const name of ['left', 'known', 'root', 'later'])
    fake.users.insert({ userName: `${name}@example.com`, active: true, title: 'Theirs' }, { by: 'foreign' })
  fake.users.insert({ userName: 'off@example.com', active: false }, { by: 'foreign' })
  const first = await reconcile('enforce')
  assert.deepEqual(await plannedOrphans(scene, first.result.plan), [])

  await choose(scene, { orphans: 'disable', keepOrphans: ['Root@Example.com'] })
  const { result } = await reconcile('enforce')
  const plan = (await call('GET', `/plans/${result.plan}`)).body
  assert.deepEqual([plan.summary, plan.counts.disableOrphans], ['disable accounts of nobody 3', 3])
  const planned = await plannedOrphans(scene, plan.id)
  assert.deepEqual(planned.map(({ name, operation, state }) => [name, operation, state]).toSorted(), [
    ['known@example.com', 'disable', 'planned'],
    ['later@example.com', 'disable', 'planned'],
    ['left@example.com', 'disable', 'planned'],
  ])
  await harness.settle()
  assert.equal(isActive(scene, 'left@example.com'), true, 'nothing is done before somebody applies the plan')

  // Meanwhile one of them has become somebody else's.
  const later = scene.keyOf('later@example.com')
  fake.users.write(later, { ...fake.users.get(later)?.resource, userName: 'else@example.com' })
  const applied = await call('POST', `/plans/${plan.id}/apply`)
  assert.deepEqual([applied.status, applied.body.applied], [200, 3])
  await workOff()
  const of = (names: readonly string[]) => names.map((name) => isActive(scene, `${name}@example.com`))
  assert.deepEqual(of(['left', 'known', 'root', 'else', 'ada']), [false, false, true, true, true])
  assert.equal(fake.users.get(scene.keyOf('left@example.com'))?.resource['title'], 'Theirs')
  const ended = new Map((await plannedOrphans(scene, plan.id)).map(({ name, state }) => [name, state]))
  assert.deepEqual([ended.get('left@example.com'), ended.get('later@example.com')], ['done', 'changed'])
  const log = (await call('GET', '/api/v1/organizations/acme/provisioning-log?limit=50')).body.data as readonly {
    action: string
    reason: string
  }[]
  assert.equal(log.filter(({ reason }) => reason === 'OrphanEnforced').length, 2)

  // It is reversible: whoever is assigned gets the account as it should be.
  await hire('left')
  assert.equal(isActive(scene, 'left@example.com'), true)
  assert.equal(fake.users.all().filter(({ resource }) => resource['userName'] === 'left@example.com').length, 1)
})

test('accounts of nobody are deleted only where the rules delete leavers', async () => {
  const rules = {
    ...simpleRules,
    users: { ...simpleRules.users, leaving: { policy: 'delete', graceDays: 0 } },
  } as const
  await using scene = await createReconcileScene({ rules })
  const { harness, enforce } = scene
  harness.fake.users.insert({ userName: 'gone@example.com', active: true }, { by: 'foreign' })
  await choose(scene, { orphans: 'delete' })
  const { plan } = await enforce()
  assert.equal(plan.summary, 'delete accounts of nobody 1')
  await scene.workOff()
  assert.equal(scene.keyOf('gone@example.com'), '')

  await using other = await createReconcileScene()
  other.harness.fake.users.insert({ userName: 'kept@example.com', active: true }, { by: 'foreign' })
  await choose(other, { orphans: 'delete' })
  const disabled = await other.enforce()
  assert.equal(disabled.plan.summary, 'disable accounts of nobody 1')
  await other.workOff()
  assert.equal(isActive(other, 'kept@example.com'), false)
})

test('what the gate would hold is named in the plan, and waits for somebody who may decide on holds', async () => {
  await using scene = await createReconcileScene()
  const { harness, reconcile, call, workOff } = scene
  for (let index = 0; index < 40; index++)
    harness.fake.users.insert({ userName: `n${index}@example.com`, active: true }, { by: 'foreign' })
  await choose(scene, { orphans: 'disable' })
  const first = await reconcile('enforce')
  const planned = await plannedOrphans(scene, first.result.plan)
  assert.deepEqual([...new Set(planned.map(({ state }) => state))], ['held'])

  const operator = await createAppCaller(harness, ['apps:read', 'apps:run'])
  const limited = await operator('POST', `/plans/${first.result.plan}/apply`)
  assert.deepEqual([limited.status, limited.body.applied], [200, 0], JSON.stringify(limited.body))
  await workOff()
  assert.equal(isActive(scene, 'n1@example.com'), true)

  const second = await reconcile('enforce')
  const applied = await call('POST', `/plans/${second.result.plan}/apply`)
  assert.equal(applied.body.applied, 40, JSON.stringify(applied.body))
  await workOff()
  assert.equal(isActive(scene, 'n1@example.com'), false)
})
