import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sqlPull } from '@rollcall/admin-api'
import pg from 'pg'
import type { z } from 'zod'
import { createReach } from '../../src/outbound-fetch.ts'
import type { ReadRequest, SourcePage } from '../../src/sources/reader.ts'
import { SourceError } from '../../src/sources/source-error.ts'
import { createSqlReader } from '../../src/sources/sql/sql-reader.ts'
import { databaseProxy } from '../harness/database-proxy.ts'
import { createEmptyDatabase, type TestDatabase } from '../harness/database.ts'

let theirs: TestDatabase
let hand: pg.Client
let proxy: ReturnType<typeof databaseProxy>
let url: string
const signal = new AbortController().signal
const isReason = (reason: string) => (error: unknown) => error instanceof SourceError && error.reason === reason

before(async () => {
  theirs = await createEmptyDatabase()
  hand = await connect()
  proxy = databaseProxy(theirs.url)
  url = await proxy.open()
  await hand.query(`create table people (
    id integer primary key, mail text, born date, active boolean, profile jsonb, big bigint,
    changed timestamptz not null default now(), revision bigint generated always as identity, deleted_at timestamptz)`)
  await hand.query(`insert into people (id, mail, born, active, profile, big)
    select n, 'p' || n || '@example.com', date '2000-01-01' + n, n % 2 = 0, '{"team": "a"}', 9007199254740993 from generate_series(1, 2500) n`)
})
after(async () => {
  await hand.end()
  await proxy.close()
  await theirs.close()
})

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: theirs.url })
  await client.connect()
  return client
}

function open(options: Partial<z.input<typeof sqlPull>> & { readonly user?: string } = {}) {
  const { hostname, port, pathname, username } = new URL(url)
  const { user = username, ...rest } = options
  const place = { host: hostname, port: Number(port), database: pathname.slice(1), tls: 'off' as const }
  const pull = sqlPull.parse({ ...place, query: 'select * from people', key: 'id', ...rest })
  const credentials = { user, password: 'unasked' }
  return createSqlReader({ pull, credentials, anchor: 'id' }, { reach: createReach(['127.0.0.0/8', '::1/128']) })
}

async function readAll(reader: ReturnType<typeof open>, request: Partial<ReadRequest> = {}) {
  const pages: SourcePage[] = []
  const asked = { mode: 'full', checkpoint: undefined, cursor: undefined, now: new Date(0), signal } as const
  for await (const page of reader.read({ ...asked, ...request })) pages.push(page)
  const entries = pages.flatMap((page) => page.entries)
  return { pages, entries, checkpoint: pages.at(-1)?.end?.checkpoint }
}

test('everybody by key, page by page; it goes on where it broke off; values are those of JSON', async () => {
  const { pages, entries } = await readAll(open({ query: 'select * from people -- all of them ;' }))
  assert.deepEqual(
    pages.map((page) => [page.entries.length, page.end !== undefined]),
    [
      [1000, false],
      [1000, false],
      [500, true],
    ],
  )
  const [first] = entries
  assert.ok(first?.kind === 'record')
  const { id, mail, born, active, profile, big } = first.attributes
  assert.deepEqual(
    { id, mail, born, active, profile, big },
    {
      id: 1,
      mail: 'p1@example.com',
      born: '2000-01-02',
      active: false,
      profile: { team: 'a' },
      big: '9007199254740993',
    },
  )
  const rest = await readAll(open(), { cursor: pages[0]?.cursor })
  assert.deepEqual(rest.entries, entries.slice(1_000))
})

test('a delta by time and by number reads what changed, and who is gone', async () => {
  const byTime = open({ delta: { column: 'changed', overlap: 0 }, deletedAt: 'deleted_at' })
  const byNumber = open({ delta: { column: 'revision', kind: 'number', overlap: 0 } })
  const [time, number] = [await readAll(byTime), await readAll(byNumber)]
  assert.deepEqual(number.checkpoint, { begun: '2500' })
  await hand.query(`update people set deleted_at = clock_timestamp(), changed = clock_timestamp() where id = 7`)
  await hand.query(`insert into people (id, mail) values (9000, 'new@example.com')`)
  const later = await readAll(byTime, { mode: 'delta', checkpoint: time.checkpoint })
  assert.deepEqual(
    later.entries.map(({ kind, anchor }) => [kind, anchor]),
    [
      ['deleted', '7'],
      ['record', '9000'],
    ],
  )
  const more = await readAll(byNumber, { mode: 'delta', checkpoint: number.checkpoint })
  assert.deepEqual(
    more.entries.map(({ anchor }) => anchor),
    ['2500', '9000'],
  )
})

test('who began earlier and commits later is read thanks to the overlap', async () => {
  const reader = open({ delta: { column: 'changed', overlap: 5 } })
  const slow = await connect()
  try {
    await slow.query('begin')
    await slow.query(`insert into people (id, mail) values (9100, 'late@example.com')`)
    const full = await readAll(reader)
    assert.ok(!full.entries.some(({ anchor }) => anchor === '9100'))
    await slow.query('commit')
    const delta = await readAll(reader, { mode: 'delta', checkpoint: full.checkpoint })
    assert.ok(delta.entries.some(({ anchor }) => anchor === '9100'))
  } finally {
    await slow.end()
  }
})

test('the session only reads, one statement at a time, no longer than it may', async () => {
  await assert.rejects(readAll(open({ query: 'delete from people returning *' })), isReason('misconfigured'))
  await assert.rejects(
    readAll(open({ query: 'select 1 as id) as x; delete from people; select * from (select 1 as id' })),
    isReason('misconfigured'),
  )
  await assert.rejects(
    readAll(open({ query: `select nextval(pg_get_serial_sequence('people', 'revision')) as id` })),
    isReason('misconfigured'),
  )
  await assert.rejects(
    readAll(open({ query: 'select id from people, pg_sleep(3)', statementSeconds: 1 })),
    isReason('timedOut'),
  )
  const { rows } = await hand.query<{ n: string }>('select count(*) as n from people')
  assert.ok(Number(rows[0]?.n) >= 2_500)
})

test('what is wrong is told by its cause', async () => {
  await assert.rejects(readAll(open({ query: 'select * from nobody' })), isReason('misconfigured'))
  await assert.rejects(readAll(open({ key: 'nothing' })), isReason('misconfigured'))
  await assert.rejects(readAll(open({ key: 'deleted_at' })), isReason('misconfigured'))
  await assert.rejects(readAll(open({ database: 'no_such_database' })), isReason('notFound'))
  await assert.rejects(readAll(open({ user: 'nobody' })), isReason('unauthorized'))
  await assert.rejects(readAll(open({ host: '127.0.0.1', port: 1 })), isReason('unreachable'))
  await assert.rejects(readAll(open({ host: '10.1.2.3' })), isReason('misconfigured'))
  await assert.rejects(readAll(open({ host: '127.0.0.1', tls: 'verify' })), isReason('unreachable'))
})

test('a look shows columns and a few rows', async () => {
  const { sample, columns } = await open({ query: 'select id, mail from people' }).probe(signal)
  assert.deepEqual([sample.length, columns], [20, ['id', 'mail']])
})
