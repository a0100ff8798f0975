import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { formatTypeId } from '../../src/type-id.ts'
import { databaseProxy } from '../harness/database-proxy.ts'
import { createEmptyDatabase } from '../harness/database.ts'
import { createSourceHarness, peopleOf, type SourceHarness } from './source-harness.ts'
import { json, serve } from './web-server.ts'

let harness: SourceHarness
let folders: string
const now = () => harness.application.clock().getTime()

before(async () => {
  folders = await mkdtemp(join(tmpdir(), 'rollcall-folders-'))
  const settings = { ROLLCALL_SOURCE_FOLDERS: folders, ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8' }
  harness = await createSourceHarness({ settings })
})
after(async () => {
  await harness[Symbol.asyncDispose]()
  await rm(folders, { recursive: true })
})

function toCsv(people: readonly object[]): string {
  return ['id,mail,name,title', ...people.map((person) => Object.values(person).join(','))].join('\n').concat('\n')
}

type Counts = Record<string, number>

async function readCounts(place: string, body: object = {}): Promise<readonly [string, Counts]> {
  const read = await harness.read(place, body)
  assert.ok(['done', 'planned'].includes(String(read.state)), JSON.stringify(read))
  const { read: count, changed, absent } = read.counts
  return [read.mode, { read: count, changed, absent }]
}

test('a folder that is watched: the newest file, once', async () => {
  const folder = join(folders, formatTypeId('org', harness.organizationId), 'hr')
  await mkdir(folder, { recursive: true })
  const write = async (name: string, people: readonly object[], at: Date) => {
    await writeFile(join(folder, name), toCsv(people))
    await utimes(join(folder, name), at, at)
  }
  const place = await harness.createSource('Folder', {
    place: { kind: 'folder', path: 'hr', pattern: 'people-*.csv' },
    settings: { approval: 'never' },
  })
  await write('people-1.csv', peopleOf(30), new Date(now() - 60_000))
  assert.deepEqual(await readCounts(place), ['full', { read: 30, changed: 30, absent: 0 }])
  assert.deepEqual(await readCounts(place), ['full', { read: 0, changed: 0, absent: 0 }])
  await write('people-2.csv', peopleOf(29), new Date(now() - 30_000))
  assert.deepEqual(await readCounts(place), ['full', { read: 29, changed: 0, absent: 1 }])
})

test('a file behind an address, with credentials, asked for by its ETag', async (t) => {
  const server = await serve(t, ({ headers }, response) => {
    if (headers.authorization !== 'Bearer t0ken') response.writeHead(401).end()
    else if (headers['if-none-match'] === '"1"') response.writeHead(304).end()
    else response.writeHead(200, { etag: '"1"' }).end(toCsv(peopleOf(5)))
  })
  const place = await harness.createSource('Address', {
    place: { kind: 'url', url: `${server.origin}/people.csv` },
    credentials: { kind: 'bearer', token: 't0ken' },
    settings: { approval: 'never' },
  })
  assert.deepEqual(await readCounts(place), ['full', { read: 5, changed: 5, absent: 0 }])
  assert.deepEqual(await readCounts(place), ['full', { read: 0, changed: 0, absent: 0 }])
})

test('a JSON API: all of it first, then what changed since', async (t) => {
  const server = await serve(t, ({ url }, response) => {
    const people = peopleOf(12).map((person) => ({ profile: person, ...person }))
    const page = Number(url.searchParams.get('page'))
    const list = url.searchParams.has('updatedSince') ? people.slice(0, 2) : people.slice((page - 1) * 5, page * 5)
    json(response, { list })
  })
  const place = await harness.createSource('API', {
    place: { kind: 'http', url: server.origin, recordsAt: 'list', paging: { style: 'page', size: 5 }, delta: {} },
    settings: { approval: 'never' },
  })
  const tried = await harness.send('POST', `${place}/test`)
  assert.equal(tried.body.isWorking, true, JSON.stringify(tried.body))
  assert.ok(tried.body.columns.includes('profile.name'))
  assert.deepEqual(await readCounts(place), ['full', { read: 12, changed: 12, absent: 0 }])
  assert.deepEqual(await readCounts(place), ['delta', { read: 2, changed: 0, absent: 0 }])
})

test('a PostgreSQL: all of it first, then what changed since', async (t) => {
  const theirs = await createEmptyDatabase()
  const hand = new pg.Client({ connectionString: theirs.url })
  await hand.connect()
  const proxy = databaseProxy(theirs.url)
  const url = new URL(await proxy.open())
  t.after(async () => {
    await hand.end()
    await proxy.close()
    await theirs.close()
  })
  await hand.query(`create table people as select 'e' || n as id, 'p' || n || '@acme.example' as mail, 'P' || n as name,
    'Engineer' as title, n::bigint as revision from generate_series(1, 20) n`)
  const place = await harness.createSource('Database', {
    place: {
      kind: 'sql',
      host: url.hostname,
      port: Number(url.port),
      database: url.pathname.slice(1),
      tls: 'off',
      query: 'select * from people',
      key: 'id',
      delta: { column: 'revision', kind: 'number', overlap: 0 },
    },
    credentials: { kind: 'basic', user: url.username, password: 'unasked' },
    settings: { approval: 'never' },
  })
  assert.deepEqual(await readCounts(place), ['full', { read: 20, changed: 20, absent: 0 }])
  await hand.query(`update people set title = 'Head', revision = 21 where id = 'e7'`)
  assert.deepEqual(await readCounts(place), ['delta', { read: 2, changed: 1, absent: 0 }])
  const { body } = await harness.send('GET', `${place}/records/e7`)
  assert.equal(body.raw.title, 'Head')
})

test('what cannot be read is told by its cause and remedy', async () => {
  const place = await harness.createSource('Nowhere', { place: { kind: 'http', url: 'http://127.0.0.1:1/' } })
  const { body } = await harness.send('POST', `${place}/test`)
  assert.deepEqual([body.isWorking, body.reason], [false, 'unreachable'])
  const folder = await harness.createSource('No folder', { place: { kind: 'folder', path: '../..' } })
  const tried = await harness.send('POST', `${folder}/test`)
  assert.equal(tried.body.reason, 'notFound')
})
