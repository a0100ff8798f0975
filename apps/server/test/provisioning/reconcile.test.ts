import assert from 'node:assert/strict'
import { test } from 'node:test'
import { provisioningRules, type ProvisioningRules } from '@rollcall/admin-api'
import { workOffAllRuns } from '../../src/run-kinds.ts'
import { trimReconciliations } from '../../src/provisioning/reconcile/report.ts'
import { formatTypeId } from '../../src/type-id.ts'
import { toPersonId } from './app-caller.ts'
import { createReconcileScene, tamper, type ListedAccount } from './reconcile-scene.ts'
import { simpleRules } from '../harness/provisioning-app.ts'

type PlannedOperation = {
  readonly object: { readonly name: string }
  readonly operation: string
  readonly reason: string
  readonly modified: readonly object[]
}
const quietRules = {
  ...simpleRules,
  users: {
    ...simpleRules.users,
    mappings: [
      ...simpleRules.users.mappings,
      { target: 'nickName', kind: 'expression', expression: 'Redact([displayName])' },
    ],
  },
}

test('ENG-26: every account is equal, drifted, missing or an orphan; report looks, enforce mends, and no orphan is disabled or deleted', async () => {
  await using scene = await createReconcileScene({ rules: provisioningRules.parse(quietRules) })
  const { harness, call, reconcile, enforce, accounts, names, hire, keyOf } = scene
  const { fake } = harness
  const [, bob = '', , dan = ''] = await hire('ada', 'bob', 'cay', 'dan')
  tamper(scene, 'bob@example.com', { displayName: 'Mallory', nickName: 'also Mallory', title: 'not ours' })
  fake.users.remove(keyOf('cay@example.com'))
  fake.users.insert({ userName: 'admin@app.example', active: true }, { by: 'foreign' })
  const before = JSON.stringify(fake.users.all())
  fake.clearCounts()

  // Report: nothing but reads, nothing to do.
  const run = await reconcile()
  assert.deepEqual([run.state, run.done, run.total, run.error], ['done', 4, 4, null])
  const byName = new Map((await accounts()).map((account) => [account.name, account]))
  assert.deepEqual([...byName].map(([name, { class: kind }]) => [name, kind]).toSorted(), [
    ['ada@example.com', 'equal'],
    ['admin@app.example', 'orphan'],
    ['bob@example.com', 'drift'],
    ['cay', 'missing'],
    ['dan@example.com', 'equal'],
  ])
  const drifted = byName.get('bob@example.com')
  assert.equal(drifted?.object?.id, toPersonId(bob))
  assert.deepEqual(drifted?.differences, [
    { attribute: 'displayName', expected: 'bob', found: 'Mallory' },
    { attribute: 'nickName', expected: '[Redact]', found: '[Redact]' },
  ])
  assert.equal(byName.get('admin@app.example')?.orphan, 'foreign')
  await harness.settle()
  assert.equal(JSON.stringify(fake.users.all()), before)
  assert.deepEqual(
    [...fake.counts.keys()].filter((name) => !name.startsWith('GET ')),
    [],
  )

  // Enforce: a plan says so first. What differs is sent again, what is missing is made anew, an orphan stays as it is.
  const { plan, applied } = await enforce()
  assert.deepEqual(
    [plan.state, plan.reconciliation, plan.summary, plan.hasChanges],
    ['ready', 'enforce', 'create 1, update 1', true],
  )
  assert.deepEqual([applied.applied, applied.changed, applied.plan.state], [2, 0, 'applied'])
  const planned = (await call('GET', `/plans/${plan.id}/operations`)).body.data
  assert.deepEqual(
    planned.map(({ object, operation, reason, modified }: PlannedOperation) => [
      object.name,
      operation,
      reason,
      modified,
    ]),
    [
      [
        'bob',
        'update',
        'Drifted',
        [
          { name: 'displayName', before: 'Mallory', after: 'bob' },
          { name: 'nickName', before: '[Redact]', after: '[Redact]' },
        ],
      ],
      ['cay', 'create', 'Vanished', []],
    ],
  )
  const bobs = fake.users.get(keyOf('bob@example.com'))?.resource
  assert.deepEqual([bobs?.['displayName'], bobs?.['nickName'], bobs?.['title']], ['bob', 'bob', 'not ours'])
  assert.notEqual(keyOf('cay@example.com'), '')
  await reconcile()
  assert.deepEqual(await names('?class=equal'), [
    'ada@example.com',
    'bob@example.com',
    'cay@example.com',
    'dan@example.com',
  ])
  assert.deepEqual(await names('?class=orphan'), ['admin@app.example'])
  assert.equal(fake.users.get(keyOf('admin@app.example'))?.resource['active'], true)
  assert.equal(fake.counts.get('DELETE /Users/…'), undefined)

  // Who left is disabled; whom somebody enables in the app is disabled again.
  await harness.unassign({ kind: 'user', id: dan })
  await harness.settle()
  await harness.pass(60_000)
  tamper(scene, 'dan@example.com', { active: true })
  const again = await enforce()
  assert.equal(again.plan.summary, 'disable 1')
  assert.equal(fake.users.get(keyOf('dan@example.com'))?.resource['active'], false)
  const log = await call('GET', '/api/v1/organizations/acme/provisioning-log?status=success')
  assert.equal(log.body.data[0].initiator, 'reconciliation')
  const { body } = await call('GET', '/reconciliation')
  assert.deepEqual([body.last.policy, body.last.counts.drift, body.last.counts.foreign], ['enforce', 1, 1])
})

