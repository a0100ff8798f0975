import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { countRequests, findRequest, listRequests, type ListRequests } from '../../src/audit/list-requests.ts'
import { packLinesLeast } from '../../src/audit/read-pack.ts'
import { createRequestLog } from '../../src/audit/request-log.ts'
import { trimRequestLog } from '../../src/audit/trim-request-log.ts'
import type { Database } from '../../src/db/pool.ts'
import { insertMissingRequestLog, toLogText, type RequestLogRow } from '../../src/db/queries/request-log.ts'
import { firstIdAt, timeOfId } from '../../src/id-time.ts'
import { createId } from '../../src/type-id.ts'
import { DatabaseUnavailable } from '../../src/unavailable.ts'
import { createTestProvisioning, type TestProvisioning, type TestTenant } from '../harness/provisioning.ts'

let server: TestProvisioning
before(async () => {
  server = await createTestProvisioning()
})
after(() => server.close())

const startMs = Date.parse('2026-11-01T10:00:00Z')
const strange = 'a\tb\\n\nc\r"{d,e}" \\ \u001E\u001F\u001D 김'
const [mailKey, hrKey] = [createId(), createId()]
const [mail, hr] = [createId(), createId()]

/** An id of that moment; the serial keeps two of one moment apart. */
function idAt(ms: number, serial: number): string {
  return `${firstIdAt(ms).slice(0, -12)}${serial.toString(16).padStart(12, '0')}`
}

function readOf(tenant: TestTenant, ms: number, more: Partial<RequestLogRow> = {}): RequestLogRow {
  return {
    organizationId: tenant.organization.id,
    id: idAt(ms, ms % 1000),
    at: new Date(ms),
    connectionId: mail,
    keyId: mailKey,
    client: 'Okta SCIM Client 1.0.0',
    ip: '192.0.2.7',
    method: 'GET',
    path: '/scim/v2/Users',
    resourceType: 'User',
    resourceId: null,
    externalId: null,
    status: 200,
    scimType: null,
    detail: null,
    durationUs: 100 + (ms % 7),
    rules: [],
    changes: null,
    requestBody: null,
    responseBody: null,
    ...more,
  }
}

/** 800 requests of 80 seconds, the same whatever the organization: mostly reads, of two keys. */
function manyOf(tenant: TestTenant): readonly RequestLogRow[] {
  return Array.from({ length: 800 }, (_, n) => {
    const [connectionId, keyId] = n % 3 === 0 ? [hr, hrKey] : [mail, mailKey]
    const resourceId = `00000000-0000-4000-8000-0000000000${(n % 40).toString().padStart(2, '0')}`
    const row = { connectionId, keyId, resourceId, path: `/scim/v2/Users/${resourceId}` }
    const ms = startMs + n * 101
    if (n % 97 === 0) return readOf(tenant, ms, { ...row, status: 404, detail: 'gone', responseBody: '{}' })
    if (n % 89 === 0) return readOf(tenant, ms, { ...row, method: 'PATCH', changes: { operations: 1 } })
    if (n % 83 === 0) return readOf(tenant, ms, { ...row, status: 304 })
    if (n % 79 === 0)
      return readOf(tenant, ms, { ...row, client: null, ip: null, rules: ['a "quoted", {rule}', strange] })
    if (n % 73 === 0) return readOf(tenant, ms, { ...row, path: `/${strange}`, externalId: strange, client: strange })
    return readOf(tenant, ms, row)
  })
}

/** As two processes write them, whose batches overlap in time. */
async function writeBy(database: Database, rows: readonly RequestLogRow[]): Promise<void> {
  const logs = [createRequestLog({ database }), createRequestLog({ database })] as const
  for (const [n, row] of rows.entries()) {
    logs[Math.trunc(n / 5) % 2]?.add(row)
    if (n % 150 === 149) await logs[Math.trunc(n / 150) % 2]?.flush()
  }
  for (const log of logs) await log.close()
}

async function packsOf(tenant: TestTenant): Promise<readonly { readonly lines: number; readonly bytes: number }[]> {
  const { rows } = await server.database.query<{ lines: number; bytes: number }>(
    {
      text: `select line_count as lines, octet_length(lines) as bytes from request_log_reads
        where organization_id = $1 order by last_id`,
    },
    [tenant.organization.id],
  )
  return rows
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)

