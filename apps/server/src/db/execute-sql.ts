import { toDatabaseError } from './database-error.ts'
import type { Database } from './pool.ts'

/** Runs whatever text it is given, several statements at once too: for a library that brings its own SQL and schema. */
export type ExecuteSql = (text: string, values?: unknown[]) => Promise<{ rows: unknown[] }>

export function toExecuteSql(database: Database): ExecuteSql {
  return async (text, values) => {
    try {
      return await database.pool.query(text, values)
    } catch (error) {
      throw toDatabaseError(error)
    }
  }
}
