import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { csvFormat } from '@rollcall/admin-api'
import { createCsvReader } from '../../src/sources/csv/csv-reader.ts'
import type { SourceReader } from '../../src/sources/reader.ts'
import { createJsonLinesReader } from '../../src/sources/readers/json-lines.ts'
import { createSourceHarness } from './source-harness.ts'

// However much somebody sends, there is a number where it ends.

const harness = await createSourceHarness()
after(() => harness[Symbol.asyncDispose]())

const long = 'x'.repeat(100_000)
const mebibyte = 1024 * 1024

async function* chunksOf(text: string): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < text.length; at += mebibyte) yield Buffer.from(text.slice(at, at + mebibyte))
}

async function largestPage(reader: SourceReader): Promise<number> {
  let largest = 0
  let people = 0
  const asked = { mode: 'full', checkpoint: undefined, cursor: undefined, now: new Date(0) } as const
  for await (const { entries } of reader.read({ ...asked, signal: new AbortController().signal })) {
    people += entries.length
    largest = Math.max(largest, JSON.stringify(entries).length)
  }
  assert.equal(people, 300)
  return largest
}

test('pages of large records have fewer of them: lines of JSON', async () => {
  const lines = Array.from({ length: 300 }, (_, index) => `${JSON.stringify({ id: String(index), long })}\n`).join('')
  const file = { bytes: lines.length, read: () => chunksOf(lines) }
  const largest = await largestPage(createJsonLinesReader(() => Promise.resolve(file), 'id'))
  assert.ok(largest < 10 * mebibyte, String(largest))
})

test('pages of large records have fewer of them: CSV', async () => {
  const text = `id,long\n${Array.from({ length: 300 }, (_, index) => `${index},${long}\n`).join('')}`
  const place = {
    open: () => Promise.resolve({ name: 'x', sizeBytes: undefined, identity: undefined, chunks: chunksOf(text) }),
  }
  const reader = createCsvReader({ place, format: csvFormat.parse({}), anchor: 'id', expectedColumns: ['id'] })
  const largest = await largestPage(reader)
  assert.ok(largest < 10 * mebibyte, String(largest))
})

test('large records that are uploaded come in, a few at a time', async () => {
  const place = await harness.createSource('Large', { place: { kind: 'upload' } })
  const lines = Array.from({ length: 300 }, (_, number) =>
    JSON.stringify({ id: `l${number}`, mail: `l${number}@large.test`, name: 'L', long }),
  ).join('\n')
  const headers = { 'content-type': 'application/x-ndjson' }
  const { status, body } = await harness.send('POST', `${place}/records`, { body: `${lines}\n`, headers })
  assert.equal(status, 202, JSON.stringify(body))
  await harness.work()
  const { rows } = await harness.application.database.query<{ pages: number }>({
    text: 'select pages from source_batches',
  })
  assert.ok((rows[0]?.pages ?? 0) >= 3)
  const reads = await harness.send('GET', `${place}/reads`)
  assert.deepEqual([reads.body.data[0].state, reads.body.data[0].counts.create], ['done', 300])
})

test('what is wrong is kept of the latest 10,000 bad records of a source, however many uploads there are', async () => {
  const guards = { off: { reason: 'test', until: '2999-01-01T00:00:00Z' } }
  const place = await harness.createSource('Bad', { place: { kind: 'upload' }, settings: { guards } })
  const headers = { 'content-type': 'application/x-ndjson' }
  for (const _ of [1, 2]) {
    await harness.send('POST', `${place}/records`, { body: '{"name":"nobody"}\n'.repeat(6_000), headers })
    await harness.work()
  }
  const { rows } = await harness.application.database.query<{ count: number }>({
    text: 'select count(*) as count from source_escrow',
  })
  assert.equal(rows[0]?.count, 10_000)
})

test('files and sessions that somebody begins and never completes are twenty at most', async () => {
  const files = await harness.createSource('Files')
  const uploads = await harness.createSource('Sessions', { place: { kind: 'upload' } })
  for (const [path, body] of [
    [`${files}/uploads`, { name: 'x' }],
    [`${uploads}/sessions`, undefined],
  ] as const) {
    const send = () => harness.send('POST', path, { ...(body !== undefined && { body }) })
    for (let count = 0; count < 20; count++) assert.equal((await send()).status, 201)
    const refused = await send()
    assert.deepEqual([refused.status, refused.body.code], [409, 'conflict'], path)
    assert.match(refused.body.detail, /^20 /)
  }
})
