import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { transaction } from '../../src/db/transaction.ts'
import { noteOutcomes, readHealth, type AppHealth } from '../../src/provisioning/health/health.ts'
import { diagnose, noMemory, type EngineOutcome } from '../../src/provisioning/health/outcomes.ts'
import { numberPresets } from '../../src/provisioning/numbers.ts'
import { createId } from '../../src/type-id.ts'
import { createTestApp } from '../harness/provisioning-app.ts'
import { createTestProvisioning, type TestProvisioning, type TestTenant } from '../harness/provisioning.ts'

const { quarantine } = numberPresets.default

let server: TestProvisioning
let acme: TestTenant
let appId: string
before(async () => {
  server = await createTestProvisioning()
  acme = await server.createTenant('acme')
})
after(() => server.close())
beforeEach(async () => {
  const { parts } = server.application
  const app = await createTestApp(parts, server.call(), { organizationId: acme.organization.id, name: createId() })
  appId = app.id
})

const own = () => ({ organizationId: acme.organization.id, appId, quarantine })

const note = (...outcomes: readonly EngineOutcome[]): Promise<string> =>
  transaction(server.database, (tx) => noteOutcomes(tx, { ...own(), now: server.clock(), outcomes }))

const health = (): Promise<AppHealth> => readHealth(server.database, own())

const success: EngineOutcome = { reason: 'Updated', status: 200 }
const unauthorized: EngineOutcome = { reason: 'CredentialsRefused', status: 401, detail: 'token expired' }
const unreachable: EngineOutcome = { reason: 'ConnectionRefused', status: null }
const timeout: EngineOutcome = { reason: 'Timeout', status: null }
const invalid: EngineOutcome = { reason: 'InvalidValue', status: 400 }
const conflict: EngineOutcome = { reason: 'Conflict', status: 409 }
const throttled: EngineOutcome = { reason: 'TooManyRequests', status: 429 }
const waits: EngineOutcome = { reason: 'ReferenceWaits', status: null }

const times = (count: number, outcome: EngineOutcome): readonly EngineOutcome[] =>
  Array.from({ length: count }, () => outcome)

test('an app that nothing was sent to is healthy', async () => {
  assert.deepEqual((await health()).allows, { kind: 'all' })
})

test('three refusals of the credentials in a row put an app into quarantine; one answer in between does not', async () => {
  await note(unauthorized, unauthorized, success, unauthorized, unauthorized)
  assert.equal((await health()).health, 'healthy')
  await note(unauthorized)
  const ill = await health()
  assert.equal(ill.health, 'quarantined')
  assert.equal(ill.reason, 'CredentialsRefused')
  assert.equal(ill.detail, 'token expired')
  assert.deepEqual(ill.allows, { kind: 'none' })
  assert.equal(ill.nextProbeAt?.getTime(), server.clock().getTime() + 60_000)
})

test('ten times in a row without a connection is quarantine; throttling and waiting count for nothing', async () => {
  await note(...times(400, throttled), ...times(400, waits))
  assert.equal((await health()).health, 'healthy')
  await note(...times(9, unreachable))
  assert.equal((await health()).health, 'degraded')
  await note(unreachable)
  assert.equal((await health()).reason, 'ConnectionRefused')
})

test('20 failures of the last 200 are not enough without the share; 40 % are', async () => {
  await note(...times(200, success))
  await note(...times(79, timeout))
  assert.equal((await health()).health, 'degraded')
  await note(timeout)
  assert.equal((await health()).health, 'quarantined')
})

test('a tenth of failures halves the rate; below a twentieth it is full again', async () => {
  await note(...times(180, success), ...times(19, timeout))
  assert.deepEqual((await health()).allows, { kind: 'all' })
  await note(timeout)
  assert.deepEqual((await health()).allows, { kind: 'half' })
  await note(...times(188, success))
  assert.deepEqual((await health()).allows, { kind: 'half' }, '12 of 200')
  await note(...times(3, success))
  assert.deepEqual((await health()).allows, { kind: 'all' }, '9 of 200')
})

test('refused objects are their own matter, unless four fifths of them have one reason', async () => {
  await note(...times(30, invalid), ...times(30, conflict))
  assert.equal((await health()).health, 'healthy')
  await note(...times(120, invalid))
  assert.equal((await health()).reason, 'InvalidValue')
})

test('where all is well, noting it costs one look', async () => {
  await note(...times(200, success))
  const before = server.database.stats.roundTrips
  await transaction(server.database, (tx) => noteOutcomes(tx, { ...own(), now: server.clock(), outcomes: [success] }))
  assert.equal(server.database.stats.roundTrips - before, 3, 'begin, look, commit')
})

test('the totals of Entra are judged as in the five examples of its documentation', () => {
  const { trip } = numberPresets['entra-parity'].quarantine
  const total = (failures: number, outcomes: number, references = 0): string =>
    diagnose({ ...noMemory, failures, outcomes, referenceFailures: references }, trip, 'healthy').health
  assert.equal(total(4_000, 4_000), 'healthy')
  assert.equal(total(45_000, 1_000_000), 'quarantined')
  assert.equal(total(30_000, 35_000), 'quarantined')
  assert.equal(total(20_000, 100_000), 'healthy')
  assert.equal(total(40_000, 1_000_000, 21_000), 'quarantined')
  assert.equal(total(40_000, 1_000_000, 20_000), 'healthy')
  assert.equal(diagnose({ ...noMemory, credentialFailures: 1 }, trip, 'healthy').health, 'quarantined')
})
