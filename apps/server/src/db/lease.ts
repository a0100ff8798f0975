import { createHash } from 'node:crypto'
import { toDatabaseError } from './database-error.ts'
import { queryableOf, type Database } from './pool.ts'

// One space of lock numbers for leases; PostgreSQL combines it with the number of the name.
const leaseSpace = 0x6a6f6273

/**
 * Runs the work while this process alone holds the name, in the whole database; false when another one holds it.
 * The lock lives in a connection: a killed process lets go at once, without any expiry to wait for.
 */
export async function withLease(database: Database, name: string, work: () => Promise<void>): Promise<boolean> {
  const client = await database.pool.connect().catch((error: unknown) => {
    throw toDatabaseError(error)
  })
  const db = queryableOf(client, database)
  const key = [leaseSpace, leaseNumber(name)]
  let isSound = false
  try {
    const { rows } = await db.query<{ held: boolean }>({ text: 'select pg_try_advisory_lock($1, $2) as held' }, key)
    if (rows[0]?.held !== true) {
      isSound = true
      return false
    }
    await work().finally(async () => {
      await db.query({ text: 'select pg_advisory_unlock($1, $2)' }, key)
      isSound = true
    })
    return true
  } catch (error) {
    throw toDatabaseError(error)
  } finally {
    client.release(!isSound)
  }
}

function leaseNumber(name: string): number {
  return createHash('sha256').update(name).digest().readInt32BE()
}
