import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { findBinaryPackage, installBinaries, removeOtherBinaries } from './binaries.ts'
import { withFileLock } from './file-lock.ts'
import { initialise, superuser } from './initialise.ts'
import { prepareLocation, type Location } from './location.ts'
import { readPostmaster, startPostmaster, stopPostmaster, type PostgresSettings } from './postmaster.ts'
import { defaultSettings } from './settings.ts'

export type EmbeddedPostgres = {
  /** The application's database, as its owner. */
  readonly url: string
  /** The maintenance database, as superuser. */
  readonly adminUrl: string
  readonly directory: string
  /** Lets go; the last process that does so stops PostgreSQL. */
  close(): Promise<void>
  /** Lets go and leaves PostgreSQL running, for a caller that sees to its end in another way. */
  leave(): Promise<void>
}

export type EmbeddedPostgresOptions = {
  readonly dataDir: string
  readonly settings?: PostgresSettings
  /** Told in words what goes on: a crash, a restart. */
  readonly onEvent?: (message: string, error?: unknown) => void
}

type Parts = { readonly location: Location; readonly options: EmbeddedPostgresOptions }

const database = 'rollcall'
const lockTimeoutMs = 90_000
const recoverPauseMs = 100
// Every process that uses the server holds this lock shared; whoever gets it alone is the last.
const usersLock = 0x726f6c6c

/**
 * Starts the embedded PostgreSQL of a data folder, or joins the one that already runs there, and keeps it running.
 * Rollcall processes on one folder share one postmaster; one left over from a killed process is taken over.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const location = prepareLocation(options.dataDir)
  const parts = { location, options }
  const holder = new Holder(parts)
  await holder.hold()
  await createDatabase(location)
  return {
    url: urlOf(location, database, database),
    adminUrl: urlOf(location, superuser, superuser),
    directory: location.directory,
    close: () => holder.close(),
    leave: () => holder.leave(),
  }
}

function urlOf(location: Location, user: string, name: string): string {
  return `postgres://${user}@localhost/${name}?host=${encodeURIComponent(location.socketDirectory)}`
}

function lockFile(location: Location): string {
  return join(location.directory, 'lock')
}

/** Makes sure that a postmaster runs; only one process at a time looks and acts. */
async function ensureRunning({ location, options }: Parts): Promise<void> {
  await withFileLock(lockFile(location), lockTimeoutMs, async () => {
    const state = readPostmaster(location)
    if (state.kind === 'ready') return
    if (state.kind === 'starting' || state.kind === 'stopping') {
      if (await settles(location)) return
    }
    const source = findBinaryPackage()
    const binaries = installBinaries(source, location.directory)
    await initialise(location, binaries, source.major)
    await startPostmaster(location, binaries, { ...defaultSettings, ...options.settings })
    removeOtherBinaries(location.directory, binaries)
  })
}

/** Waits for a postmaster on its way up or down; true when it is up. */
async function settles(location: Location): Promise<boolean> {
  for (;;) {
    const { kind } = readPostmaster(location)
    if (kind === 'ready') return true
    if (kind === 'absent' || kind === 'stale') return false
    await sleep(20)
  }
}

/** The application's role owns its database and is no superuser: SQL that should not be there reaches no file. */
async function createDatabase(location: Location): Promise<void> {
  const client = new pg.Client(urlOf(location, superuser, superuser))
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database])
    if (rowCount !== 0) return
    await client.query(`create role ${database} login`).catch(ignoreDuplicate)
    await client.query(`create database ${database} owner ${database}`).catch(ignoreDuplicate)
  } finally {
    await client.end()
  }
}

// 42710 and 42P04: the role or database exists; 23505: two processes created it at the same moment.
const duplicateStates = new Set(['42710', '42P04', '23505'])

function ignoreDuplicate(error: unknown): void {
  if (error instanceof Error && 'code' in error && duplicateStates.has(String(error.code))) return
  throw error
}

/** One connection that says "this process uses the server"; when it breaks, the server is brought back. */
class Holder {
  readonly #parts: Parts
  #client: pg.Client | undefined
  #recovery: Promise<void> | undefined
  #isClosing = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async hold(): Promise<void> {
    for (;;) {
      await ensureRunning(this.#parts)
      const client = new pg.Client(urlOf(this.#parts.location, superuser, superuser))
      client.on('error', () => {})
      try {
        await client.connect()
        await client.query('select pg_advisory_lock_shared($1)', [usersLock])
        this.#client = client
        client.once('end', () => this.#lost(client))
        return
      } catch (error) {
        // Another process is just stopping it, or it crashed again: look anew.
        await client.end().catch(() => {})
        if (!isPassing(error)) throw error
        await sleep(recoverPauseMs)
      }
    }
  }

  #lost(client: pg.Client): void {
    if (this.#isClosing || this.#client !== client) return
    const tell = this.#parts.options.onEvent
    tell?.('PostgreSQL went away; bringing it back')
    this.#recovery = this.#recover().then(
      () => tell?.('PostgreSQL is back'),
      (error: unknown) => tell?.('PostgreSQL could not be brought back', error),
    )
  }

  async #recover(): Promise<void> {
    while (!this.#isClosing) {
      try {
        return await this.hold()
      } catch (error) {
        this.#parts.options.onEvent?.('PostgreSQL does not start; trying again', error)
        await sleep(recoverPauseMs * 10)
      }
    }
  }

  async close(): Promise<void> {
    const { location } = this.#parts
    this.#isClosing = true
    await this.#recovery
    await withFileLock(lockFile(location), lockTimeoutMs, async () => {
      if (this.#client && (await isLast(this.#client))) await stopPostmaster(location)
    })
    await this.leave()
  }

  async leave(): Promise<void> {
    this.#isClosing = true
    await this.#recovery
    await this.#client?.end().catch(() => {})
  }
}

/** False also when the server is gone already. */
async function isLast(client: pg.Client): Promise<boolean> {
  try {
    await client.query('select pg_advisory_unlock_shared($1)', [usersLock])
    const { rows } = await client.query<{ last: boolean }>('select pg_try_advisory_lock($1) as last', [usersLock])
    return rows[0]?.last === true
  } catch {
    return false
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return /^(57P0[123]|ECONN|ENOENT|EPIPE)/.test(code) || /terminated/i.test(error.message)
}
