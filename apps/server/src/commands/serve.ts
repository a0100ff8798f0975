import { setTimeout as sleep } from 'node:timers/promises'
import { createApplication, type Application } from '../application.ts'
import { systemClock } from '../clock.ts'
import type { LoadedConfig } from '../config.ts'
import { listeningUrl, type PublicUrl } from '../config/public-url.ts'
import { toExecuteSql } from '../db/execute-sql.ts'
import { migrate, migrationStatus, readMigrations } from '../db/migrate.ts'
import type { Database } from '../db/pool.ts'
import { withDemoApps } from '../demo/demo-apps.ts'
import { createEncryption } from '../encryption.ts'
import type { ReadinessCheck } from '../http/probes.ts'
import { assertPortFree, listen, type Listener } from '../http/server.ts'
import { readProvisioning, readQueues } from '../job-queues.ts'
import { jobs } from '../jobs.ts'
import { startScheduler, type ScheduledJob } from '../jobs/scheduler.ts'
import { createStirring, type Stirring } from '../jobs/stirring.ts'
import { onReady } from '../on-ready.ts'
import { createOutboundConnections } from '../outbound-connections.ts'
import type { Parts } from '../parts.ts'
import { readBuild } from '../telemetry/build.ts'
import { collectProvisioningMetrics } from '../provisioning/engine-metrics.ts'
import { collectJobMetrics } from '../telemetry/job-metrics.ts'
import { startLoops } from '../start-loops.ts'
import type { Logger } from '../telemetry/logger.ts'
import { collectPoolMetrics, collectProcessMetrics, createMetrics } from '../telemetry/metrics.ts'
import { isThisMachine } from '../this-machine.ts'
import { DatabaseUnavailable } from '../unavailable.ts'
import { print } from './console-output.ts'
import { refuseOpenDemo } from './demo.ts'
import { loadEncryptionKeys } from './encryption-keys.ts'
import { openInstance } from './open-instance.ts'
import { waitForStopSignal } from './stop-signal.ts'

export type Role = 'serve' | 'work'

const announceAttemptsMax = 60
const announcePauseMs = 500

type Running = { readonly application: Application; readonly resources: AsyncDisposableStack }

/** Runs the given roles until a signal; resolves when everything in flight is finished and closed. */
export async function runRoles(loaded: LoadedConfig, roles: ReadonlySet<Role>, logger: Logger): Promise<void> {
  const state: { running?: Running } = {}
  const stopSignal = waitForStopSignal(() => state.running?.application.drain())
  process.on('SIGHUP', () => reloadLogLevel(loaded, logger))
  if (roles.has('serve')) await assertPortFree(loaded.config.host, loaded.config.port)
  const running = await start(loaded, roles, logger)
  state.running = running
  const signal = await stopSignal
  running.application.drain()
  logger.info({ signal }, 'stopping: requests in flight are finished first')
  await running.resources.disposeAsync()
  logger.info('stopped')
}

/** A configuration that became invalid changes nothing until the next start, which will refuse it. */
function reloadLogLevel(loaded: LoadedConfig, logger: Logger): void {
  try {
    const { logLevel } = loaded.reload().config
    if (logLevel === logger.level) return
    logger.info({ logLevel }, 'log level changed')
    logger.level = logLevel
  } catch (error) {
    logger.error({ err: error }, 'The configuration cannot be read again; the old one stays')
  }
}

