import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createKeyText } from '../../src/access/key-text.ts'
import { updateOrganization } from '../../src/access/organizations.ts'
import { countRequests, findRequest, listRequests, type ListRequests } from '../../src/audit/list-requests.ts'
import {
  batchDelayMs,
  batchLinesMax,
  bodyBytesMax,
  createRequestLog,
  queuedLinesMax,
} from '../../src/audit/request-log.ts'
import { trimRequestLog } from '../../src/audit/trim-request-log.ts'
import { toOrganizationSettings } from '../../src/access/organization-settings.ts'
import type { RequestLogRow } from '../../src/db/queries/request-log.ts'
import { jobs } from '../../src/jobs.ts'
import { DatabaseUnavailable } from '../../src/unavailable.ts'
import { createId } from '../../src/type-id.ts'
import { createTestProvisioning, scimInit, type TestProvisioning, type TestTenant } from '../harness/provisioning.ts'

let server: TestProvisioning
before(async () => {
  server = await createTestProvisioning()
})
after(() => server.close())

const written = () => sleep(batchDelayMs + 100)
const user = (userName: string, more: object = {}) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName,
  ...more,
})
const patchOf = (...Operations: readonly object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
})

async function linesOf(tenant: TestTenant, query: Partial<ListRequests> = {}): Promise<readonly RequestLogRow[]> {
  await written()
  const { data } = await listRequests(server.database, tenant.organization.id, { limit: 100, ...query })
  const rows = await Promise.all(data.map((line) => findRequest(server.database, tenant.organization.id, line.id)))
  return rows.filter((row) => row !== undefined)
}

test('CON-E10: every request is one line with both ids, who asked, what came of it, and how long it took', async () => {
  const tenant = await server.createTenant('e10')
  const made = await tenant.scim('POST', '/Users', user('e10', { externalId: '00u-okta' }), {
    'user-agent': 'Okta SCIM Client 1.0.0',
  })
  await tenant.scim('PATCH', `/Users/${made.body.id}`, patchOf({ op: 'Replace', path: 'active', value: 'False' }))
  await tenant.scim('GET', `/Users/${made.body.id}?attributes=userName`)
  const [read, patch, create] = await linesOf(tenant)
  assert.deepEqual(
    [create?.method, create?.path, create?.status, create?.client, create?.ip],
    ['POST', '/scim/v2/Users', 201, 'Okta SCIM Client 1.0.0', '127.0.0.1'],
  )
  assert.deepEqual([create?.resourceType, create?.resourceId, create?.externalId], ['User', made.body.id, '00u-okta'])
  assert.equal(create?.connectionId, tenant.connection.id)
  assert.ok((create?.durationUs ?? 0) > 0)
  assert.match(create?.requestBody ?? '', /"userName":"e10"/)
  assert.ok(create?.responseBody?.includes(made.body.id))
  assert.deepEqual(patch?.changes, { attributes: ['active'] })
  assert.ok(
    patch?.rules.some((rule) => rule.startsWith('operationCase')),
    String(patch?.rules),
  )
  assert.ok(
    patch?.rules.some((rule) => rule.startsWith('booleanText')),
    String(patch?.rules),
  )
  assert.equal(read?.path, `/scim/v2/Users/${made.body.id}?attributes=userName`)
  assert.deepEqual([read?.requestBody, read?.responseBody, read?.changes], [null, null, null])
})

test('a read keeps its bodies when it failed, a search is a read, a write keeps at most 16 kB of each body', async () => {
  const tenant = await server.createTenant('bodies')
  const search = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], filter: 'userName eq "x"' }
  await tenant.scim('GET', '/Users?filter=nonsense')
  await tenant.scim('POST', '/Users/.search', search)
  await tenant.scim('POST', '/Users', user('long', { displayName: '한'.repeat(20_000) }))
  const [write, searched, failed] = await linesOf(tenant)
  assert.deepEqual([failed?.status, failed?.scimType], [400, 'invalidFilter'])
  assert.match(failed?.responseBody ?? '', /invalidFilter/)
  assert.ok((failed?.detail ?? '').length > 0)
  assert.deepEqual([searched?.status, searched?.requestBody, searched?.responseBody], [200, null, null])
  for (const body of [write?.requestBody, write?.responseBody]) {
    const bytes = Buffer.byteLength(body ?? '')
    assert.ok(bytes > bodyBytesMax / 2 && bytes <= bodyBytesMax, `${bytes} bytes`)
    assert.ok(!(body ?? '').includes('\uFFFD'))
  }
})

