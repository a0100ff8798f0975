import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { configOf } from '../../src/config.ts'
import { readState, toGroup, toPatch, toSearch, toUser } from '../bad-input/refusal.ts'
import { databaseProxy } from '../harness/database-proxy.ts'
import {
  createListeningProvisioning,
  createSecondApplication,
  type ListeningProvisioning,
} from '../harness/listening.ts'
import type { TestTenant } from '../harness/provisioning.ts'
import { createScimClient, type HttpAnswer, type ScimClient } from '../harness/scim-over-http.ts'

const statementTimeoutMs = 500
// What Okta waits, and ten times what these tests set.
const clientPatienceMs = 60_000
const boundMs = 10 * (statementTimeoutMs + 2_000)

let server: ListeningProvisioning
let acme: TestTenant
let userId: string
let groupId: string
before(async () => {
  server = await createListeningProvisioning()
  acme = await server.createTenant('acme')
  userId = (await acme.scim('POST', '/Users', toUser('waiting'))).body.id
  groupId = (await acme.scim('POST', '/Groups', toGroup('waiting'))).body.id
})
after(() => server.close())

const requests: readonly ((send: ScimClient) => Promise<HttpAnswer>)[] = [
  (send) => send('GET', `/Users/${userId}`),
  (send) => send('GET', '/Users?filter=userName%20eq%20%22waiting%22'),
  (send) => send('POST', '/Users/.search', toSearch({ filter: 'title pr' })),
  (send) => send('POST', '/Users', toUser('late')),
  (send) => send('PUT', `/Users/${userId}`, toUser('changed')),
  (send) => send('PATCH', `/Users/${userId}`, toPatch({ op: 'add', path: 'title', value: 'late' })),
  (send) => send('PATCH', `/Groups/${groupId}`, toPatch({ op: 'add', path: 'members', value: [{ value: userId }] })),
  (send) => send('DELETE', `/Users/${userId}`),
  (send) => send('GET', '/Users?cursor='),
]

async function assertUnavailable(send: ScimClient): Promise<void> {
  const start = performance.now()
  for (const answer of await Promise.all(requests.map((act) => act(send)))) {
    assert.equal(answer.status, 503, answer.text)
    assert.equal(answer.headers.get('content-type'), 'application/scim+json')
    assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/)
    assert.equal(answer.body.status, '503')
  }
  assert.ok(performance.now() - start < boundMs, `${performance.now() - start} ms`)
}

test('AC-O19: while another program holds the tables every request is 503 with Retry-After long before 60 s, and changes nothing', async () => {
  const { databaseStatementTimeoutMs } = configOf()
  assert.ok(databaseStatementTimeoutMs <= clientPatienceMs / 2, 'what a server waits by default')
  const second = await createSecondApplication(server, { statementTimeoutMs })
  const send = createScimClient(second.url, acme.key)
  assert.equal((await send('GET', `/Users/${userId}`)).status, 200)
  const state = await readState(server.database)
  const holder = new pg.Client(server.databaseUrl)
  await holder.connect()
  await holder.query('begin')
  await holder.query('lock table users, teams in access exclusive mode')
  await assertUnavailable(send)
  await holder.query('rollback')
  await holder.end()
  assert.equal(await readState(server.database), state)
  assert.equal((await send('GET', `/Users/${userId}`)).status, 200)
  await second.close()
})

test('AC-O19: a database from which nothing comes any more is given up, and is used again when it is back', async (t) => {
  const proxy = databaseProxy(server.databaseUrl)
  const second = await createSecondApplication(server, { statementTimeoutMs, databaseUrl: await proxy.open() })
  t.after(async () => {
    await proxy.close()
    await second.close()
  })
  const send = createScimClient(second.url, acme.key)
  assert.equal((await send('GET', `/Users/${userId}`)).status, 200)
  const state = await readState(server.database)
  proxy.freeze()
  await assertUnavailable(send)
  // Now there are no connections left, and new ones say nothing either.
  await assertUnavailable(send)
  assert.equal(await readState(server.database), state)
  await proxy.close()
  await assertUnavailable(send)
  await proxy.open()
  assert.equal((await send('GET', `/Users/${userId}`)).status, 200)
  assert.equal((await send('POST', '/Users', toUser('after all'))).status, 201)
})
