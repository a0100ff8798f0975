import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createOutboundConnections } from '../../src/outbound-connections.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { createApplication } from '../../src/application.ts'
import { withLease } from '../../src/db/lease.ts'
import { startProvisioning } from '../../src/jobs.ts'
import { createLoops } from '../../src/jobs/loop.ts'
import { silentLogger } from '../../src/telemetry/logger.ts'
import { seedUsers } from '../directory/seed.ts'
import { createTestApp } from '../harness/provisioning-app.ts'
import { createTestProvisioning } from '../harness/provisioning.ts'
import { createFakeTarget, type FakeTarget } from './fake-target/fake-target.ts'
import { inProcess } from './fake-target/open-fake.ts'

const medianMsMax = 5_000
const slowestMsMax = 60_000
const waitMs = 90_000
const gate = { kind: 'rolling', windowMs: 60_000, share: 1, min: 10_000, max: 10_000, holdLapsesMs: 60_000 } as const
const schema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** The product's own loops by the clock of the machine, between SCIM requests and apps. */
async function createRunning(appCount: number, requestsPerSecondMax: number) {
  const server = await createTestProvisioning()
  server.clock.set(new Date())
  const { database } = server
  const { config, encryption } = server.application.parts
  const tenant = await server.createTenant('acme')
  const organizationId = tenant.organization.id
  const fakes = Array.from({ length: appCount }, (_, n) =>
    createFakeTarget({ baseUrl: `https://app${n}.test/scim/v2` }),
  )
  const ways = new Map(fakes.map((fake) => [new URL(fake.baseUrl).host, inProcess(fake)]))
  const outboundConnections = {
    ...createOutboundConnections({ allow: [] }),
    send: async (call: Parameters<ReturnType<typeof inProcess>>[0]) => {
      const way = ways.get(new URL(call.url).host)
      if (way === undefined) throw new Error(`Nobody is at ${call.url}`)
      return way(call)
    },
  }
  for (const [n, fake] of fakes.entries())
    await createTestApp({ database, encryption }, server.call(), {
      organizationId,
      name: `App ${n}`,
      url: fake.baseUrl,
      target: { profile: { readLagMs: 0, requestsPerSecondMax, permitsMax: 8 } },
      credentials: { kind: 'bearer', token: fake.token },
      rules: { assignment: 'everyone' },
      // The gate has tests of its own.
      settings: { overrides: { gate } },
    })
  const application = createApplication({ config, database, encryption, outboundConnections })
  const loops = createLoops({ logger: silentLogger, withLease: (name, work) => withLease(database, name, work) })
  const engine = startProvisioning(application.parts, loops)
  const scim = async (method: string, path: string, body: object): Promise<{ readonly id: string }> => {
    const headers = { authorization: `Bearer ${tenant.key}`, 'content-type': 'application/scim+json' }
    const init = { method, headers, body: JSON.stringify(body) }
    const response = await application.fetch(new Request(`https://rollcall.test/scim/v2${path}`, init))
    assert.ok(response.ok, `${method} ${path}: ${response.status}`)
    return JSON.parse(await response.text())
  }
  return {
    fakes,
    database,
    seed: (count: number) => seedUsers(database, { organizationId, connectionId: tenant.connection.id }, { count }),
    createPerson: async (userName: string) =>
      (await scim('POST', '/Users', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName })).id,
    replace: (id: string, path: string, value: unknown) =>
      scim('PATCH', `/Users/${id}`, { schemas: [schema], Operations: [{ op: 'replace', path, value }] }),
    [Symbol.asyncDispose]: async () => {
      await loops.stop()
      await engine.close()
      await application.close()
      await server.close()
    },
  }
}

async function waitUntil(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + waitMs; !(await isSo()); await sleep(50))
    assert.ok(performance.now() < deadline, `it takes too long until ${what}`)
}

/** When each account first had what was looked for. */
function watch(fake: FakeTarget, textOf: (resource: object) => string | undefined): ReadonlyMap<string, number> {
  const seen = new Map<string, number>()
  fake.fault = ({ method, body }) => {
    const text = method === 'PATCH' ? textOf(toObject(body)) : undefined
    if (text !== undefined && !seen.has(text)) seen.set(text, performance.now())
    return 'none'
  }
  return seen
}

