import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { toTextArray, toUuidArray } from '../../src/db/binary-array.ts'
import { createTestDatabase } from '../harness/database.ts'

const { database, close } = await createTestDatabase()
after(close)

const statement = {
  name: 'test_binary_arrays',
  text: 'select a::text as id, b as text from unnest($1::uuid[], $2::text[]) w (a, b)',
}

test('texts and UUIDs arrive in a binary array as they were, nothing among them', async () => {
  const texts = [
    '',
    null,
    'plain',
    '한국어 ü 🦔',
    '{"a":"\\"\\\\n"},{NULL}',
    'x'.repeat(200_000),
    '🦔'.repeat(50_000),
    null,
  ]
  const ids = texts.map(() => crypto.randomUUID())
  const { rows } = await database.query(statement, [toUuidArray(ids), toTextArray(texts)])
  assert.deepEqual(
    rows,
    texts.map((text, index) => ({ id: ids[index], text })),
  )
})

test('an empty array has no rows', async () => {
  const { rows } = await database.query(statement, [toUuidArray([]), toTextArray([])])
  assert.deepEqual(rows, [])
})

test('what is no UUID is not sent', () => {
  assert.throws(() => toUuidArray(['01a21507-7fca-7000-8b76-a81b6127dc8']), /is no UUID/)
  assert.throws(() => toUuidArray(['zzzzzzzz-7fca-7000-8b76-a81b6127dc83']), /is no UUID/)
})
