import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type CompiledQuery,
} from 'kysely'
import pg, { TypeOverrides } from 'pg'
import { DatabaseUnavailable } from '../unavailable.ts'
import { copyIn } from './copy.ts'
import { toDatabaseError } from './database-error.ts'
import { arePlain } from './message-writer.ts'
import { parseTimestamp } from './parse-timestamp.ts'
import { createReadLanes, type ReadLanes, type ShortRead } from './read-lanes.ts'
import { isStaleStatement } from './stale-statement.ts'
import { BatchBroken, StatementBatch, type Answer, type FindParser } from './statement-batch.ts'

/** A statement with a name is prepared once a connection and only executed from then on. */
export type Statement = {
  readonly name?: string
  readonly text: string
  /** A look-up by an index that takes far less than a millisecond: it may share a connection (see read-lanes.ts). */
  readonly isShort?: boolean
  /** Milliseconds after which we stop waiting for the answer, when not the pool's own; spelled as pg does. */
  readonly query_timeout?: number
}

export type Result<Row> = { readonly rows: readonly Row[]; readonly rowCount: number }

/** What queries are written against: the pool or one transaction. */
export type Queryable = {
  query<Row = never>(statement: Statement, values?: readonly unknown[]): Promise<Result<Row>>
  /** Runs what `sqlBuilder` compiled. */
  run<Row>(compiled: CompiledQuery<Row>): Promise<Result<Row>>
}

export type Database = Queryable & {
  /** Sends lines in COPY's text format to a `copy … from stdin`, in a transaction of its own. */
  copy(text: string, lines: Buffer): Promise<void>
  readonly pool: pg.Pool
  /** Round trips so far, those of transactions included: tests assert how many one request costs. */
  readonly stats: DatabaseStats
  /** How long an answer is waited for; a query that goes to `pool` itself says so with `query_timeout`. */
  readonly answerTimeoutMs: number
  close(): Promise<void>
}

export type DatabaseStats = { roundTrips: number }

export type DatabaseOptions = {
  readonly url: string
  readonly poolMax: number
  readonly statementTimeoutMs: number
  readonly connectTimeoutMs?: number
  readonly applicationName?: string
  /** Told about idle connections that died; the pool replaces them by itself. */
  readonly onConnectionLost?: (error: Error) => void
}

const int8 = 20
const silenceTimeoutMs = 2_000
const timestamptz = 1184
// Counts and versions of ours stay far below 2^53; pg would hand them out as strings.
const types = new TypeOverrides()
types.setTypeParser(int8, Number)
// Every resource has two of them; this takes a fifth of the time of the parser that pg brings.
types.setTypeParser(timestamptz, parseTimestamp)
// pg's types list only some of the types there are; for every other one the parser hands the text on.
const findParser: FindParser = (typeId) => types.getTypeParser(typeId, 'text') as unknown as ReturnType<FindParser>

export function openDatabase(options: DatabaseOptions): Database {
  const config = {
    connectionString: options.url,
    statement_timeout: options.statementTimeoutMs,
    idle_in_transaction_session_timeout: options.statementTimeoutMs * 2,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    application_name: options.applicationName ?? 'rollcall',
    types,
  }
  // PostgreSQL cancels a slow statement itself; when nothing comes from it any more, nobody else would.
  const answerTimeoutMs = options.statementTimeoutMs + silenceTimeoutMs
  const pool = new pg.Pool({ ...config, max: options.poolMax, idleTimeoutMillis: 60_000 })
  const lanes = createReadLanes(config, { findParser, answerTimeoutMs, onLost: options.onConnectionLost })
  pool.on('error', (error) => options.onConnectionLost?.(error))
  // A connection in use that dies fails its query; without a listener of its own it would also end the process.
  pool.on('connect', (client) => client.on('error', () => {}))

  const stats: DatabaseStats = { roundTrips: 0 }
  const answering = { stats, answerTimeoutMs }
  const pooled = queryableOf(pool, answering)
  return {
    run: (compiled) => pooled.run(compiled),
    query: (statement, values = []) =>
      statement.isShort === true && statement.name !== undefined && arePlain(values)
        ? queryShort({ lanes, pooled, stats }, { name: statement.name, text: statement.text, values })
        : queryPooled(pooled, statement, values),
    copy: (text, lines) => copyLines(pool, answering, { text, lines }),
    pool,
    stats,
    answerTimeoutMs,
    close: async () => {
      await Promise.all([pool.end(), lanes.close()])
    },
  }
}

type Short = { readonly lanes: ReadLanes; readonly pooled: Queryable; readonly stats: DatabaseStats }

