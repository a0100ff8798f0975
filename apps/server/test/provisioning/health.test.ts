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
const times = (count: number, outcome: EngineOutcome): readonly EngineOutcome[] =>
  Array.from({ length: count }, () => outcome)

test('an app that nothing was sent to is healthy', async () => {
  assert.deepEqual((await health()).allows, { kind: 'all' })
})

test('where all is well, noting it costs one look', async () => {
  await note(...times(200, success))
  const before = server.database.stats.roundTrips
  await transaction(server.database, (tx) => noteOutcomes(tx, { ...own(), now: server.clock(), outcomes: [success] }))
  assert.equal(server.database.stats.roundTrips - before, 3, 'begin, look, commit')
})

test('AC-E31: the totals of Entra lead into quarantine as in the five examples of its documentation, credentials at once', () => {
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
