import type { Readable } from 'node:stream'
import { copyIn, copyOut, unlimitedMs } from './copy.ts'
import { toDatabaseError } from './database-error.ts'
import { queryableOf, type Database, type Queryable } from './pool.ts'

/** One transaction without time limits, which can also stream whole tables out and in. */
export type CopySession = Queryable & {
  copyOut(text: string): Readable
  /** Resolves with the number of rows. */
  copyIn(text: string, source: AsyncIterable<Buffer>): Promise<number>
}

const begin = {
  snapshot: 'begin isolation level repeatable read read only',
  writing: 'begin',
} as const

// What a table looks like as text must not depend on the settings of a server or of a role.
const settings = `set local statement_timeout = 0; set local lock_timeout = 0; set local idle_in_transaction_session_timeout = 0;
  set local datestyle = 'ISO, MDY'; set local intervalstyle = 'iso_8601'; set local extra_float_digits = 3;
  set local bytea_output = 'hex'; set local client_encoding = 'UTF8'`

/** Commits when the work returns, rolls back when it throws. The connection is closed afterwards: it served for hours. */
export async function copySession<T>(
  database: Database,
  mode: keyof typeof begin,
  work: (session: CopySession) => Promise<T>,
): Promise<T> {
  const client = await database.pool.connect().catch((error: unknown) => {
    throw toDatabaseError(error)
  })
  const own = queryableOf(client, database)
  const patient: Queryable['query'] = (statement, values) =>
    own.query({ ...statement, query_timeout: unlimitedMs }, values)
  const session: CopySession = {
    query: patient,
    run: (compiled) => patient({ text: compiled.sql }, compiled.parameters),
    copyOut: (text) => copyOut(client, text),
    copyIn: (text, source) => copyIn(client, text, source, unlimitedMs),
  }
  try {
    await patient({ text: `${begin[mode]}; ${settings}` })
    const result = await work(session)
    await patient({ text: 'commit' })
    return result
  } finally {
    // Whatever was not committed PostgreSQL rolls back when the connection ends.
    client.release(true)
  }
}