test('TRAP-A12: a canary password and a canary key are found nowhere: answers, log lines, changes, any table', async () => {
  const lines: string[] = []
  await using quiet = await createTestProvisioning({ logger: await recordingLogger(lines) })
  const tenant = await quiet.createTenant('canary')
  const password = 'cAnArY-p4ssw0rd-7731'
  const secret = createKeyText('scm', tenant.organization.shortId)
  const answers = []
  const made = await tenant.scim('POST', '/Users', user('canary', { password }))
  answers.push(made)
  const path = `/Users/${made.body.id}`
  answers.push(
    await tenant.scim('GET', `${path}?attributes=password,userName`),
    await tenant.scim('PUT', `${path}?attributes=password`, user('canary', { password })),
    await tenant.scim('PATCH', path, patchOf({ op: 'replace', path: 'password', value: password })),
    await tenant.scim('PATCH', path, patchOf({ op: 'replace', value: { password } })),
    await tenant.scim(
      'PATCH',
      path,
      patchOf({ op: 'replace', path: 'urn:ietf:params:scim:schemas:core:2.0:User:password', value: password }),
    ),
    await tenant.scim('POST', '/Users', user('canary', { password })),
    await tenant.scim('POST', '/Users', user('canary2', { password: { value: password } })),
    await tenant.scim('GET', `/Users?filter=${encodeURIComponent(`password eq "${password}"`)}`),
    await tenant.scim('GET', `/Users?sortBy=password&attributes=password`),
    await tenant.scim('POST', '/Users/.search', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      filter: `password eq "${password}"`,
      attributes: ['password'],
    }),
    await tenant.scim('POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [
        { method: 'POST', path: '/Users', bulkId: 'a', data: user('canary3', { password }) },
        { method: 'PATCH', path, data: patchOf({ op: 'add', path: 'password', value: password }) },
      ],
    }),
    await tenant.scim('GET', '/Users', undefined, { authorization: `Bearer ${secret}` }),
    await tenant.scim('GET', `/Users?access_token=${secret}`),
    await tenant.scim('GET', `/Users/${secret}`),
    await tenant.scim('GET', '/Users', undefined, { 'user-agent': `curl ${secret}` }),
    await tenant.scim('POST', '/Users', user('canary4', { nickName: secret })),
  )
  assert.equal(made.status, 201)
  assert.ok(
    answers.every((answer) => answer.status < 500),
    answers.map((answer) => answer.status).join(),
  )
  for (const answer of answers) {
    assert.ok(!answer.text.includes(password), answer.text)
    assert.ok(![...answer.headers].join().includes(password))
  }
  await quiet.application.close()
  assert.ok((await countRequests(quiet.database, tenant.organization.id, { limit: 1 })) >= answers.length)
  assert.deepEqual(await findEverywhere(quiet, password), [])
  assert.deepEqual(
    // What a client stores in an attribute of its own choice is data, in the resource and in its history.
    (await findEverywhere(quiet, secret)).filter((table) => !['users', 'changes'].includes(table)),
    [],
  )
  for (const text of [password, secret]) assert.ok(!lines.join('').includes(text))
})

test('failed keys are logged in the organization that the address or the key names, without the key', async () => {
  const tenant = await server.createTenant('knocked')
  const forged = createKeyText('scm', tenant.organization.shortId)
  await server.send('/o/knocked/scim/v2/Users', { headers: { authorization: 'Bearer junk' } })
  await server.send('/scim/v2/Users', { headers: { authorization: `Bearer ${forged}` } })
  await server.send('/scim/v2/Users', { headers: { authorization: 'Bearer junk' } })
  const lines = await linesOf(tenant)
  assert.deepEqual(
    lines.map(({ path, status, detail, keyId }) => [path, status, detail, keyId]),
    [
      ['/scim/v2/Users', 401, 'The key is unknown', null],
      ['/o/knocked/scim/v2/Users', 401, 'The key is unknown', null],
    ],
  )
})

