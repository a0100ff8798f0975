import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { DatabaseUnavailable } from '../unavailable.ts'
import { toDatabaseError } from './database-error.ts'
import { queryableOf, type Database, type Queryable } from './pool.ts'
import { isStaleStatement } from './stale-statement.ts'

export type Transaction = Queryable & { readonly isTransaction: true }

export type TransactionOptions = {
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable'
  /** How often the whole work is tried when PostgreSQL broke a deadlock or a serialization conflict. */
  readonly attemptsMax?: number
}

const begin = {
  'read committed': 'begin',
  'repeatable read': 'begin isolation level repeatable read',
  serializable: 'begin isolation level serializable',
} as const

const retryBaseMs = 10

/**
 * Runs the work in one transaction: commits when it returns, rolls back when it throws.
 * A deadlock, a serialization failure or a stale prepared statement runs the work again, so it must do nothing outside of the database.
 */
export async function transaction<T>(
  database: Database,
  work: (tx: Transaction) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const attemptsMax = options.attemptsMax ?? 5
  // Each such failure costs its connection, so after all of the pool there is nothing stale left.
  let staleLeft = database.pool.options.max
  for (let attempt = 1; ;) {
    try {
      return await runOnce(database, work, begin[options.isolation ?? 'read committed'])
    } catch (error) {
      if (isStaleStatement(error) && staleLeft-- > 0) continue
      if (attempt >= attemptsMax || !isConflict(error)) throw error
      await sleep(retryBaseMs * 2 ** attempt++ * Math.random())
    }
  }
}

async function runOnce<T>(database: Database, work: (tx: Transaction) => Promise<T>, beginText: string): Promise<T> {
  const client = await connect(database)
  const tx: Transaction = { ...queryableOf(client, database), isTransaction: true }
  try {
    await tx.query({ text: beginText })
    const result = await work(tx)
    await commit(client, database)
    client.release()
    return result
  } catch (error) {
    await abandon(client, database, error)
    throw error
  }
}

/** A part that may fail without taking the rest of the transaction with it: what it throws, the caller catches. */
export async function attempt<T>(tx: Transaction, work: () => Promise<T>): Promise<T> {
  await tx.query({ text: 'savepoint attempt' })
  try {
    const result = await work()
    await tx.query({ text: 'release savepoint attempt' })
    return result
  } catch (error) {
    await tx.query({ text: 'rollback to savepoint attempt' })
    throw error
  }
}

/** PostgreSQL answers COMMIT with ROLLBACK when an error inside was swallowed: that must not look like success. */
async function commit(client: pg.PoolClient, database: Database): Promise<void> {
  database.stats.roundTrips++
  const { command } = await client.query(toQuery(database, 'commit')).catch((error: unknown) => {
    throw toDatabaseError(error)
  })
  if (command !== 'COMMIT') throw new Error('The transaction was rolled back because a statement in it had failed')
}

function toQuery({ answerTimeoutMs }: Database, text: string): pg.QueryConfig {
  // pg's types know `query_timeout` of a client, not that of a query.
  return { text, query_timeout: answerTimeoutMs } as pg.QueryConfig
}

async function connect(database: Database): Promise<pg.PoolClient> {
  try {
    return await database.pool.connect()
  } catch (error) {
    throw toDatabaseError(error)
  }
}

/** A connection that cannot even roll back, or whose prepared statements are stale, is thrown away; PostgreSQL rolls back for it. */
async function abandon(client: pg.PoolClient, database: Database, error: unknown): Promise<void> {
  if (error instanceof DatabaseUnavailable || isStaleStatement(error)) return client.release(true)
  await client.query(toQuery(database, 'rollback')).then(
    () => client.release(),
    () => client.release(true),
  )
}

function isConflict(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01')
}
