import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseCopyLine, toCopyField } from '../../src/db/copy-text.ts'
import { openDatabase } from '../../src/db/pool.ts'
import { DatabaseUnavailable } from '../../src/unavailable.ts'
import { createTestDatabase } from '../harness/database.ts'

const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0'))
const nasty = fc.constantFrom('', ' ', '\\', '\\N', '\\.', '\\n', '\n', '\r\n', '\t', 'NULL', '한', '😀')
const fields = fc.tuple(...[1, 2].map(() => fc.oneof(text, nasty, fc.constant(null))))

test('PostgreSQL reads back every text that COPY was given', async () => {
  await using own = await createTestDatabase()
  await own.database.query({ text: 'create table copied (n int, a text, b text)' })
  await fc.assert(
    fc.asyncProperty(fc.array(fields), async (list) => {
      const lines = list.map((line, n) => `${[String(n), ...line].map(toCopyField).join('\t')}\n`)
      await own.database.copy('copy copied from stdin', Buffer.from(lines.join('')))
      const { rows } = await own.database.query<{ a: string | null; b: string | null }>({
        text: 'with gone as (delete from copied returning *) select a, b from gone order by n',
      })
      assert.deepEqual(
        rows.map(({ a, b }) => [a, b]),
        list,
      )
    }),
    { numRuns: 200 },
  )
})

test('a line for COPY is read back as the values that it was made of', () => {
  fc.assert(
    fc.property(fields, (values) => {
      assert.deepEqual(parseCopyLine(values.map(toCopyField).join('\t')), values)
    }),
  )
})

test('a COPY that PostgreSQL refuses rejects, writes nothing, and the pool goes on', async () => {
  await using own = await createTestDatabase()
  await own.database.query({ text: 'create table copied (n int)' })
  await assert.rejects(own.database.copy('copy copied from stdin', Buffer.from('1\nx\n')), { code: '22P02' })
  const { rows } = await own.database.query<{ n: number }>({ text: 'select count(*)::int as n from copied' })
  assert.equal(rows[0]?.n, 0)
})

test('a COPY that waits longer than the pool allows gives up, and its connection is not used again', async () => {
  await using own = await createTestDatabase()
  await own.database.query({ text: 'create table copied (n int)' })
  const holder = await own.database.pool.connect()
  await holder.query('begin; lock table copied')
  const hasty = openDatabase({ url: own.url, poolMax: 1, statementTimeoutMs: 100 })
  await assert.rejects(hasty.copy('copy copied from stdin', Buffer.from('1\n')), DatabaseUnavailable)
  assert.equal(hasty.pool.totalCount, 0)
  holder.release(true)
  await hasty.copy('copy copied from stdin', Buffer.from('1\n'))
  assert.deepEqual([hasty.pool.totalCount, hasty.pool.idleCount], [1, 1])
  await hasty.close()
})
