import assert from 'node:assert/strict'
import { test } from 'node:test'
import { provisioningRules } from '@rollcall/admin-api'
import { saveRules } from '../../src/provisioning/apps/rules-revisions.ts'
import { simpleRules } from '../harness/provisioning-app.ts'
import { startStopwatch } from '../harness/stopwatch.ts'
import { createAppCaller, toPersonId } from './app-caller.ts'
import { createEngineHarness } from './engine-harness.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const salesRules = provisioningRules.parse({
  ...simpleRules,
  users: {
    ...simpleRules.users,
    scope: { groups: [[{ attribute: 'department', operator: 'EQUALS', value: 'Sales' }]] },
    mappings: [
      ...simpleRules.users.mappings,
      { target: 'manager', kind: 'reference', source: 'manager' },
      { target: 'nickName', kind: 'expression', expression: 'Redact(ToUpper([jobTitle], ))' },
    ],
  },
})

test('ENG-24: a preview tells every clause, mapping, search, request and the gate, within 2 s, and changes nothing', async () => {
  await using harness = await createEngineHarness({ rules: salesRules })
  const { fake } = harness
  const call = await createAppCaller(harness)
  const ada = await harness.createPerson('ada@example.com', {
    displayName: 'Ada',
    title: 'Countess',
    [enterprise]: { department: 'Sales' },
  })
  const bob = await harness.createPerson('bob@example.com', { displayName: 'Bob', [enterprise]: { department: 'IT' } })
  await harness.assign({ kind: 'user', id: ada }, { kind: 'user', id: bob })

  const workMs = startStopwatch()
  const created = await call('POST', '/preview', { object: toPersonId(ada) })
  assert.ok(workMs() < 2_000)
  assert.deepEqual([created.status, created.body.action, created.body.reason], [200, 'create', 'Created'])
  const steps = new Map<string, any>(created.body.steps.map((step: { name: string }) => [step.name, step])) // oxlint-disable-line typescript/no-explicit-any -- answers are read freely
  assert.deepEqual([...steps.keys()], ['import', 'scoping', 'matching', 'processing', 'referenceResolution', 'export'])
  const [clause] = steps.get('scoping').detail.scope.groups[0].clauses
  assert.deepEqual([clause.attribute, clause.operand, clause.holds], ['department', 'Sales', true])
  assert.deepEqual(steps.get('matching').detail.searches, [
    { query: [{ attribute: 'userName', value: 'ada@example.com' }], found: [] },
  ])
  assert.equal(steps.get('processing').detail.mappings[0].value, 'ada@example.com')
  const requests = created.body.requests.map((each: { method: string; isSent: boolean }) => [each.method, each.isSent])
  assert.deepEqual(requests, [
    ['GET', true],
    ['POST', false],
  ])
  const body = created.body.requests.at(-1).requestBody
  assert.deepEqual([body.userName, body.displayName, body.nickName], ['ada@example.com', 'Ada', '[Redact]'])
  assert.equal(fake.users.all().length, 0)
  assert.deepEqual(await harness.rows('select from links where organization_id = $1 and app_id = $2'), [])

  const out = await call('POST', '/preview', { object: toPersonId(bob) })
  assert.deepEqual([out.body.action, out.body.reason, out.body.requests], [null, 'OutOfScope', []])
  const moved = await call('POST', '/preview', { object: toPersonId(bob), attributes: { department: 'Sales' } })
  assert.deepEqual([moved.body.action, moved.body.requests.at(-1).requestBody.userName], ['create', 'bob@example.com'])

  await harness.settle()
  const leaving = await call('POST', '/preview', { object: toPersonId(ada), attributes: { department: null } })
  assert.deepEqual(
    [leaving.body.action, leaving.body.gate.class, leaving.body.gate.effect],
    ['disable', 'disable', 'counted'],
  )
  assert.deepEqual(
    leaving.body.modified.map((each: { name: string }) => each.name),
    ['active'],
  )
  assert.equal(fake.users.all()[0]?.resource['active'], true)
  const same = await call('POST', '/preview', { object: toPersonId(ada) })
  assert.deepEqual([same.body.action, same.body.reason], [null, 'NoChange'])
  const draft = { ...salesRules, users: { ...salesRules.users, scope: { groups: [] } } }
  const { organizationId, appId, server } = harness
  await saveRules(server.database, server.call(), { organizationId, appId, document: draft })
  const byDraft = await call('POST', '/preview', { object: toPersonId(bob), revision: 'draft' })
  assert.deepEqual([byDraft.body.action, byDraft.body.revision], ['create', 2])
  const wrong = await call('POST', '/preview', { object: toPersonId(bob), attributes: { shoeSize: 44 } })
  assert.deepEqual([wrong.status, wrong.body.errors[0].pointer], [400, '/attributes/shoeSize'])
})

test('CON-F10: why somebody has no account is one sentence with a remedy, for one app and for all', async () => {
  await using harness = await createEngineHarness({ rules: salesRules })
  const call = await createAppCaller(harness)
  const bob = await harness.createPerson('bob@example.com', { displayName: 'Bob', [enterprise]: { department: 'IT' } })
  const ask = (path = '') => call('GET', `${path}/why?object=${toPersonId(bob)}`)
  assert.equal((await ask()).body.reason, 'NotAssigned')
  await harness.assign({ kind: 'user', id: bob })
  await harness.settle()
  const out = await ask()
  assert.equal(
    out.body.sentence,
    'Bob has no account in Target. The object is out of scope: it is assigned, but the scoping filter leaves it out. ' +
      'Wanted is department EQUALS "Sales"; it is "IT".',
  )
  assert.ok(out.body.explanation.remedy.length > 10)
  await harness.patchPerson(bob, [{ op: 'replace', path: `${enterprise}:department`, value: 'Sales' }])
  assert.equal((await ask()).body.reason, 'Queued')
  harness.fake.fault = (request) => (request.method === 'POST' ? { kind: 'answer', status: 400 } : 'none')
  await harness.settle()
  const refused = await ask()
  assert.equal(refused.body.link.failure.code, refused.body.reason)
  assert.equal(refused.body.lastEntry.status, 'failure')
  assert.ok(refused.body.nextAttemptAt > harness.server.clock().toISOString())
  harness.fake.fault = () => 'none'
  await harness.pass(10 * 60_000)
  const done = await ask('/api/v1/organizations/acme')
  assert.deepEqual(
    done.body.data.map((each: { app: { name: string }; reason: string }) => [each.app.name, each.reason]),
    [['Target', 'NoChange']],
  )
  assert.ok(done.body.data[0].sentence.startsWith('Bob has an account in Target.'))
})
