import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { toBinaryArray, toTextArray, toUuidArray } from '../../src/db/binary-array.ts'
import { createTestDatabase } from '../harness/database.ts'

const { database, close } = await createTestDatabase()
after(close)

const never = new Date('9999-12-31T00:00:00Z')

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

test('arrays of each other type arrive as they were', async () => {
  const times = [new Date('1969-07-20T20:17:40.123Z'), null, new Date('2026-11-26T09:41:00.001Z'), never]
  const columns = {
    boolean: [true, null, false, true],
    smallint: [-32_768, null, 0, 32_767],
    integer: [-2_147_483_648, null, 0, 2_147_483_647],
    bigint: [Number.MIN_SAFE_INTEGER, null, -1, Number.MAX_SAFE_INTEGER],
    timestamptz: times,
    bytea: [Buffer.from([0, 255, 7]), null, Buffer.alloc(0), Buffer.alloc(100_000, 9)],
    json: ['{"a":"ü"}', null, '[]', '"\\""'],
  } as const
  for (const [type, values] of Object.entries(columns)) {
    const text = `select v as value from unnest($1::${type}[]) v`
    // The names of the columns are those of their types.
    const array = toBinaryArray(type as keyof typeof columns, values)
    const { rows } = await database.query<{ value: unknown }>({ text }, [array])
    const wanted = type === 'json' ? values.map((value) => (value === null ? null : JSON.parse(String(value)))) : values
    assert.deepEqual(
      rows.map(({ value }) => value),
      wanted,
      type,
    )
  }
})

test('a number that is none, or more than can be told exactly, is not sent', () => {
  assert.throws(() => toBinaryArray('bigint', [2 ** 53]), /whole number/)
  assert.throws(() => toBinaryArray('smallint', [40_000]), /out of range/)
  assert.throws(() => toBinaryArray('timestamptz', ['2026-11-26']), /BigInt/)
})
