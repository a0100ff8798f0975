import assert from 'node:assert/strict'
import { test } from 'node:test'
import { publishRules, saveRules } from '../../src/provisioning/apps/rules-revisions.ts'
import { retryEscrow } from '../../src/provisioning/health/escrow.ts'
import { simpleRules } from '../harness/provisioning-app.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'
import type { Fault } from './fake-target/fake-target.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** The app does not take what somebody wants it to hold. */
const refused: Fault = {
  kind: 'answer',
  status: 400,
  body: {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: '400',
    scimType: 'invalidValue',
    detail: 'displayName is not allowed',
  },
}

/** Minutes between each try and the one before. */
async function listTries(harness: EngineHarness, tries: number): Promise<readonly number[]> {
  const { fake, server } = harness
  const found: number[] = []
  let last = server.clock().getTime()
  while (found.length < tries) {
    const [work] = await harness.rows<{ dueAt: Date }>(
      `select due_at as "dueAt" from work_items where organization_id = $1 and app_id = $2`,
    )
    assert.ok(work !== undefined)
    fake.clearCounts()
    await harness.pass(work.dueAt.getTime() - server.clock().getTime() - 1)
    assert.equal(fake.requests, 0)
    await harness.pass(1)
    assert.equal(fake.requests, 1)
    found.push((server.clock().getTime() - last) / minuteMs)
    last = server.clock().getTime()
  }
  return found
}

test('ENG-10: what is refused is tried after 1, 5, 15 minutes, 1, 4, 12, 24 hours, a fifth more or less; at once when the person or the rules change', async () => {
  await using harness = await createEngineHarness({ rules: { assignment: 'everyone' } })
  const { fake, server, organizationId, appId } = harness
  const ada = await harness.createPerson('ada@example.com', { displayName: 'Ada' })
  await harness.settle()
  fake.fault = ({ method }) => (method === 'GET' ? 'none' : refused)
  const rename = (name: string) => harness.patchPerson(ada, [{ op: 'replace', path: 'displayName', value: name }])
  await rename('Ada L.')
  await harness.settle()
  const tries = await listTries(harness, 8)
  const steps = [1, 5, 15, 60, 240, 720, 1_440, 1_440]
  for (const [index, step] of steps.entries()) {
    const waited = tries[index] ?? 0
    assert.ok(waited >= step * 0.8 && waited <= step * 1.2, `${index}: ${waited} of ${step}`)
  }
  assert.ok(
    tries.some((waited, index) => Math.abs(waited - (steps[index] ?? 0)) > 0.01),
    'spread',
  )

  fake.clearCounts()
  await rename('Ada Lovelace')
  await harness.settle()
  assert.equal(fake.requests, 1, 'the person changed')
  fake.clearCounts()
  const [display, ...mappings] = simpleRules.users.mappings.toReversed()
  assert.ok(display !== undefined)
  const { revision } = await saveRules(server.database, server.call(), {
    ...{ organizationId, appId },
    document: {
      ...simpleRules,
      assignment: 'everyone',
      users: { ...simpleRules.users, mappings: [...mappings, display] },
    },
  })
  await publishRules(server.database, server.call(), { organizationId, appId, revision })
  await harness.settle()
  assert.equal(fake.requests, 1, 'the rules changed')
  fake.clearCounts()
  fake.fault = () => 'none'
  assert.equal(await retryEscrow(server.database, server.call(), { organizationId, appId }), 1)
  await harness.settle()
  assert.equal(fake.users.all()[0]?.resource['displayName'], 'Ada Lovelace', 'somebody asked for it')
})

test('AC-E30: under entra-parity it is tried 6, 12 and 24 hours after the first failure, then daily, for 28 days', async () => {
  await using harness = await createEngineHarness({
    rules: { assignment: 'everyone' },
    settings: { numbers: 'entra-parity' },
  })
  const { fake, server } = harness
  const ada = await harness.createPerson('ada@example.com', { displayName: 'Ada' })
  await harness.settle()
  fake.fault = ({ method }) => (method === 'GET' ? 'none' : refused)
  await harness.patchPerson(ada, [{ op: 'replace', path: 'displayName', value: 'Ada L.' }])
  await harness.settle()
  fake.clearCounts()
  await harness.pass(40 * minuteMs)
  assert.equal(fake.requests, 1)
  const start = server.clock().getTime()
  const tries: number[] = []
  while (server.clock().getTime() - start < 40 * dayMs) {
    const before = fake.requests
    await harness.pass(hourMs)
    if (fake.requests > before) tries.push(Math.round((server.clock().getTime() - start) / hourMs))
  }
  const days = Array.from({ length: 27 }, (_, index) => (index + 2) * 24)
  assert.deepEqual(tries, [6, 12, 24, ...days])
})
