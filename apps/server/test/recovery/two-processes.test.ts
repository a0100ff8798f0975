import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { assertNothingLost, startLoad } from '../faults/load.ts'
import { createEmptyDatabase, type TestDatabase } from '../harness/database.ts'
import { provisionProcess, type ProcessTenant } from '../harness/provision-process.ts'
import { createScimClient } from '../harness/scim-over-http.ts'
import { startServer, temporaryFolder, type RunningServer, type TemporaryFolder } from '../harness/spawn.ts'

let own: TestDatabase
let folder: TemporaryFolder
let servers: readonly RunningServer[]
let tenant: ProcessTenant

const start = (): Promise<RunningServer> =>
  startServer({ environment: { DATABASE_URL: own.url, ROLLCALL_DATA_DIR: folder.path, LOG_LEVEL: 'warn' } })
const serverAt = (index: number): RunningServer => servers[index] ?? assert.fail('no such server')

before(async () => {
  own = await createEmptyDatabase()
  folder = temporaryFolder()
  // All three find an empty database and want to migrate it.
  servers = await Promise.all([start(), start(), start()])
  tenant = await provisionProcess(serverAt(0).url, folder.path)
})
after(async () => {
  await Promise.all(servers.map((server) => server.stop()))
  folder[Symbol.dispose]()
  await own.close()
})

test('CON-B8: three processes that start at once on an empty database apply each migration once, and all serve', async () => {
  const { rows } = await own.database.query<{ version: number; count: number }>({
    text: 'select version, count(*) from schema_migrations group by version order by version',
  })
  assert.ok(rows.length >= 2)
  for (const { count } of rows) assert.equal(count, 1)
  for (const { url } of servers) assert.equal((await fetch(`${url}/readyz`)).status, 200)
})

test('two processes on one database write at once: what one acknowledges the other shows at once, and nothing is lost', async () => {
  const first = createScimClient(serverAt(0).url, tenant.key)
  const second = createScimClient(serverAt(1).url, tenant.key)
  for (let n = 0; n < 20; n++) {
    const writer = n % 2 === 0 ? first : second
    const reader = n % 2 === 0 ? second : first
    const created = await writer('POST', '/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: `seen-${n}`,
    })
    assert.equal(created.status, 201, created.text)
    assert.equal((await reader('GET', `/Users/${created.body.id}`)).status, 200)
  }
  const options = [0, 1].map((index) => {
    return { url: serverAt(index).url, key: tenant.key, writers: 3, name: `process-${index}` }
  })
  const loads = await Promise.all(options.map(startLoad))
  await sleep(1_000)
  await Promise.all(loads.map((load) => load.stop()))
  for (const [index, load] of loads.entries()) {
    assert.deepEqual([...load.counts.keys()].toSorted(), ['200', '201', '204'])
    // Asked of the process that did not write it.
    const { name } = options[index] ?? assert.fail()
    await assertNothingLost(load, { url: serverAt(1 - index).url, key: tenant.key, writers: 0, name })
  }
})

test('a key that one process revoked is refused by the others within a second, although they have just served it', async () => {
  const issued = await tenant.admin(serverAt(0).url, 'POST', '/organizations/acme/keys', { scopes: ['scim'] })
  const ask = async (server: RunningServer): Promise<number> =>
    (await createScimClient(server.url, String(issued['key']))('GET', '/Users?count=0')).status
  for (const server of servers) assert.equal(await ask(server), 200)
  await tenant.admin(serverAt(0).url, 'POST', `/organizations/acme/keys/${String(issued['id'])}/revoke`)
  const revokedAt = performance.now()
  // Asked all the time, so that every cache is as fresh as it can be.
  while (performance.now() - revokedAt < 1_000) {
    await Promise.all(servers.map(ask))
    await sleep(20)
  }
  for (const server of servers) assert.equal(await ask(server), 401)
})

test('CON-B6: SIGTERM to one of two processes under writes: every request it took is answered, nothing is lost, exit 0', async () => {
  const leaving = await start()
  const options = { url: leaving.url, key: tenant.key, writers: 6, name: 'leaving' }
  const load = await startLoad({ ...options, mayBreak: true })
  while (load.created.size < 50) await sleep(10)
  const exited = leaving.stop()
  const exit = await exited
  // From now on nobody listens, which is the only way in which a request may fail.
  await load.stop()
  assert.deepEqual(exit, { code: 0, signal: null }, leaving.stderr())
  assert.deepEqual([...load.counts.keys()].filter((name) => name !== 'broken').toSorted(), ['200', '201', '204'])
  for (const code of load.breaks) assert.equal(code, 'ECONNREFUSED')
  await assertNothingLost(load, { ...options, url: serverAt(0).url })
})
