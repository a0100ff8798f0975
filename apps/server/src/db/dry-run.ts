import type pg from 'pg'
import { queryableOf, type Database, type Queryable, type Statement } from './pool.ts'

/**
 * Runs the work on a database of which nothing is kept: all of it is one transaction, which is rolled back. Transactions inside
 * of it are savepoints, one at a time; what stands by itself may fail without the rest.
 */
export async function dryRun<T>(database: Database, work: (trial: Database) => Promise<T>): Promise<T> {
  const client = await database.pool.connect()
  let isSound = false
  try {
    await client.query('begin')
    const result = await work(createTrial(client, database))
    await client.query('rollback')
    isSound = true
    return result
  } finally {
    // A connection that did not roll back is thrown away, and PostgreSQL rolls back for it.
    client.release(!isSound)
  }
}

function createTrial(client: pg.PoolClient, { stats, answerTimeoutMs }: Database): Database {
  const plain = queryableOf(client, { stats, answerTimeoutMs })
  const turns = createTurns()
  const alone = <Result>(run: () => Promise<Result>): Promise<Result> =>
    turns.isTaken() ? run() : turns.take(() => inSavepoint(plain, run))
  return {
    query: (statement, values) => alone(() => plain.query(statement, values)),
    run: (compiled) => alone(() => plain.run(compiled)),
    copy: () => Promise.reject(new Error('Nothing is copied in a dry run')),
    // Whoever begins a transaction asks the pool for a connection, and nothing else of it.
    pool: { options: { max: 1 }, connect: () => turns.hold(() => toNested(client)) } as unknown as pg.Pool,
    stats,
    answerTimeoutMs,
    close: async () => {},
  }
}

const savepoint = 'dry_run'

async function inSavepoint<Result>(db: Queryable, run: () => Promise<Result>): Promise<Result> {
  await db.query({ text: `savepoint ${savepoint}` })
  try {
    const result = await run()
    await db.query({ text: `release savepoint ${savepoint}` })
    return result
  } catch (error) {
    await db.query({ text: `rollback to savepoint ${savepoint}` })
    throw error
  }
}

type Turns = {
  isTaken(): boolean
  take<Result>(run: () => Promise<Result>): Promise<Result>
  /** The turn lasts until what was made is released. */
  hold<Held extends object>(make: () => Held): Promise<Held & { release(): void }>
}

/** One after the other: a second transaction waits for the end of the first. */
function createTurns(): Turns {
  let last = Promise.resolve()
  let held = 0
  const wait = async (): Promise<() => void> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const before = last
    last = promise
    await before
    return resolve
  }
  return {
    isTaken: () => held > 0,
    take: async (run) => {
      const done = await wait()
      try {
        return await run()
      } finally {
        done()
      }
    },
    hold: async (make) => {
      const done = await wait()
      held++
      return Object.assign(make(), {
        release: () => {
          held--
          done()
        },
      })
    },
  }
}

// What a transaction says to its connection, and what it means inside of another one.
const nested: readonly (readonly [RegExp, string])[] = [
  [/^begin/i, `savepoint ${savepoint}`],
  [/^commit$/i, `release savepoint ${savepoint}`],
  [/^rollback$/i, `rollback to savepoint ${savepoint}`],
]

/** The connection as a transaction uses it; `commit` answers as it would. */
function toNested(client: pg.PoolClient): Pick<pg.PoolClient, 'query'> {
  const query = async (asked: Statement | string, ...rest: readonly unknown[]): Promise<unknown> => {
    const text = typeof asked === 'string' ? asked : asked.text
    const meant = nested.find(([pattern]) => pattern.test(text ?? ''))
    // pg's types have a signature for each way of asking; what was given is handed on as it is.
    const ask = client.query.bind(client) as unknown as (...given: readonly unknown[]) => Promise<object>
    if (meant === undefined) return ask(asked, ...rest)
    const answer = await ask(meant[1])
    return /^commit$/i.test(text) ? { ...answer, command: 'COMMIT' } : answer
  }
  return { query: query as unknown as pg.PoolClient['query'] }
}
