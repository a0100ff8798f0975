import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config.ts'
import { openDatabase, type Database } from '../db/pool.ts'
import { startEmbeddedPostgres } from '../embedded-postgres/start.ts'
import { OperatorError } from '../operator-error.ts'
import type { Logger } from '../telemetry/logger.ts'
import { redactText } from '../telemetry/redact.ts'
import { DatabaseUnavailable } from '../unavailable.ts'

/** The database that the configuration names, reachable; PostgreSQL is started when it is ours. */
export type Instance = AsyncDisposable & { readonly database: Database; readonly isEmbedded: boolean }

const serverVersionMin = 150_000
const defaultReachTimeoutMs = 15_000
const reachPauseMs = 500

export async function openInstance(
  config: Config,
  logger: Logger,
  options: { readonly reachTimeoutMs?: number } = {},
): Promise<Instance> {
  await using opened = new AsyncDisposableStack()
  const url = config.databaseUrl ?? (await startOwn(config, logger, opened))
  const database = openDatabase({
    url,
    poolMax: config.databasePoolMax,
    statementTimeoutMs: config.databaseStatementTimeoutMs,
    onConnectionLost: (error) => logger.debug({ err: error }, 'an idle database connection was lost'),
  })
  opened.defer(() => database.close())
  await reach(database, url, options.reachTimeoutMs ?? defaultReachTimeoutMs)
  const resources = opened.move()
  return {
    database,
    isEmbedded: config.databaseUrl === undefined,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

async function startOwn(config: Config, logger: Logger, opened: AsyncDisposableStack): Promise<string> {
  const server = await startEmbeddedPostgres({
    dataDir: config.dataDir,
    onEvent: (message, error) => (error === undefined ? logger.warn(message) : logger.error({ err: error }, message)),
  })
  opened.defer(() => server.close())
  logger.debug({ directory: server.directory }, 'embedded PostgreSQL runs')
  return server.url
}

/** Waits for a database that is just starting; a wrong address or password is said at once. */
async function reach(database: Database, url: string, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    try {
      return await refuseOldServer(database)
    } catch (error) {
      if (error instanceof OperatorError) throw error
      if (error instanceof DatabaseUnavailable && performance.now() < deadline) await sleep(reachPauseMs)
      else throw unreachable(url, error)
    }
  }
}

async function refuseOldServer(database: Database): Promise<void> {
  const { rows } = await database.query<{ number: number; version: string }>({
    text: `select current_setting('server_version_num')::int as number, current_setting('server_version') as version`,
  })
  const found = rows[0]
  if (found !== undefined && found.number >= serverVersionMin) return
  throw new OperatorError(
    `The database is PostgreSQL ${found?.version ?? 'of unknown version'}; Rollcall needs 15 or newer.`,
  )
}

function unreachable(url: string, error: unknown): OperatorError {
  const cause = error instanceof DatabaseUnavailable ? error.cause : error
  const reason = cause instanceof Error ? cause.message || String(cause) : String(cause)
  return new OperatorError(`The database ${redactText(url)} cannot be used: ${redactText(reason)}. See DATABASE_URL.`, {
    cause,
  })
}
