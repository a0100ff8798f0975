import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { createEncryption, generateEncryptionKey } from '../../src/encryption.ts'
import type { SourceReader } from '../../src/sources/reader.ts'
import { openReader } from '../../src/sources/readers.ts'
import { databaseProxy } from '../harness/database-proxy.ts'
import { createEmptyDatabase } from '../harness/database.ts'
import { spawnRollcall } from '../harness/spawn.ts'
import { createSourceHarness, peopleOf, type SourceHarness } from './source-harness.ts'

const script = fileURLToPath(new URL('killable-reader.ts', import.meta.url))
const leaseMs = 61_000
const encryptionKey = generateEncryptionKey()

let harness: SourceHarness
before(async () => {
  harness = await createSourceHarness({
    settings: { ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8' },
    encryption: createEncryption([encryptionKey]),
  })
})
after(() => harness[Symbol.asyncDispose]())

/** Works in a process that dies before it has read so many pages; 0: it lives. */
async function workIn(pagesLeft: number): Promise<NodeJS.Signals | number | null> {
  const { databaseUrl, clock } = harness.application
  const command = [process.execPath, '--conditions=@rollcall/source', script] as const
  const running = spawnRollcall({
    command,
    arguments: [databaseUrl, String(pagesLeft), clock().toISOString(), encryptionKey],
  })
  const { code, signal } = await running.exited
  assert.equal(running.stderr(), '')
  return signal ?? code
}

test('ENG-18: a worker that is killed at any page leaves cursor and records of one moment; another goes on from there', async () => {
  const people = 12_500
  const place = await harness.createSource('Killed', { settings: { approval: 'always' } })
  await harness.upload(place, peopleOf(people))
  const { body: started } = await harness.send('POST', `${place}/reads`, { body: {} })
  const readOne = async () => (await harness.send('GET', `/api/v1/organizations/acme/source-reads/${started.id}`)).body
  let before = 0
  for (const pagesLeft of [4, 3, 3]) {
    assert.equal(await workIn(pagesLeft), 'SIGKILL')
    const { state, counts } = await readOne()
    assert.equal(state, 'reading')
    // What was committed is whole pages, and each of them once.
    assert.equal(counts.read % 1_000, 0)
    assert.ok(counts.read >= before)
    assert.equal(counts.changed, counts.read)
    before = counts.read
    // Until its lease has run out it might still live.
    await harness.work()
    assert.equal((await readOne()).counts.read, before)
    harness.application.clock.advance(leaseMs)
  }
  assert.ok(before >= 2_000, 'it went on from where it was, and not from the beginning')
  assert.equal(await workIn(0), 0)
  const { state, counts } = await readOne()
  assert.deepEqual([state, counts.read, counts.changed, counts.bad, counts.absent], ['planned', people, people, 0, 0])
  const { body } = await harness.send('GET', `${place}/records?total=true&limit=1`)
  assert.equal(body.total, people)
})

test('ENG-18: the watermark is the read’s start: what changes while it reads, and what is committed late, comes with the next one', async (t) => {
  const theirs = await createEmptyDatabase()
  const [hand, late] = [theirs, theirs].map(({ url }) => new pg.Client({ connectionString: url }))
  assert.ok(hand !== undefined && late !== undefined)
  await Promise.all([hand.connect(), late.connect()])
  const proxy = databaseProxy(theirs.url)
  const url = new URL(await proxy.open())
  t.after(async () => {
    await Promise.all([hand.end(), late.end()])
    await proxy.close()
    await theirs.close()
  })
  await hand.query(`create table people as select 'e' || lpad(n::text, 5, '0') as id, 'q' || n || '@acme.example' as mail,
    'P' || n as name, 'Engineer' as title, clock_timestamp() - interval '1 day' as changed from generate_series(1, 2500) n`)
  const place = await harness.createSource('Watermark', {
    place: {
      kind: 'sql',
      host: url.hostname,
      port: Number(url.port),
      database: url.pathname.slice(1),
      tls: 'off',
      query: 'select * from people',
      key: 'id',
      delta: { column: 'changed', kind: 'time', overlap: 5 },
    },
    credentials: { kind: 'basic', user: url.username, password: 'unasked' },
    settings: { approval: 'never' },
  })
  // Begun before the read, committed after it.
  await late.query(`begin; update people set title = 'Late', changed = clock_timestamp() where id = 'e00001'`)
  const { parts } = harness.application.application
  const meanwhile = (reader: SourceReader): SourceReader => ({
    ...reader,
    read: async function* (request) {
      let pages = 0
      for await (const page of reader.read(request)) {
        yield page
        if (++pages > 1) continue
        await hand.query(`update people set title = 'Meanwhile', changed = clock_timestamp() where id = 'e00002'`)
      }
    },
  })
  const { body: started } = await harness.send('POST', `${place}/reads`, { body: { mode: 'full' } })
  await harness.work({ openReader: (opened) => meanwhile(openReader(opened, parts)) })
  await late.query('commit')
  const path = `/api/v1/organizations/acme/source-reads/${started.id}`
  const first = (await harness.send('GET', path)).body
  assert.deepEqual(
    [first.state, first.counts.read, first.counts.changed],
    ['done', 2_500, 2_500],
    JSON.stringify(first),
  )
  const titleOf = async (id: string) => (await harness.send('GET', `${place}/records/${id}`)).body.raw.title
  assert.deepEqual([await titleOf('e00001'), await titleOf('e00002')], ['Engineer', 'Engineer'])
  const next = await harness.read(place)
  assert.deepEqual([next.mode, next.state, next.counts.changed], ['delta', 'done', 2], JSON.stringify(next))
  assert.deepEqual([await titleOf('e00001'), await titleOf('e00002')], ['Late', 'Meanwhile'])
})

test('ENG-18: a worker that was slower than its lease writes nothing any more; whoever took over counts each record once', async () => {
  const people = 3_500
  const place = await harness.createSource('Slow', { settings: { approval: 'always' } })
  await harness.upload(place, peopleOf(people))
  const { body: started } = await harness.send('POST', `${place}/reads`, { body: {} })
  const { parts } = harness.application.application
  const reached = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const slow = (reader: SourceReader): SourceReader => ({
    ...reader,
    read: async function* (request) {
      let pages = 0
      for await (const page of reader.read(request)) {
        if (++pages === 3) {
          reached.resolve()
          await goOn.promise
        }
        yield page
      }
    },
  })
  const first = harness.work({ owner: 'slow', openReader: (opened) => slow(openReader(opened, parts)) })
  await reached.promise
  harness.application.clock.advance(leaseMs)
  await harness.work({ owner: 'quick' })
  const path = `/api/v1/organizations/acme/source-reads/${started.id}`
  const { body: taken } = await harness.send('GET', path)
  assert.deepEqual([taken.state, taken.counts.read, taken.counts.changed], ['planned', people, people])
  goOn.resolve()
  await first
  assert.deepEqual((await harness.send('GET', path)).body, taken)
})