const askingRules: Partial<ProvisioningRules> = {
  ...simpleRules,
  users: { ...simpleRules.users, adoption: 'ask' },
}

test('AC-E38: accounts are listed as local, unassigned and assigned, page by page, by the first direct matching attribute', async () => {
  await using scene = await createReconcileScene({
    rules: askingRules,
    profile: { pageSize: 7 },
    quirks: { pageMax: 7 },
  })
  const { harness, call, reconcile, accounts, names, hire } = scene
  const { fake } = harness
  const brownfield = (userName: string) => fake.users.insert({ userName, active: true }, { by: 'foreign' })
  for (let index = 0; index < 30; index++) brownfield(`local${index}@app.example`)
  brownfield('EVE@example.com')
  brownfield('fay@example.com')
  await harness.createPerson('eve@example.com')
  const [fay = ''] = await hire('fay', 'gus')
  const run = await reconcile()
  assert.deepEqual([run.done, run.result.local, run.result.unassigned, run.result.assigned], [33, 30, 1, 2])
  assert.deepEqual(await names('?standing=unassigned'), ['EVE@example.com'])
  assert.deepEqual(await names('?standing=assigned'), ['fay@example.com', 'gus@example.com'])
  const [found] = await accounts('?class=orphan&standing=assigned')
  assert.deepEqual([found?.orphan, found?.object?.id], ['matched', toPersonId(fay)])

  // By cursor, every account once.
  const seen: string[] = []
  for (let cursor = ''; ;) {
    const { body } = await call('GET', `/accounts?standing=local&limit=8&total=true${cursor}`)
    assert.equal(body.total, 30)
    seen.push(...body.data.map(({ name }: ListedAccount) => name))
    if (!body.hasMore) break
    cursor = `&cursor=${encodeURIComponent(body.nextCursor)}`
  }
  assert.equal(new Set(seen).size, 30)
  assert.equal(seen.length, 30)
  const csv = await scene.harness.server.send(
    `/api/v1/organizations/acme/apps/${formatTypeId('app', harness.appId)}/accounts/export-csv?standing=unassigned`,
    {
      headers: { authorization: `Bearer ${(await harness.tenant.createKey({ scopes: ['admin:enterprise'] })).secret}` },
    },
  )
  const lines = csv.text.trimEnd().split('\r\n')
  assert.match(lines[0] ?? '', /^class,standing,orphan,kind,targetId,targetName,/)
  assert.match(lines[1] ?? '', /^orphan,unassigned,matched,user,u\d+,EVE@example\.com,usr_/)
  assert.equal(lines.length, 2)
})

test('an app that does not answer fails the run and leaves the last report as it was, which goes with its run', async () => {
  await using scene = await createReconcileScene({ rules: askingRules })
  const { harness, call, reconcile, accounts } = scene
  const { fake, server } = harness
  assert.deepEqual((await call('GET', '/reconciliation')).body, { last: null, nextAt: null })
  fake.users.insert({ userName: 'ada@example.com' }, { by: 'foreign' })
  await scene.hire('ada')
  await reconcile()
  assert.equal((await accounts()).length, 1)
  fake.fault = () => ({ kind: 'answer', status: 401 })
  const failed = await reconcile()
  assert.equal(failed.state, 'failed')
  assert.match(failed.error, /did not show its accounts/)
  assert.equal((await accounts()).length, 1)
  fake.fault = () => 'none'
  assert.equal((await call('POST', '/reconcile', {})).status, 202)
  assert.deepEqual((await call('POST', '/reconcile', {})).body.code, 'conflict')
  await workOffAllRuns(server.application.parts, new AbortController().signal)
  await harness.rows('delete from runs where organization_id = $1 and $2::uuid is not null')
  await trimReconciliations(server.database, new AbortController().signal)
  assert.deepEqual(await accounts(), [])
})

test('ENG-26: adopt links the one account of whoever should have one, also where the rules ask first, and assigns nobody', async () => {
  await using scene = await createReconcileScene({ rules: askingRules })
  const { harness, reconcile, enforce, names, hire } = scene
  const { fake } = harness
  for (const name of ['eve', 'fay'])
    fake.users.insert({ userName: `${name}@example.com`, active: true }, { by: 'foreign' })
  await harness.createPerson('eve@example.com')
  await hire('fay', 'gus')
  await reconcile()
  assert.deepEqual(await names('?class=orphan'), ['eve@example.com', 'fay@example.com'])
  const { plan, applied } = await enforce('adopt')
  assert.deepEqual([plan.summary, applied.applied], ['adopt 1', 1])
  await reconcile()
  assert.deepEqual(await names('?class=equal'), ['fay@example.com', 'gus@example.com'])
  assert.deepEqual(await names('?standing=unassigned'), ['eve@example.com'])
  assert.equal(fake.users.size, 3)
})