test('a key at the address of another organization is told to both, but to the other one without its id', async () => {
  const [mine, theirs] = [await server.createTenant('visitor'), await server.createTenant('visited')]
  await server.send('/o/visited/scim/v2/Users', scimInit('GET', { key: mine.key }))
  const [seenByMe] = await linesOf(mine)
  const [seenByThem] = await linesOf(theirs)
  assert.equal(seenByMe?.status, 401)
  assert.notEqual(seenByMe?.keyId, null)
  assert.deepEqual([seenByThem?.status, seenByThem?.keyId, seenByThem?.connectionId], [401, null, null])
})

test('lines are listed newest first, in pages, and by status, failure, method, path, resource and time', async () => {
  const tenant = await server.createTenant('listing')
  const { body } = await tenant.scim('POST', '/Users', user('listing'))
  server.clock.advance(60_000)
  const since = server.clock()
  await tenant.scim('GET', `/Users/${body.id}`)
  await tenant.scim('GET', '/Users/nobody')
  const statusesOf = async (query: Partial<ListRequests>) => (await linesOf(tenant, query)).map((line) => line.status)
  assert.deepEqual(await statusesOf({}), [404, 200, 201])
  assert.deepEqual(await statusesOf({ status: 404 }), [404])
  assert.deepEqual(await statusesOf({ failed: true }), [404])
  assert.deepEqual(await statusesOf({ failed: false }), [200, 201])
  assert.deepEqual(await statusesOf({ method: 'POST' }), [201])
  assert.deepEqual(await statusesOf({ resourceId: body.id }), [200, 201])
  assert.deepEqual(await statusesOf({ path: 'nobody' }), [404])
  assert.deepEqual(await statusesOf({ since }), [404, 200])
  const first = await listRequests(server.database, tenant.organization.id, { limit: 2 })
  const second = await listRequests(server.database, tenant.organization.id, { limit: 2, after: first.next })
  assert.deepEqual([first.data.length, second.data.length, second.next], [2, 1, undefined])
})

test('old lines go after the organization’s days, the oldest go above its size, and only its own', async () => {
  const [tenant, other] = [await server.createTenant('trimmed'), await server.createTenant('untouched')]
  for (const each of [tenant, other]) for (const name of ['a', 'b', 'c']) await each.scim('POST', '/Users', user(name))
  await written()
  const sizeOf = async (each: TestTenant) => (await linesOf(each)).length
  const command = { settings: { requestLog: { daysMax: 2 } } }
  await updateOrganization(server.database, server.call(), { organizationId: tenant.organization.id, command })
  const trim = (days: number, bytesMax: number) => {
    const now = new Date(server.clock().getTime() + days * 86_400_000)
    const limitsOf: Parameters<typeof trimRequestLog>[1]['limitsOf'] = (settings) =>
      toOrganizationSettings(settings, { daysMax: 30, bytesMax }).requestLog
    return trimRequestLog(server.database, { now, limitsOf })
  }
  await trim(1, 1e9)
  assert.deepEqual([await sizeOf(tenant), await sizeOf(other)], [3, 3])
  await trim(3, 1e9)
  assert.deepEqual([await sizeOf(tenant), await sizeOf(other)], [0, 3])
  const [newest] = await linesOf(other)
  const bytes = 300 + (newest?.path.length ?? 0) + Buffer.byteLength(`${newest?.requestBody}${newest?.responseBody}`)
  await trim(1, bytes)
  assert.deepEqual(
    (await linesOf(other)).map((line) => line.id),
    [newest?.id],
  )
  assert.ok(jobs.some((job) => job.name === 'trim-request-log'))
})