/** What the separators of a pack become, since no client can send them. */
const shown = (text: string | null): string | null => text?.replaceAll(/[\u001D-\u001F]/g, '\uFFFD') ?? null

async function listAll(tenant: TestTenant, query: Partial<ListRequests>, limit: number) {
  const lines = []
  for (let after: string | undefined; ;) {
    const page = await listRequests(server.database, tenant.organization.id, { limit, after, ...query })
    lines.push(...page.data)
    if (page.next === undefined) return lines
    after = page.next
  }
}

const toComparable = (row: RequestLogRow | undefined) =>
  row && {
    ...row,
    organizationId: '',
    ...{ client: shown(row.client), path: shown(row.path), externalId: shown(row.externalId) },
    rules: row.rules.map(shown),
  }

test('packed reads are listed, filtered, paged, counted and shown exactly as rows are', async () => {
  const [packed, single] = [await server.createTenant('packed'), await server.createTenant('single')]
  await writeBy(server.database, manyOf(packed))
  const rows = manyOf(single)
  await insertMissingRequestLog(server.database, rows.map(toLogText))
  const packs = await packsOf(packed)
  assert.ok(packs.length > 15 && packs.length < 60, `${packs.length} packs`)
  assert.ok(sum(packs.map(({ lines }) => lines)) > 600)
  assert.deepEqual(await packsOf(single), [])
  const since = new Date(startMs + 30_050)
  const until = new Date(startMs + 70_070)
  const resourceId = '00000000-0000-4000-8000-000000000007'
  const queries: readonly Partial<ListRequests>[] = [
    {},
    ...[{ failed: true }, { failed: false }, { status: 200 }, { status: 304 }, { statusClass: 2 }, { statusClass: 3 }],
    ...[{ method: 'GET' }, { method: 'PATCH' }, { since }, { until }, { since, until, failed: false }],
    ...[{ connectionId: hr }, { keyId: mailKey }, { keyId: createId() }, { resourceId }, { resourceId, since }],
    ...[{ resourceId: 'nobody' }, { path: 'Users/00000000' }, { path: '{d,e}' }, { path: '김', keyId: hrKey, until }],
  ]
  for (const query of queries)
    for (const limit of Object.keys(query).length === 2 ? [11, 200] : [200]) {
      const told = JSON.stringify([query, limit])
      const [of, wanted] = [await listAll(packed, query, limit), await listAll(single, query, limit)]
      assert.deepEqual(
        of.map((line) => line.id),
        wanted.map((line) => line.id),
        told,
      )
      assert.equal(
        await countRequests(server.database, packed.organization.id, { limit, ...query }),
        wanted.length,
        told,
      )
    }
  for (const { id } of rows.filter((_, n) => n % 11 === 0 || n % 79 === 0 || n % 73 === 0))
    assert.deepEqual(
      toComparable(await findRequest(server.database, packed.organization.id, id)),
      toComparable(await findRequest(server.database, single.organization.id, id)),
    )
  assert.equal(await findRequest(server.database, packed.organization.id, createId()), undefined)
  assert.equal(await findRequest(server.database, single.organization.id, idAt(startMs + 1, 1)), undefined)
})

test('reads over HTTP are packed, shown as soon as before, and none is lost when the server stops', async () => {
  await using own = await createTestProvisioning()
  const tenant = await own.createTenant('stopping')
  const answers = await Promise.all(Array.from({ length: 60 }, () => tenant.scim('GET', '/Users?count=1')))
  assert.ok(answers.every(({ status }) => status === 200))
  await tenant.scim('GET', '/Users/nobody')
  await own.application.close()
  const { rows } = await own.database.query<{ packed: number; single: number }>({
    text: `select (select coalesce(sum(line_count), 0)::bigint from request_log_reads) as packed,
      (select count(*) from request_log) as single`,
  })
  const { packed = 0, single = 0 } = rows[0] ?? {}
  assert.equal(packed + single, 61)
  assert.ok(packed >= packLinesLeast, String(packed))
  const { data } = await listRequests(own.database, tenant.organization.id, { limit: 100 })
  assert.deepEqual([data.length, data[0]?.status, data[1]?.connectionId], [61, 404, tenant.connection.id])
})

