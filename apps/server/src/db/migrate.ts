import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { Clock } from '../clock.ts'
import { OperatorError } from '../operator-error.ts'
import type { Database, Queryable } from './pool.ts'
import { transaction } from './transaction.ts'

export const migrationsDirectory = new URL('./migrations/', import.meta.url)

/** `auto` applies what is pending, `check` refuses to start while something is, `off` looks at nothing. */
export type MigrateMode = 'auto' | 'check' | 'off'

export type Migration = {
  readonly version: number
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

export type MigrationStatus = { readonly applied: readonly AppliedMigration[]; readonly pending: readonly Migration[] }

type AppliedMigration = { readonly version: number; readonly name: string; readonly checksum: string }

export type MigrateOptions = { readonly mode: MigrateMode; readonly clock: Clock; readonly directory?: URL }

const fileName = /^(\d{4})_[a-z0-9-]+\.sql$/
const lockKey = 0x726f6c6c // "roll": one lock for all Rollcall processes on this database
// Zero would mean the pool's own; this is the longest that a timer can wait, 24 days.
const unlimitedMs = 2 ** 31 - 1

/**
 * Brings the database to the newest migration and returns the names of those that it applied.
 * Each runs in its own transaction, under one advisory lock, so processes that start together take turns.
 */
export async function migrate(database: Database, options: MigrateOptions): Promise<readonly string[]> {
  if (options.mode === 'off') return []
  const migrations = await readMigrations(options.directory ?? migrationsDirectory)
  const { pending } = await migrationStatus(database, migrations)
  if (options.mode === 'auto') return applyAll(database, pending, migrations, options.clock)
  if (pending.length === 0) return []
  throw new OperatorError(
    `The database lacks ${pending.map((m) => m.name).join(', ')} and ROLLCALL_MIGRATE is "check". Run "rollcall migrate" first.`,
  )
}

/** Numbered files, oldest first; a gap or a second file with the same number is a mistake of ours. */
export async function readMigrations(directory: URL = migrationsDirectory): Promise<readonly Migration[]> {
  const names = (await readdir(directory)).filter((name) => fileName.test(name)).sort()
  const migrations = await Promise.all(names.map((name) => readMigration(directory, name)))
  const wrong = migrations.find((migration, index) => migration.version !== index + 1)
  if (wrong) throw new Error(`Migrations must be numbered without gaps: ${wrong.name}`)
  return migrations
}

async function readMigration(directory: URL, name: string): Promise<Migration> {
  const sql = await readFile(new URL(name, directory), 'utf8')
  const checksum = createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex')
  return { version: Number(name.slice(0, 4)), name, sql, checksum }
}

/** What is applied and what is not; throws when the database is newer than this code or its past was rewritten. */
export async function migrationStatus(database: Database, migrations: readonly Migration[]): Promise<MigrationStatus> {
  const applied = await selectAppliedMigrations(database)
  refuseNewer(applied, migrations)
  refuseRewritten(applied, migrations)
  return { applied, pending: migrations.slice(applied.length) }
}

export async function selectAppliedMigrations(database: Queryable): Promise<readonly AppliedMigration[]> {
  // Not to_regclass: within a transaction it answers from a cache that misses what another process has just committed.
  const table = await database.query({
    text: `select from pg_class where relname = 'schema_migrations' and relkind = 'r' and pg_table_is_visible(oid)`,
  })
  if (table.rowCount === 0) return []
  const list = await database.query<AppliedMigration>({
    text: 'select version, name, checksum from schema_migrations order by version',
  })
  return list.rows
}

function refuseNewer(applied: readonly AppliedMigration[], migrations: readonly Migration[]): void {
  const newest = applied.at(-1)
  if (newest === undefined || newest.version <= migrations.length) return
  throw new OperatorError(
    `The database is newer than this Rollcall: it has ${newest.name}, this version knows ${migrations.at(-1)?.name ?? 'no migration'}. ` +
      'Start the newer version again, or restore a backup made before the upgrade. Nothing was changed.',
  )
}

function refuseRewritten(applied: readonly AppliedMigration[], migrations: readonly Migration[]): void {
  const rewritten = applied.find((row, index) => row.checksum !== migrations[index]?.checksum)
  if (rewritten === undefined) return
  throw new OperatorError(
    `The migration ${rewritten.name} was applied with another content than it has now. ` +
      'Applied migrations never change: restore the file, or start on a new database.',
  )
}

async function applyAll(
  database: Database,
  pending: readonly Migration[],
  known: readonly Migration[],
  clock: Clock,
): Promise<readonly string[]> {
  const names: string[] = []
  for (const migration of pending) {
    if (await applyOne(database, migration, known, clock)) names.push(migration.name)
  }
  return names
}

/** False when another process was faster. */
async function applyOne(
  database: Database,
  migration: Migration,
  known: readonly Migration[],
  clock: Clock,
): Promise<boolean> {
  return transaction(database, async (tx) => {
    await tx.query({ text: 'set local statement_timeout = 0' })
    await tx.query({ text: 'select pg_advisory_xact_lock($1)', query_timeout: unlimitedMs }, [lockKey])
    const applied = await selectAppliedMigrations(tx)
    refuseNewer(applied, known)
    refuseRewritten(applied, known)
    if (applied.some((row) => row.version === migration.version)) return false
    await applyMigrations(tx, [migration], clock())
    return true
  })
}

/** Applies them in the caller's transaction, in their order, and writes down that it did. */
export async function applyMigrations(tx: Queryable, migrations: readonly Migration[], at: Date): Promise<void> {
  for (const { version, name, checksum, sql } of migrations) {
    await tx.query({ text: createTable })
    await tx.query({ text: sql, query_timeout: unlimitedMs })
    await tx.query({ text: insertRow }, [version, name, checksum, at])
  }
}

const createTable = `create table if not exists schema_migrations (
  version integer primary key,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null
)`

const insertRow = 'insert into schema_migrations (version, name, checksum, applied_at) values ($1, $2, $3, $4)'