test('lines survive a database that is away, are dropped beyond the bound, and none is written twice', async () => {
  const tenant = await server.createTenant('away')
  let isAway = true
  let statements = 0
  const database: typeof server.database = {
    ...server.database,
    query: (statement, values) => {
      statements++
      return isAway ? Promise.reject(new DatabaseUnavailable('away')) : server.database.query(statement, values)
    },
    copy: (text, lines) => {
      statements++
      return isAway ? Promise.reject(new DatabaseUnavailable('away')) : server.database.copy(text, lines)
    },
  }
  const errors: unknown[] = []
  const log = createRequestLog({ database, onError: (error) => errors.push(error) })
  for (let n = 0; n < queuedLinesMax + 7; n++) log.add(lineOf(tenant))
  assert.deepEqual([log.depth, log.dropped], [queuedLinesMax, 7])
  await assert.rejects(log.flush())
  assert.equal(log.depth, queuedLinesMax)
  isAway = false
  statements = 0
  await log.flush()
  await log.close()
  assert.equal(statements, queuedLinesMax / batchLinesMax)
  assert.equal(await countRequests(server.database, tenant.organization.id, { limit: 1 }), queuedLinesMax)
})

test('one line that the database cannot hold is dropped and keeps no other back', async () => {
  const tenant = await server.createTenant('poison')
  const errors: unknown[] = []
  const log = createRequestLog({ database: server.database, onError: (error) => errors.push(error) })
  for (const path of ['/a', '/b\u0000', '/c']) log.add({ ...lineOf(tenant), path })
  await log.close()
  assert.deepEqual([log.dropped, errors.length], [1, 1])
  assert.deepEqual(
    (await linesOf(tenant)).map((line) => line.path),
    ['/c', '/a'],
  )
})

test('a request whose texts hold U+0000 is logged with the character replaced', async () => {
  const tenant = await server.createTenant('nul')
  const answer = await tenant.scim('POST', '/Users', user('nul\u0000', { externalId: 'x\u0000' }))
  assert.equal(answer.status, 400)
  const [line] = await linesOf(tenant)
  assert.equal(line?.status, 400)
})

test('the metrics tell refusals, cache hits, and what the log holds and dropped', async () => {
  const tenant = await server.createTenant('metrics')
  await tenant.scim('GET', '/Users')
  await tenant.scim('GET', '/Users')
  await server.send('/scim/v2/Users')
  const { text } = await server.send('/metrics')
  assert.match(text, /rollcall_key_cache_total\{result="hit"\} [1-9]/)
  assert.match(text, /rollcall_authentication_failures_total\{reason="missing"\} [1-9]/)
  assert.match(text, /rollcall_request_log_queue \d/)
  assert.match(text, /rollcall_request_log_dropped_total 0/)
})

function lineOf(tenant: TestTenant): RequestLogRow {
  return {
    organizationId: tenant.organization.id,
    id: createId(),
    at: server.clock(),
    connectionId: null,
    keyId: null,
    client: null,
    ip: null,
    method: 'GET',
    path: '/Users',
    resourceType: null,
    resourceId: null,
    externalId: null,
    status: 200,
    scimType: null,
    detail: null,
    durationUs: 1,
    rules: ['a "quoted", {rule}'],
    changes: null,
    requestBody: null,
    responseBody: null,
  }
}

async function recordingLogger(lines: string[]) {
  const { createLogger } = await import('../../src/telemetry/logger.ts')
  return createLogger({ level: 'trace', isPretty: false, isColored: false, write: (line) => lines.push(line) })
}

/** Names of the tables that hold the text in any column of any row. */
async function findEverywhere(where: TestProvisioning, text: string): Promise<readonly string[]> {
  const { rows: tables } = await where.database.query<{ name: string }>({
    text: `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'`,
  })
  const found: string[] = []
  for (const { name } of tables) {
    const { rows } = await where.database.query<{ n: number }>(
      { text: `select count(*)::int as n from ${name} t where position($1 in t::text) > 0` },
      [text],
    )
    if (rows[0]?.n !== 0) found.push(name)
  }
  return found
}