const toObject = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {})

test('ENG-03: a change reaches the app half of the time within 5 s of its commit, and always within 60 s', async (t) => {
  await using running = await createRunning(1, 1_000)
  const [fake] = running.fakes
  assert.ok(fake !== undefined)
  const ids: string[] = []
  for (let n = 0; n < 40; n++) ids.push(await running.createPerson(`person${n}@example.com`))
  await waitUntil('all have accounts', () => fake.users.size === ids.length)
  const seen = watch(fake, (body) => /Name \d+!/.exec(JSON.stringify(body))?.[0])
  const committed = new Map<string, number>()
  for (let n = 0; n < 200; n++) {
    // Nobody twice while the change before is on its way: the later one would take its place.
    if (n % ids.length === 0) await waitUntil('all are there', () => seen.size === committed.size)
    const name = `Name ${n}!`
    await running.replace(ids[n % ids.length] ?? '', 'displayName', name)
    committed.set(name, performance.now())
    await sleep(20)
  }
  await waitUntil('all are there', () => seen.size === committed.size)
  const delays = [...committed].map(([name, at]) => (seen.get(name) ?? Number.NaN) - at)
  const sorted = delays.toSorted((left, right) => left - right)
  const median = sorted[sorted.length / 2] ?? Number.NaN
  const almostAll = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN
  t.diagnostic(`p50 ${Math.round(median)} ms, p99 ${Math.round(almostAll)} ms`)
  assert.ok(median < medianMsMax, `p50 ${median} ms`)
  assert.ok(almostAll < slowestMsMax, `p99 ${almostAll} ms`)
})

test('ENG-04: leavers are disabled in all apps within 60 s, while a large initial cycle has minutes of work left', async (t) => {
  const people = 3_000
  const leavers = 15
  await using running = await createRunning(2, 20)
  const ids: string[] = []
  for (let n = 0; n < leavers; n++) ids.push(await running.createPerson(`leaver${n}@example.com`))
  await waitUntil('all have accounts', () => running.fakes.every(({ users }) => users.size === leavers))
  await running.seed(people)
  // Both apps begin anew over everybody.
  await waitUntil('no cycle runs', async () => (await countOf(running, `cycles where ended_at is null`)) === 0)
  await running.database.query({ text: 'delete from cycles' })
  await waitUntil('all is queued', async () => (await countOf(running, `work_items where lane = 4`)) > people)
  const seen = running.fakes.map((fake, n) => watchDisabled(fake, n))
  const leftAt = performance.now()
  for (const id of ids) await running.replace(id, 'active', false)
  await waitUntil('all are disabled', () => seen.every(({ size }) => size === leavers))
  const slowest = Math.max(...seen.flatMap((times) => [...times.values()])) - leftAt
  const waiting = await countOf(running, 'work_items where lane = 4')
  t.diagnostic(`the last of ${leavers} after ${Math.round(slowest)} ms; ${waiting} of the cycles wait`)
  assert.ok(slowest < slowestMsMax, `${slowest} ms`)
  // At the pace of the apps that is more than a minute of work: who waits in line would have come too late.
  assert.ok(waiting > people, `${waiting} wait`)
  assert.equal(await countOf(running, `cycles where kind = 'initial' and ended_at is null`), 2)
  for (const { users } of running.fakes) {
    const inactive = users.all().filter(({ resource }) => resource['active'] === false)
    assert.equal(inactive.length, leavers)
  }
})

/** When each account was disabled. */
function watchDisabled(fake: FakeTarget, app: number): ReadonlyMap<string, number> {
  const seen = new Map<string, number>()
  fake.fault = ({ method, path, body }) => {
    const isDisabling = method === 'PATCH' && /"active":false|"path":"active","value":false/.test(JSON.stringify(body))
    if (isDisabling) seen.set(`${app} ${path}`, performance.now())
    return 'none'
  }
  return seen
}

async function countOf(
  { database }: Pick<Awaited<ReturnType<typeof createRunning>>, 'database'>,
  what: string,
): Promise<number> {
  const { rows } = await database.query<{ count: number }>({ text: `select count(*) as count from ${what}` })
  return rows[0]?.count ?? 0
}
