import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { transaction } from '../../src/db/transaction.ts'
import { createTestDatabase } from '../harness/database.ts'

const { database, close } = await createTestDatabase()
after(close)

const echo = {
  name: 'echo',
  isShort: true,
  text: 'select $1::text as value, $2::int as n, $3::bytea as bytes, $4::bool as b',
}

test('short reads of one moment each get their own answer, prepared or not', async () => {
  const values = ['', 'a', '한😀', 'x'.repeat(50_000), null]
  for (const round of [1, 2]) {
    const asked = Array.from({ length: 200 }, (_, n) => [values[n % values.length], n * round, Buffer.from([n]), n > 9])
    const answers = await Promise.all(asked.map((each) => database.query<Record<string, unknown>>(echo, each)))
    assert.deepEqual(
      answers.map(({ rows: [row] }) => [row?.['value'], row?.['n'], row?.['bytes'], row?.['b']]),
      asked,
    )
  }
})

test('a short read that fails rejects alone; those behind it in its batch are asked again', async () => {
  const divide = { name: 'divide', isShort: true, text: 'select 10 / $1::int as n' }
  const divisors = [1, 2, 0, 5, 10, 0, 1]
  const outcomes = await Promise.allSettled(divisors.map((divisor) => database.query<{ n: number }>(divide, [divisor])))
  const seen = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.rows[0]?.n : undefined))
  assert.deepEqual(seen, [10, 5, undefined, 2, 1, undefined, 10])
  const { rows } = await database.query<{ n: number }>(divide, [2])
  assert.equal(rows[0]?.n, 5)
})

test('a named statement answers with its rows, its count, or its error, and can be sent again', async () => {
  await database.query({ text: 'create table named (n int primary key, t text)' })
  const insert = { name: 'named_insert', text: 'insert into named values ($1, $2)' }
  assert.deepEqual(await database.query(insert, [1, 'a']), { rows: [], rowCount: 1 })
  await assert.rejects(database.query(insert, [1, 'b']), { code: '23505', constraint: 'named_pkey' })
  await assert.rejects(database.query({ name: 'broken', text: 'select nothing from nowhere' }), { code: '42P01' })
  assert.deepEqual(await database.query(insert, [2, null]), { rows: [], rowCount: 1 })
  const select = { name: 'named_select', text: 'select n, t from named order by n' }
  const { rows, rowCount } = await database.query(select)
  assert.deepEqual(
    [rows, rowCount],
    [
      [
        { n: 1, t: 'a' },
        { n: 2, t: null },
      ],
      2,
    ],
  )
})

test('a statement without a name is read anew each time, whatever was asked before it over the connection', async () => {
  await using own = await createTestDatabase()
  const { database: one } = own
  await one.query({ text: 'create table unnamed (n int primary key, t text)' })
  const insert = { text: 'insert into unnamed values ($1, $2)' }
  await transaction(one, async (tx) => {
    assert.deepEqual(await tx.query(insert, [1, 'a']), { rows: [], rowCount: 1 })
    const wide = await tx.query<Record<string, unknown>>({ text: 'select $1::int as n, $2::text as t' }, [2, null])
    assert.deepEqual(wide.rows, [{ n: 2, t: null }])
    assert.deepEqual(await tx.query(insert, [2, null]), { rows: [], rowCount: 1 })
    const other = await tx.query<Record<string, unknown>>({ text: 'select t as n from unnamed where n = $1' }, [1])
    assert.deepEqual(other.rows, [{ n: 'a' }])
    assert.deepEqual(await tx.query({ text: 'select 1 as n from unnamed where n = $1' }, [9]), {
      rows: [],
      rowCount: 0,
    })
  })
  await assert.rejects(one.query(insert, [1, 'b']), { code: '23505', constraint: 'unnamed_pkey' })
  await assert.rejects(one.query({ text: 'select nothing from nowhere where $1::int > 0' }, [1]), { code: '42P01' })
  const { rows } = await one.query<Record<string, unknown>>(
    { text: 'select * from unnamed where n > $1 order by n' },
    [0],
  )
  assert.deepEqual(rows, [
    { n: 1, t: 'a' },
    { n: 2, t: null },
  ])
})
