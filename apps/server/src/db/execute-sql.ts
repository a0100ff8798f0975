import type pg from 'pg'
import { toDatabaseError } from './database-error.ts'
import type { Database } from './pool.ts'

/** Runs whatever text it is given, several statements at once too: for a library that brings its own SQL and schema. */
export type ExecuteSql = (text: string, values?: unknown[]) => Promise<{ rows: unknown[] }>

export function toExecuteSql(database: Database): ExecuteSql {
  return async (text, values) => {
    try {
      // pg's types know `query_timeout` of a client, not that of a query.
      return await database.pool.query({ text, values, query_timeout: database.answerTimeoutMs } as pg.QueryConfig)
    } catch (error) {
      throw toDatabaseError(error)
    }
  }
}
