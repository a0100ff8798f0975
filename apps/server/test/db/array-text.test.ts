import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toArrayText } from '../../src/db/queries/array-text.ts'
import { createTestDatabase } from '../harness/database.ts'

test('PostgreSQL reads back every text that was put into an array', async () => {
  await using own = await createTestDatabase()
  const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0'))
  const nasty = fc.constantFrom('', ' ', 'NULL', 'null', '{}', '{"a"}', '"', '\\', '\\"', 'a,b', '\n', '한', '😀')
  const values = fc.array(fc.oneof(text, nasty, fc.constant(null)))
  await fc.assert(
    fc.asyncProperty(values, async (list) => {
      const { rows } = await own.database.query<{ v: string | null }>(
        { text: 'select v from unnest($1::text[]) with ordinality as u (v, n) order by n' },
        [toArrayText(list)],
      )
      assert.deepEqual(
        rows.map((row) => row.v),
        list,
      )
    }),
    { numRuns: 200 },
  )
})