test('few reads stay rows, and so do reads that are further apart than a pack may span', async () => {
  const tenant = await server.createTenant('sparse')
  const log = createRequestLog({ database: server.database })
  for (let n = 1; n < packLinesLeast; n++) log.add(readOf(tenant, startMs + n))
  await log.flush()
  for (let n = 0; n < packLinesLeast; n++) log.add(readOf(tenant, startMs + 100_000 + n * 60_000))
  await log.close()
  assert.deepEqual(await packsOf(tenant), [])
  assert.equal((await listAll(tenant, {}, 100)).length, 2 * packLinesLeast - 1)
})

test('packs go when their last line is too old, and the oldest go above the organization’s size', async () => {
  const tenant = await server.createTenant('trimming')
  const reads = [0, 1, 2].map((day) =>
    Array.from({ length: 20 }, (_, n) => readOf(tenant, startMs + day * 86_400_000 + n)),
  )
  const log = createRequestLog({ database: server.database })
  for (const day of reads) {
    for (const read of day) log.add(read)
    await log.flush()
  }
  await log.close()
  const trim = (bytesMax: number) => {
    const limitsOf = () => ({ daysMax: 2, bytesMax })
    return trimRequestLog(server.database, { now: new Date(startMs + 2 * 86_400_000 + 1_000), limitsOf })
  }
  // Lines of other tests go too.
  assert.ok((await trim(1e9)) >= 20)
  const packs = await packsOf(tenant)
  assert.equal(packs.length, 2)
  assert.ok((await trim(300 + (packs[1]?.bytes ?? 0))) >= 20)
  const wanted = reads[2]?.map(({ id }) => id).toReversed()
  assert.deepEqual(
    (await listAll(tenant, {}, 100)).map(({ id }) => id),
    wanted,
  )
})

test('packs survive a database that is away, also one that is lost after the commit, and none is written twice', async () => {
  const tenant = await server.createTenant('lost')
  let isAway = true
  let loses = false
  const failing: Database = {
    ...server.database,
    copy: async (text, lines) => {
      if (isAway) throw new DatabaseUnavailable('away')
      await server.database.copy(text, lines)
      if (loses) throw new DatabaseUnavailable('lost')
    },
  }
  const log = createRequestLog({ database: failing })
  for (let n = 0; n < 600; n++) log.add(readOf(tenant, startMs + n, { path: `/${n} ${strange}` }))
  await assert.rejects(log.flush())
  isAway = false
  loses = true
  await log.flush()
  for (let n = 600; n < 900; n++) log.add(readOf(tenant, startMs + n))
  await assert.rejects(log.flush())
  assert.deepEqual([log.depth, log.dropped], [300, 0])
  loses = false
  await log.close()
  assert.equal(log.depth, 0)
  const ids = (await listAll(tenant, {}, 500)).map(({ id }) => id)
  assert.deepEqual([ids.length, new Set(ids).size], [900, 900])
  const { data } = await listRequests(server.database, tenant.organization.id, { limit: 1, after: ids[899 - 600] })
  assert.equal(data[0]?.path, shown(`/599 ${strange}`))
})

test('a read that the database cannot hold is dropped, and the others of its pack are kept', async () => {
  const tenant = await server.createTenant('poisoned')
  const errors: unknown[] = []
  const log = createRequestLog({ database: server.database, onError: (error) => errors.push(error) })
  for (let n = 0; n < 30; n++) log.add(readOf(tenant, startMs + n, { client: n === 7 ? '\u0000' : strange }))
  await log.close()
  assert.deepEqual([log.dropped, errors.length], [1, 1])
  const lines = await listAll(tenant, {}, 100)
  assert.equal(lines.length, 29)
  assert.ok(lines.every(({ client }) => client === shown(strange)))
})

test('the moment of an id comes back from it', () => {
  for (const ms of [0, 1, startMs, 2 ** 48 - 1]) assert.equal(timeOfId(firstIdAt(ms)), ms)
  assert.equal(timeOfId(firstIdAt(2 ** 48)), 2 ** 48 - 1)
  assert.ok(Math.abs(timeOfId(createId()) - Date.now()) < 1_000)
})