async function start({ config }: LoadedConfig, roles: ReadonlySet<Role>, logger: Logger): Promise<Running> {
  // What is opened later is closed earlier: listener and loops, application, database, PostgreSQL.
  await using opened = new AsyncDisposableStack()
  const { database } = opened.use(await openInstance(config, logger))
  const applied = await migrate(database, { mode: config.migrate, clock: systemClock })
  if (applied.length > 0) logger.info({ migrations: applied }, 'migrations applied')
  if (roles.has('serve')) await refuseOpenDemo(database, config)
  const address: { url: PublicUrl | undefined } = { url: config.publicUrl }
  const metrics = createMetrics(readBuild())
  collectProcessMetrics(metrics)
  collectPoolMetrics(metrics, () => poolCounts(database))
  const application = createApplication({
    config,
    database,
    logger,
    metrics,
    encryption: createEncryption(loadEncryptionKeys(config).keys),
    // Apps of a demonstration stand in this process, and demonstrations only where nobody else comes.
    ...(isThisMachine(config.host) && {
      outboundConnections: withDemoApps(createOutboundConnections({ allow: config.outboundAllow })),
    }),
    publicUrl: () =>
      address.url ?? listeningUrl({ host: config.host, port: config.port, isTls: config.tlsCert !== undefined }),
    checks: readinessChecks(database),
  })
  opened.defer(() => application.close())
  collectJobMetrics(metrics, () => readQueues(application.parts))
  collectProvisioningMetrics(metrics, () => readProvisioning(application.parts))
  const stirring = createStirring()
  if (roles.has('work')) startWorking(application.parts, stirring, opened)
  if (roles.has('serve')) {
    const listener = await startListening(application, stirring, opened)
    address.url ??= listeningUrl({ host: config.host, port: listener.port, isTls: config.tlsCert !== undefined })
    print(`Rollcall ready at ${address.url.href}`)
    for (const line of await announce(application.parts)) print(line)
  } else {
    print('Rollcall worker ready')
  }
  return { application, resources: opened.move() }
}

async function startListening(
  application: Application,
  stirring: Stirring,
  opened: AsyncDisposableStack,
): Promise<Listener> {
  const { config, logger } = application.parts
  const { tlsCert, tlsKey } = config
  const listener = await listen({
    host: config.host,
    port: config.port,
    tls: tlsCert === undefined || tlsKey === undefined ? undefined : { certFile: tlsCert, keyFile: tlsKey },
    headersTimeoutMs: config.headersTimeoutMs,
    requestTimeoutMs: config.requestTimeoutMs,
    bodyBytesMax: Math.max(config.bodyBytesMax, config.bulkBodyBytesMax),
    logger,
    fetch: async (request, connection) => {
      const response = await application.fetch(request, connection)
      // Reads make work for nobody, and probes come all the time; what fails is an event of the audit log.
      const isRead = request.method === 'GET' || request.method === 'HEAD'
      if (!isRead || response.status >= 400) stirring.stir()
      return response
    },
    answer: (request, connection) => application.answer(request, connection),
  })
  opened.defer(() => listener.stop(config.shutdownTimeoutMs))
  process.on('SIGHUP', () => listener.reloadTls())
  logger.info({ host: config.host, port: listener.port }, 'listening')
  return listener
}

/** A database that goes away just after the start delays what a first boot prints; it does not end the server. */
async function announce(parts: Parts): Promise<readonly string[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await onReady(parts)
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable) || attempt === announceAttemptsMax) throw error
      await sleep(announcePauseMs)
    }
  }
}

function startWorking(parts: Parts, stirring: Stirring, opened: AsyncDisposableStack): void {
  const { database, logger, config } = parts
  startLoops(parts, stirring, opened)
  const scheduled = jobs.flatMap((job): readonly ScheduledJob[] =>
    'cron' in job ? [{ name: job.name, cron: job.cron, run: (signal) => job.run(parts, signal) }] : [],
  )
  const mayMigrate = config.migrate === 'auto'
  const scheduler = startScheduler({ jobs: scheduled, logger, executeSql: toExecuteSql(database), mayMigrate })
  opened.defer(() => scheduler.stop())
}

function readinessChecks(database: Database): readonly ReadinessCheck[] {
  return [
    {
      name: 'database',
      run: async () => {
        await database.query({ name: 'ready', text: 'select 1' })
      },
    },
    {
      name: 'migrations',
      run: async () => {
        const { pending } = await migrationStatus(database, await readMigrations())
        if (pending.length > 0) throw new Error('migrations are pending')
      },
    },
  ]
}

function poolCounts({ pool }: Database): { readonly total: number; readonly idle: number; readonly waiting: number } {
  return { total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }
}
