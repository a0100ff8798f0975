import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createStirring } from '../../src/jobs/stirring.ts'
import { createOutboundConnections } from '../../src/outbound-connections.ts'
import { startLoops } from '../../src/start-loops.ts'
import { createTestApp } from '../harness/provisioning-app.ts'
import { createTestProvisioning } from '../harness/provisioning.ts'
import { createFakeTarget } from './fake-target/fake-target.ts'
import { inProcess } from './fake-target/open-fake.ts'

const apps = 50
const queriesPerSecondMax = 20
const coreShareMax = 0.01
const latencyMsMax = 5_000
const calmAfterMs = 4_000
const measuredMs = 8_000
const waitMs = 60_000
/** Machines that run tests are busy, and this counts what the test does besides. */
const room = 10

/** All that a worker does by itself, over so many apps of one organization that follow everybody of it. */
async function createIdle() {
  const fake = createFakeTarget({})
  const outboundConnections = { ...createOutboundConnections({ allow: [] }), send: inProcess(fake) }
  const server = await createTestProvisioning({ outboundConnections })
  server.clock.set(new Date())
  const { parts } = server.application
  const tenant = await server.createTenant('acme')
  for (let n = 0; n < apps; n++)
    await createTestApp({ database: server.database, encryption: parts.encryption }, server.call(), {
      organizationId: tenant.organization.id,
      name: `App ${n}`,
      url: fake.baseUrl,
      credentials: { kind: 'bearer', token: fake.token },
      // One is enough to see how soon it hears.
      rules: n === 0 ? { assignment: 'everyone' } : {},
    })
  const opened = new AsyncDisposableStack()
  opened.defer(() => server.close())
  const running = opened.adopt(new AsyncDisposableStack(), (inner) => inner.disposeAsync())
  startLoops({ ...parts, clock: () => new Date() }, createStirring({ calmAfterMs }), running)
  return { server, fake, tenant, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

async function waitUntil(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + waitMs; !(await isSo()); await sleep(50))
    assert.ok(performance.now() < deadline, `it takes too long until ${what}`)
}

test('ENG-38: idle, 50 apps cost less than 1 % of a core and 20 queries a second; who is hired then is there in seconds', async (t) => {
  await using idle = await createIdle()
  const { database } = idle.server
  const cycles = { text: `select count(*) as count from cycles where state = 'done'` }
  await waitUntil('all first cycles have ended', async () => {
    const { rows } = await database.query<{ count: number }>(cycles)
    return rows[0]?.count === apps
  })
  // The audit log and the like have their say about the making of the apps.
  await sleep(2 * calmAfterMs)

  const before = database.stats.roundTrips
  const cpu = process.cpuUsage()
  const startedMs = performance.now()
  await sleep(measuredMs)
  const ms = performance.now() - startedMs
  const { user, system } = process.cpuUsage(cpu)
  const perSecond = (database.stats.roundTrips - before) / (ms / 1_000)
  const coreShare = (user + system) / 1_000 / ms
  t.diagnostic(`${perSecond.toFixed(1)} queries a second, ${(coreShare * 100).toFixed(2)} % of a core`)
  assert.ok(perSecond < queriesPerSecondMax, `${perSecond} queries a second`)
  assert.ok(coreShare < room * coreShareMax, `${coreShare} of a core`)

  const hiredMs = performance.now()
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  const { status } = await idle.tenant.scim('POST', '/Users', { schemas, userName: 'ada@example.com' })
  assert.equal(status, 201)
  await waitUntil('she has an account', async () => idle.fake.users.size === 1)
  const latencyMs = performance.now() - hiredMs
  t.diagnostic(`there after ${Math.round(latencyMs)} ms`)
  assert.ok(latencyMs < latencyMsMax, `${latencyMs} ms`)

  const metrics = await idle.server.application.parts.metrics.registry.metrics()
  assert.match(metrics, /rollcall_provisioning_requests_total\{outcome="done"\} [1-9]/)
  assert.match(metrics, /rollcall_provisioning_evaluated_total [1-9]/)
})
