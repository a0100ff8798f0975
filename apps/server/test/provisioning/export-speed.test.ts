import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { createClient, eq } from '@rollcall/scim/client'
import { createOutboundConnections } from '../../src/outbound-connections.ts'
import { seedUsers } from '../directory/seed.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'
import { outboundAllow } from './fake-target/open-fake.ts'
import { createMemoryTarget } from './memory-target.ts'
import { rulesOf } from './rules-fixture.ts'

const peopleCount = 1_000
const permitsMax = 32
const everyone = { rules: rulesOf({}, { assignment: 'everyone' }) }
/** A tenth of what `npm run bench -- engine` asks for: this machine may be small, and has other tests to run. */
const objectsPerSecondMin = 1_000
const shareMin = 0.08

async function seed({ server, organizationId, tenant }: EngineHarness): Promise<void> {
  await seedUsers(server.database, { organizationId, connectionId: tenant.connection.id }, { count: peopleCount })
}

/** An app that answers at once: it knows nobody and makes every account. Counts what came, and when. */
function createInstantApp(): { readonly server: Server; perSecond(): number; clear(): void } {
  let count = 0
  let firstMs = 0
  let lastMs = 0
  const empty = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"Resources":[]}'
  const server = createServer((request, response) => {
    lastMs = performance.now()
    if (count++ === 0) firstMs = lastMs
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const isMade = request.method === 'POST'
      response.writeHead(isMade ? 201 : 200, { 'content-type': 'application/scim+json' })
      response.end(isMade ? `{"id":"a${count}",${body.slice(1)}` : empty)
    })
  })
  return {
    server,
    perSecond: () => (count * 1_000) / (lastMs - firstMs),
    clear: () => {
      count = 0
    },
  }
}

/** The same questions and the same accounts, as many at once, from a client without an engine. */
async function askBare(baseUrl: string): Promise<void> {
  const { users } = createClient({ baseUrl, token: 'token', retries: 0 })
  let next = 0
  const lane = async (): Promise<void> => {
    for (let number = next++; number < peopleCount; number = next++) {
      const userName = `bare${number}@example.com`
      await users.list({ filter: eq('externalId', userName), count: 2 }).next()
      await users.list({ filter: eq('userName', userName), count: 2 }).next()
      await users.create({ userName, externalId: userName, displayName: userName, active: true })
    }
  }
  await Promise.all(Array.from({ length: permitsMax }, lane))
}

test('ENG-37: accounts are claimed, marked, completed and logged in their thousands, and an app that answers at once is kept busy', async (t) => {
  await t.test('in an app within the process', async () => {
    const target = createMemoryTarget()
    await using harness = await createEngineHarness({ target, ...everyone })
    await seed(harness)
    const startedMs = performance.now()
    const used = process.cpuUsage()
    await harness.settle()
    const { user, system } = process.cpuUsage(used)
    // On a machine that others use too, the clock of the processor says more.
    const seconds = Math.min((performance.now() - startedMs) / 1_000, (user + system) / 1_000_000)
    t.diagnostic(`${Math.round(peopleCount / seconds)} objects a second`)
    const logged = `select count(*) as count from provisioning_log
      where organization_id = $1 and app_id = $2 and action = 'create' and status = 'success'`
    assert.deepEqual(await harness.rows(logged), [{ count: peopleCount }])
    assert.equal(target.counts.create, peopleCount)
    assert.ok(peopleCount / seconds >= objectsPerSecondMin, `${peopleCount / seconds} a second`)
  })

  await t.test('over HTTP, against a bare client', async () => {
    const app = createInstantApp()
    await new Promise<void>((resolve) => app.server.listen(0, '127.0.0.1', resolve))
    // It listens on TCP, so the address has a port.
    const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/scim`
    const connections = createOutboundConnections({ allow: outboundAllow })
    try {
      await askBare(url)
      const bare = app.perSecond()
      app.clear()
      const remote = { url, token: 'token', send: connections.send }
      await using harness = await createEngineHarness({ remote, ...everyone })
      await seed(harness)
      await harness.settle()
      const share = app.perSecond() / bare
      t.diagnostic(`${share.toFixed(2)} of ${Math.round(bare)} requests a second`)
      assert.ok(share >= shareMin, `${share} of what a bare client can`)
    } finally {
      connections.close()
      app.server.closeAllConnections()
      app.server.close()
    }
  })
})
