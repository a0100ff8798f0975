import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import test, { after, before } from 'node:test'
import { withLease } from '../../src/db/lease.ts'
import { openDatabase, sqlBuilder, type Database } from '../../src/db/pool.ts'
import { transaction } from '../../src/db/transaction.ts'
import { createLoops } from '../../src/jobs/loop.ts'
import { silentLogger } from '../../src/telemetry/logger.ts'
import { DatabaseUnavailable } from '../../src/unavailable.ts'
import { countRoundTrips, createEmptyDatabase, type TestDatabase } from '../harness/database.ts'

let own: TestDatabase
let database: Database

before(async () => {
  own = await createEmptyDatabase()
  database = own.database
  await database.query({ text: 'create table counters (id integer primary key, n bigint not null)' })
  await database.query({ text: 'insert into counters values (1, 0), (2, 0)' })
})
after(() => own.close())

const read = { name: 'read-counter', text: 'select n from counters where id = $1' }
const increment = { name: 'increment', text: 'update counters set n = n + 1 where id = $1' }

test('a named statement answers rows with bigint as number, and says how many rows it touched', async () => {
  assert.deepEqual((await database.query(read, [2])).rows, [{ n: 0 }])
  assert.equal((await database.query(increment, [99])).rowCount, 0)
})

test('SQL that the builder compiled runs like a named statement, in a transaction too', async () => {
  const sql = sqlBuilder<{ counters: { id: number; n: number } }>()
  const compiled = sql.selectFrom('counters').select('id').where('id', '>', 1).compile()
  assert.deepEqual((await database.run(compiled)).rows, [{ id: 2 }])
  assert.deepEqual((await transaction(database, (tx) => tx.run(compiled))).rows, [{ id: 2 }])
})

test('a transaction whose work throws leaves nothing behind and costs begin, its statements and no commit', async () => {
  const trips = await countRoundTrips(database, () =>
    assert.rejects(
      transaction(database, async (tx) => {
        await tx.query(increment, [1])
        throw new Error('changed my mind')
      }),
      /changed my mind/,
    ),
  )
  assert.equal(trips, 2)
  assert.deepEqual((await database.query(read, [1])).rows, [{ n: 0 }])
})

test('a transaction that swallowed a failed statement is not reported as committed', async () => {
  const work = transaction(database, async (tx) => {
    await tx.query(increment, [1])
    await tx.query({ text: 'select 1 / 0' }).catch(() => {})
  })
  await assert.rejects(work, /rolled back/)
  assert.deepEqual((await database.query(read, [1])).rows, [{ n: 0 }])
})

test('two transactions that deadlock both succeed, because the broken one is run again', async () => {
  const crosswise = (first: number, second: number): Promise<void> =>
    transaction(database, async (tx) => {
      await tx.query(increment, [first])
      await sleep(30)
      await tx.query(increment, [second])
    })
  await Promise.all([crosswise(1, 2), crosswise(2, 1)])
  assert.deepEqual((await database.query(read, [1])).rows, [{ n: 2 }])
  assert.deepEqual((await database.query(read, [2])).rows, [{ n: 2 }])
})

test('a database that cannot be reached, a killed connection and a timeout are all DatabaseUnavailable', async () => {
  const nowhere = openDatabase({ url: 'postgres://x@127.0.0.1:1/x', poolMax: 1, statementTimeoutMs: 1_000 })
  await assert.rejects(nowhere.query(read, [1]), DatabaseUnavailable)
  await assert.rejects(
    transaction(nowhere, () => Promise.resolve()),
    DatabaseUnavailable,
  )
  await nowhere.close()
  const killSelf = { text: 'select pg_terminate_backend(pg_backend_pid())' }
  await assert.rejects(database.query(killSelf), DatabaseUnavailable)
  await assert.rejects(
    transaction(database, (tx) => tx.query(killSelf)),
    DatabaseUnavailable,
  )
  const hasty = openDatabase({ url: own.url, poolMax: 1, statementTimeoutMs: 100 })
  await assert.rejects(hasty.query({ text: 'select pg_sleep(5)' }), DatabaseUnavailable)
  assert.deepEqual((await hasty.query({ text: 'select 1 as one' })).rows, [{ one: 1 }])
  await hasty.close()
})

test('a lease is held by one at a time, also against another process, and is free after its work failed', async () => {
  const other = openDatabase({ url: own.url, poolMax: 1, statementTimeoutMs: 1_000 })
  const isOurs = await withLease(database, 'nightly', async () => {
    assert.equal(await withLease(other, 'nightly', () => Promise.reject(new Error('ran twice'))), false)
    assert.equal(await withLease(other, 'hourly', () => Promise.resolve()), true)
  })
  assert.equal(isOurs, true)
  await assert.rejects(
    withLease(database, 'nightly', () => Promise.reject(new Error('job broke'))),
    /job broke/,
  )
  assert.equal(await withLease(other, 'nightly', () => Promise.resolve()), true)
  await other.close()
})

test('a loop runs again after a failure, never beside itself in two processes, and stop waits for the running turn', async () => {
  const turns = { running: 0, most: 0, ended: 0 }
  const handler = async (): Promise<void> => {
    turns.running++
    turns.most = Math.max(turns.most, turns.running)
    await sleep(5)
    turns.running--
    turns.ended++
    if (turns.ended === 1) throw new Error('the first turn fails')
  }
  const loops = [1, 2].map(() => {
    const one = createLoops({ logger: silentLogger, withLease: (name, work) => withLease(database, name, work) })
    one.everyInterval('count', 3, handler)
    return one
  })
  while (turns.ended < 5) await sleep(5)
  await Promise.all(loops.map((one) => one.stop()))
  const { ended } = turns
  assert.deepEqual([turns.running, turns.most], [0, 1])
  await sleep(20)
  assert.equal(turns.ended, ended)
})
