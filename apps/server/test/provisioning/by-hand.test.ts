import assert from 'node:assert/strict'
import { test } from 'node:test'
import { provisioningRules } from '@rollcall/admin-api'
import { pauseApp } from '../../src/provisioning/apps/app-state.ts'
import { trimTraces } from '../../src/provisioning/by-hand/traces.ts'
import { workOffAllRuns } from '../../src/run-kinds.ts'
import { formatTypeId } from '../../src/type-id.ts'
import { createAppCaller, toPersonId } from './app-caller.ts'
import { createEngineHarness } from './engine-harness.ts'
import { simpleRules } from '../harness/provisioning-app.ts'

const teamRules = provisioningRules.parse({
  ...simpleRules,
  teams: {
    mappings: [{ target: 'displayName', kind: 'direct', source: 'displayName' }],
    matching: [[{ target: 'displayName', source: 'displayName' }]],
    leaving: { policy: 'delete' },
  },
})

const stepNames = ['import', 'scoping', 'matching', 'processing', 'referenceResolution', 'export']
type Step = { readonly name: string; readonly status: string }

test('AC-E33: one person is sent now, within 30 s, and every step is told with its result', async () => {
  await using harness = await createEngineHarness()
  const { fake } = harness
  const call = await createAppCaller(harness)
  const ada = await harness.createPerson('ada@example.com', { displayName: 'Ada' })
  const eve = await harness.createPerson('eve@example.com', { displayName: 'Eve' })
  await harness.assign({ kind: 'user', id: ada })
  fake.users.insert({ userName: 'ada@example.com', displayName: 'A.', active: true }, { by: 'foreign' })
  const startedMs = performance.now()
  const sent = await call('POST', '/provision', { subjects: [toPersonId(ada), toPersonId(eve)] })
  assert.ok(performance.now() - startedMs < 30_000)
  assert.equal(sent.status, 200, JSON.stringify(sent.body))
  const [first, second] = sent.body.data
  assert.deepEqual(
    first.steps.map(({ name, status }: Step) => [name, status]),
    stepNames.map((name) => [name, name === 'referenceResolution' ? 'skipped' : 'success']),
  )
  assert.deepEqual([first.action, first.status, first.reason], ['update', 'success', 'Updated'])
  assert.deepEqual(first.steps.at(-1).detail.actions, ['adopt', 'update'])
  assert.deepEqual(
    fake.users.all().map(({ resource }) => resource['displayName']),
    ['Ada'],
  )
  assert.deepEqual([second.action, second.status, second.reason], [null, 'skipped', 'NotAssigned'])
  assert.equal(second.steps.find(({ name }: Step) => name === 'scoping').status, 'skipped')
  const log = await call('GET', `/api/v1/organizations/acme/provisioning-log?object=${toPersonId(ada)}`)
  const entry = await call('GET', `/api/v1/organizations/acme/provisioning-log/${log.body.data[0].id}`)
  assert.deepEqual(
    entry.body.steps.map(({ name }: Step) => name),
    stepNames,
  )
  assert.equal(entry.body.initiator, 'person')
  assert.deepEqual(
    entry.body.exchanges.map(({ method }: { method: string }) => method),
    ['GET', 'PATCH'],
  )
  fake.fault = ({ method }) => (method === 'PATCH' ? { kind: 'answer', status: 400 } : 'none')
  await harness.patchPerson(ada, [{ op: 'replace', path: 'displayName', value: 'Ada L' }])
  const refused = await call('POST', '/provision', { subjects: [toPersonId(ada)] })
  assert.equal(refused.body.data[0].status, 'failure')
  assert.equal(refused.body.data[0].steps.at(-1).status, 'failure')
  assert.ok(refused.body.data[0].dueAt > harness.server.clock().toISOString())
})

test('ENG-25: a whole team with any number of people goes by a run, also while the app is paused; steps stay 7 days', async () => {
  await using harness = await createEngineHarness({ rules: teamRules })
  const { fake, server, tenant, organizationId, appId } = harness
  const call = await createAppCaller(harness)
  const people: string[] = []
  for (let index = 0; index < 8; index++) people.push(await harness.createPerson(`p${index}@example.com`))
  const scimIds = await harness.rows<{ id: string }>(
    'select scim_id as id from users where organization_id = $1 and $2::uuid is not null and scim_id is not null',
  )
  const group = await tenant.scim('POST', '/Groups', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'Sales',
    members: scimIds.map(({ id }) => ({ value: id })),
  })
  assert.equal(group.status, 201, group.text)
  const [team] = await harness.rows<{ id: string }>(
    `select id from teams where organization_id = $1 and $2::uuid is not null and display = 'Sales'`,
  )
  await harness.assign({ kind: 'team', id: team?.id ?? '' })
  await pauseApp(server.database, server.call(), { organizationId, appId })
  const subjects = [formatTypeId('team', team?.id ?? '')]
  const tooMany = await call('POST', '/provision', { subjects, evenIfPaused: true })
  assert.equal(tooMany.status, 400)
  const paused = await call('POST', '/provision', { subjects: [toPersonId(people[0] ?? '')] })
  assert.deepEqual([paused.status, paused.body.code], [409, 'conflict'])
  const begun = await call('POST', '/provision/many', { subjects, evenIfPaused: true })
  assert.equal(begun.status, 202)
  await workOffAllRuns(server.application.parts, new AbortController().signal)
  const run = await call('GET', `/api/v1/organizations/acme/runs/${begun.body.id}`)
  assert.deepEqual([run.body.state, run.body.done, run.body.result], ['done', 9, { success: 9 }])
  assert.equal(fake.users.all().length, 8)
  assert.equal(fake.groups.all().length, 1)
  assert.equal(fake.groups.all()[0]?.members.size, 8)
  const traces = await call('GET', `/traces?run=${begun.body.id}&total=true`)
  assert.equal(traces.body.total, 9)
  for (const { steps } of traces.body.data)
    assert.deepEqual(
      steps.map(({ name }: Step) => name),
      stepNames,
    )
  await trimTraces(server.database, new Date(server.clock().getTime() + 6.9 * 86_400_000), new AbortController().signal)
  assert.equal((await call('GET', '/traces?total=true')).body.total, 9)
  await trimTraces(server.database, new Date(server.clock().getTime() + 7.1 * 86_400_000), new AbortController().signal)
  assert.equal((await call('GET', '/traces?total=true')).body.total, 0)
})