/** A read that was lost with its connection is simply read again; one that took too long would take as long again. */
function queryShort<Row>({ lanes, pooled, stats }: Short, read: ShortRead): Promise<Result<Row>> {
  stats.roundTrips++
  const answer = lanes.query(read).catch((thrown: unknown) => {
    const error = toDatabaseError(thrown)
    const isLost = error instanceof DatabaseUnavailable && !isTimeout(error.cause)
    const isSentAgain = isLost || error instanceof BatchBroken || isStaleStatement(error)
    if (isSentAgain) return queryPooled<Row>(pooled, read, read.values)
    throw error
  })
  // As in queryableBy: the row type is the statement author's word.
  return answer as Promise<Result<Row>>
}

/** A statement that a connection had prepared and can no longer use has not run: it is sent once more as mere text. */
async function queryPooled<Row>(
  pooled: Queryable,
  statement: Statement,
  values: readonly unknown[] | undefined,
): Promise<Result<Row>> {
  try {
    return await pooled.query<Row>(statement, values)
  } catch (error) {
    if (!isStaleStatement(error)) throw error
    const { name: _, ...unnamed } = statement
    return pooled.query<Row>(unnamed, values)
  }
}

function isTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && error.code === '57014') || /query read timeout/i.test(error.message)
}

async function copyLines(
  pool: pg.Pool,
  { stats, answerTimeoutMs }: Answering,
  { text, lines }: { readonly text: string; readonly lines: Buffer },
): Promise<void> {
  stats.roundTrips++
  const client = await pool.connect().catch((error: unknown) => {
    throw toDatabaseError(error)
  })
  let isSound = false
  try {
    await copyIn(client, text, [lines], answerTimeoutMs)
    isSound = true
  } finally {
    client.release(!isSound)
  }
}

type Answering = Pick<Database, 'stats' | 'answerTimeoutMs'>

/** The same two functions over a pool, or over one connection of it. */
export function queryableOf(target: pg.Pool | pg.PoolClient, { stats, answerTimeoutMs }: Answering): Queryable {
  return queryableBy((config) => send(target, config, answerTimeoutMs), stats)
}

type Query = pg.QueryConfig & { readonly query_timeout?: number | undefined }
type Send = (config: Query) => Promise<{ readonly rows: readonly unknown[]; readonly rowCount: number | null }>

function queryableBy(query: Send, stats: DatabaseStats): Queryable {
  const counted = async <Row>(config: Query): Promise<Result<Row>> => {
    stats.roundTrips++
    try {
      const { rows, rowCount } = await query(config)
      // The row type is the statement author's word; the tests run every statement on PostgreSQL.
      return { rows: rows as Row[], rowCount: rowCount ?? 0 }
    } catch (error) {
      throw toDatabaseError(error)
    }
  }
  return {
    query: (statement, values) => counted({ ...statement, values: values as unknown[] | undefined } as Query),
    run: (compiled) => counted({ text: compiled.sql, values: compiled.parameters as unknown[] }),
  }
}

function send(target: pg.Pool | pg.PoolClient, config: Query, answerTimeoutMs: number): ReturnType<Send> {
  const { name = '', text, query_timeout: timeoutMs = answerTimeoutMs } = config
  const values: readonly unknown[] = config.values ?? []
  // Several statements in one text, which only pg's own way allows, have no values.
  const isPgs = (name === '' && values.length === 0) || !arePlain(values)
  if (isPgs) return target.query({ ...config, query_timeout: timeoutMs } as Query)
  return new Promise((resolve, reject) => {
    let answer: Answer | undefined
    const pending = { name, text, values, reject, resolve: (given: Answer) => void (answer = given) }
    const batch = new StatementBatch([pending], { findParser, timeoutMs })
    // Only a connection that is free again counts: whoever awaits the answer may send the next statement, and what
    // stands by itself is committed only then.
    const settle = (error: unknown): void => {
      if (answer !== undefined && (error === undefined || error === null)) resolve(answer)
      else reject(error instanceof Error ? error : new Error('A statement got no answer'))
    }
    submit(target, batch, settle)
  })
}

/** pg's types know no callback for a query object of one's own. */
function submit(target: pg.Pool | pg.PoolClient, query: pg.Submittable, callback: (error: unknown) => void): void {
  const untyped = target as {
    query(query: pg.Submittable, values: undefined, callback: (error: unknown) => void): void
  }
  untyped.query(query, undefined, callback)
}

/**
 * Builds dynamic SQL and never runs it: hand the compiled query to `Queryable.run`.
 * So dynamic SQL takes part in the caller's transaction like any named statement.
 */
export function sqlBuilder<Tables>(): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })
}
