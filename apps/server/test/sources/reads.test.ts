import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSourceHarness, peopleOf, type SourceHarness } from './source-harness.ts'

let harness: SourceHarness
before(async () => {
  harness = await createSourceHarness()
})
after(() => harness[Symbol.asyncDispose]())

test('a file is read to its end; the same file again changes nothing, another one only what differs', async () => {
  const place = await harness.createSource('First')
  await harness.upload(place, peopleOf(2_500))
  const first = await harness.read(place)
  assert.equal(first.state, 'done', JSON.stringify(first))
  assert.deepEqual(first.counts, { read: 2_500, changed: 2_500, deleted: 0, bad: 0, absent: 0, create: 2_500 })
  const second = await harness.read(place)
  assert.deepEqual(second.counts, { read: 2_500, changed: 0, deleted: 0, bad: 0, absent: 0 })
  await harness.upload(
    place,
    peopleOf(2_499, (person, number) => (number === 7 ? { title: 'Boss', ...person } : { ...person })).map(
      (person, index) => (index === 7 ? { ...person, title: 'Head' } : person),
    ),
  )
  const third = await harness.read(place)
  assert.deepEqual(third.counts, { read: 2_499, changed: 1, deleted: 0, bad: 0, absent: 1, update: 1 })
  const gone = await harness.send('GET', `${place}/records/e2500`)
  assert.deepEqual([gone.body.absentReads, gone.body.isPending], [1, false])
  const changed = await harness.send('GET', `${place}/records/e8`)
  assert.deepEqual([changed.body.raw.title, changed.body.place], ['Head', 'line 8'])
})

test('a record that cannot be read goes to escrow by line and column, and the rest goes on', async () => {
  const place = await harness.createSource('Bad lines')
  const lines = peopleOf(30).map((person) => JSON.stringify(person))
  lines[4] = '{"id": "e5", broken'
  lines[9] = '{"mail":"nobody@acme.example"}'
  lines[20] = JSON.stringify({ id: 'e1', mail: 'twice@acme.example' })
  await harness.upload(place, `${lines.join('\n')}\n`)
  const read = await harness.read(place)
  assert.deepEqual([read.state, read.counts.read, read.counts.bad], ['done', 27, 3])
  const { body } = await harness.send('GET', `${place}/escrow`)
  assert.deepEqual(
    body.data.map((entry: Record<string, unknown>) => [entry['place'], entry['reason'], entry['attribute']]),
    [
      ['line 5', 'notAnObject', null],
      ['line 10', 'anchorMissing', 'id'],
      ['line 21', 'repeatedAnchor', null],
    ],
  )
  await harness.upload(place, peopleOf(30))
  await harness.read(place)
  assert.deepEqual((await harness.send('GET', `${place}/escrow`)).body.data, [])
})

test('a file comes in parts, each once, and is there when all of it is', async () => {
  const place = await harness.createSource('Parts')
  const send = (method: string, path: string, body: unknown) => harness.send(method, path, { body })
  const text = peopleOf(40)
    .map((person) => `${JSON.stringify(person)}\n`)
    .join('')
  const half = text.length >> 1
  const begun = await send('POST', `${place}/uploads`, { name: 'people.jsonl' })
  const file = `/api/v1/organizations/acme/source-files/${begun.body.id}`
  const first = await send('POST', `${file}/parts?fromByte=0`, text.slice(0, half))
  assert.equal(first.body.nextByte, half, JSON.stringify(first.body))
  const again = await send('POST', `${file}/parts?fromByte=0`, text.slice(0, half))
  assert.equal(again.body.nextByte, half)
  const gap = await send('POST', `${file}/parts?fromByte=${half + 1}`, text.slice(half + 1))
  assert.deepEqual([gap.status, gap.body.errors[0].code], [409, 'sourceFilePart'])
  const early = await send('POST', `${file}/complete`, { bytes: text.length })
  assert.deepEqual([early.status, early.body.errors[0].code], [409, 'sourceFilePart'])
  assert.deepEqual((await harness.send('GET', `${place}/files`)).body.data, [])
  await send('POST', `${file}/parts?fromByte=${half}`, text.slice(half))
  const whole = await send('POST', `${file}/complete`, { bytes: text.length })
  assert.deepEqual([whole.status, whole.body.bytes, whole.body.name], [200, text.length, 'people.jsonl'])
  assert.equal((await harness.read(place)).counts.read, 40)
})
