import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../src/db/pool.ts'
import { transaction } from '../../src/db/transaction.ts'
import { createTestDatabase } from '../harness/database.ts'

const echo = { name: 'fault_echo', text: 'select $1::text as value' }
const shortEcho = { ...echo, name: 'fault_short_echo', isShort: true }

async function answersTo(database: Database, statement: typeof echo, value: unknown): Promise<unknown> {
  const { rows } = await database.query<{ value: unknown }>(statement, [value])
  return rows[0]?.value
}

test('values of every kind come back as they were', async () => {
  await using own = await createTestDatabase({ poolMax: 1 })
  const large = '한'.repeat(1_000_000)
  const cases: readonly (readonly [unknown, unknown])[] = [
    [large, large],
    ['', ''],
    ['a\ud800b', 'a\ufffdb'],
    [true, 'true'],
    [2n ** 70n, '1180591620717411303424'],
    [Number.NaN, 'NaN'],
    [undefined, null],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [Buffer.from('bytes'), 'bytes'],
  ]
  for (const statement of [echo, shortEcho]) {
    for (const [value, expected] of cases) assert.equal(await answersTo(own.database, statement, value), expected)
    await assert.rejects(answersTo(own.database, statement, 'a\0b'), { code: '22021' })
    assert.equal(await answersTo(own.database, statement, 'next'), 'next')
  }
})

test('a value that cannot be written fails its statement only, and leaves nothing behind for the next one', async () => {
  await using own = await createTestDatabase({ poolMax: 1 })
  for (const statement of [echo, shortEcho]) {
    await assert.rejects(answersTo(own.database, statement, new Date(Number.NaN)), RangeError)
    assert.equal(await answersTo(own.database, statement, 'next'), 'next')
    const mixed = ['a', new Date(Number.NaN), 'b'].map((value) => answersTo(own.database, statement, value))
    const outcomes = await Promise.allSettled(mixed)
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'failed')),
      ['a', 'failed', 'b'],
    )
  }
})

test('a statement that was first sent with a list gives its rows when it is then sent with none', async () => {
  await using own = await createTestDatabase({ poolMax: 1 })
  const listed = {
    name: 'fault_listed',
    text: 'select n from generate_series(1, 3) n where $1::int[] is null or n = any ($1)',
  }
  const counted = async (list: readonly number[] | null): Promise<number> =>
    (await own.database.query(listed, [list])).rows.length
  assert.equal(await counted([1, 2]), 2)
  assert.equal(await counted(null), 3)
})

test('one name for two texts is refused, not answered by the wrong one', async () => {
  await using own = await createTestDatabase({ poolMax: 1 })
  for (const isShort of [false, true]) {
    const name = `fault_twice_${isShort}`
    await own.database.query({ name, text: 'select 1 as one', isShort })
    await assert.rejects(own.database.query({ name, text: 'select 2 as two', isShort }), /fault_twice/)
  }
})

test('a write whose commit fails rejects, although PostgreSQL had counted its rows', async () => {
  await using own = await createTestDatabase()
  await own.database.query({ text: 'create table late (n int unique deferrable initially deferred)' })
  const insert = { name: 'fault_late', text: 'insert into late values ($1)' }
  await own.database.query(insert, [1])
  await assert.rejects(own.database.query(insert, [1]), { code: '23505' })
})

test('statements go on after another process changed what they give', async () => {
  await using own = await createTestDatabase()
  const { database } = own
  await database.query({ text: 'create table changing (n int)' })
  await database.query({ text: 'insert into changing values (7)' })
  const statement = { name: 'fault_changing', text: 'select n from changing' }
  for (const type of ['bigint', 'text', 'int']) {
    const before = [statement, { ...statement, name: 'fault_changing_short', isShort: true }]
    const reads = (): Promise<unknown>[] => [0, 1, 2].flatMap(() => before.map((each) => database.query(each)))
    await Promise.all(reads())
    await transaction(database, (tx) => tx.query(statement))
    await database.query({ text: `alter table changing alter n type ${type} using n::${type}` })
    const rows = await transaction(database, async (tx) => (await tx.query<{ n: unknown }>(statement)).rows)
    assert.deepEqual(rows, [{ n: type === 'text' ? '7' : 7 }])
    await Promise.all(reads())
  }
})

test('a server between that forgets what was prepared costs no request', async () => {
  await using own = await createTestDatabase({ poolMax: 1 })
  assert.equal(await answersTo(own.database, echo, 'a'), 'a')
  await own.database.query({ text: 'deallocate all' })
  assert.equal(await answersTo(own.database, echo, 'b'), 'b')
  await own.database.query({ text: 'deallocate all' })
  assert.equal(
    await transaction(own.database, async (tx) => (await tx.query<{ value: string }>(echo, ['c'])).rows[0]?.value),
    'c',
  )
})

test('connections that are killed while they wait or work cost no short read', async () => {
  await using own = await createTestDatabase()
  const { database } = own
  const others = `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`
  const slow = { name: 'fault_slow', isShort: true, text: 'select $1::text as value, pg_sleep(0.3) is null as slept' }
  await Promise.all(['a', 'b', 'c'].map((value) => answersTo(database, shortEcho, value)))
  await database.query({ text: others })
  assert.equal(await answersTo(database, shortEcho, 'd'), 'd')
  const running = ['e', 'f', 'g', 'h', 'i', 'j'].map((value) => answersTo(database, slow, value))
  await new Promise((resolve) => setTimeout(resolve, 100))
  await database.query({ text: others })
  assert.deepEqual(await Promise.all(running), ['e', 'f', 'g', 'h', 'i', 'j'])
})
