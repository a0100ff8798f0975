import { createHash, randomBytes } from 'node:crypto'
import pg from 'pg'
import { systemClock } from '../../src/clock.ts'
import { migrate, migrationsDirectory, readMigrations } from '../../src/db/migrate.ts'
import { openDatabase, type Database } from '../../src/db/pool.ts'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/start.ts'
import { currentRun, watchRun } from './run.ts'

export type TestDatabase = AsyncDisposable & {
  readonly url: string
  readonly database: Database
  close(): Promise<void>
}

// Tests need no durability: a crash of the machine ends them anyway.
const quickSettings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' }
const templateLock = 0x74706c
const owner = 'rollcall'

let adminUrl: Promise<string> | undefined

/** A database of its own, cloned from the migrated template. */
export async function createTestDatabase(options: { readonly poolMax?: number } = {}): Promise<TestDatabase> {
  const admin = await (adminUrl ??= startShared())
  const template = await ensureTemplate(admin)
  const name = `test_${randomBytes(6).toString('hex')}`
  await administer(admin, (client) => client.query(`create database ${name} template ${template} owner ${owner}`))
  const url = urlFor(admin, name)
  const database = openDatabase({ url, poolMax: options.poolMax ?? 10, statementTimeoutMs: 30_000 })
  const close = async (): Promise<void> => {
    await database.close()
    await administer(admin, (client) => client.query(`drop database ${name} with (force)`))
  }
  return { url, database, close, [Symbol.asyncDispose]: close }
}

/** An empty database without any migration, for tests of the migrations themselves. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const admin = await (adminUrl ??= startShared())
  const name = `empty_${randomBytes(6).toString('hex')}`
  await administer(admin, (client) => client.query(`create database ${name} owner ${owner}`))
  const url = urlFor(admin, name)
  const database = openDatabase({ url, poolMax: 10, statementTimeoutMs: 30_000 })
  const close = async (): Promise<void> => {
    await database.close()
    await administer(admin, (client) => client.query(`drop database ${name} with (force)`))
  }
  return { url, database, close, [Symbol.asyncDispose]: close }
}

/** How many round trips to PostgreSQL the work costs. */
export async function countRoundTrips(database: Database, work: () => Promise<unknown>): Promise<number> {
  const before = database.stats.roundTrips
  await work()
  return database.stats.roundTrips - before
}

async function startShared(): Promise<string> {
  const run = currentRun()
  watchRun(run)
  const server = await startEmbeddedPostgres({ dataDir: run.directory, settings: quickSettings })
  // The run's watcher stops it; between two test files it must stay.
  await server.leave()
  return server.adminUrl
}

async function ensureTemplate(admin: string): Promise<string> {
  const migrations = await readMigrations(migrationsDirectory)
  const hash = createHash('sha256')
    .update(migrations.map((m) => m.checksum).join())
    .digest('hex')
  const template = `template_${hash.slice(0, 12)}`
  await administer(admin, async (client) => {
    await client.query('select pg_advisory_lock($1)', [templateLock])
    const { rowCount } = await client.query('select from pg_database where datname = $1', [template])
    if (rowCount === 0) await buildTemplate(admin, client, template)
  })
  return template
}

async function buildTemplate(admin: string, client: pg.Client, template: string): Promise<void> {
  const building = `${template}_new`
  await client.query(`drop database if exists ${building} with (force)`)
  await client.query(`create database ${building} owner ${owner}`)
  const database = openDatabase({ url: urlFor(admin, building), poolMax: 1, statementTimeoutMs: 60_000 })
  await migrate(database, { mode: 'auto', clock: systemClock }).finally(() => database.close())
  await client.query(`alter database ${building} rename to ${template}`)
}

async function administer<T>(admin: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(admin)
  await client.connect()
  return work(client).finally(() => client.end())
}

function urlFor(admin: string, database: string): string {
  const url = new URL(admin)
  url.username = owner
  url.pathname = `/${database}`
  return url.href
}
