import { setTimeout as sleep } from 'node:timers/promises'
import type { Job as BossJob, PgBoss } from 'pg-boss'
import type { Logger } from '../telemetry/logger.ts'

/** Work on a timetable: in all processes together one at a time runs it. Safe to run again after a crash. */
export type ScheduledJob = {
  readonly name: string
  /** Five fields, in UTC. */
  readonly cron: string
  run(signal: AbortSignal): Promise<void>
}

export type Scheduler = {
  /** Resolves when the timetable stands; a database that does not answer yet only delays it. */
  readonly started: Promise<unknown>
  /** Lets running jobs finish and starts none anew. */
  stop(): Promise<void>
}

export type SchedulerOptions = {
  readonly jobs: readonly ScheduledJob[]
  readonly logger: Logger
  readonly executeSql: (text: string, values?: unknown[]) => Promise<{ rows: unknown[] }>
  /** Whether it may make and migrate its own schema. */
  readonly mayMigrate: boolean
  readonly pollSeconds?: number
  readonly firstDelayMs?: number
}

const schema = 'pgboss'
// One queue for all: one poll asks for all of them. `exclusive`: of each name one waits or runs, in all processes.
const queue = 'scheduled-jobs'
const pollSecondsDefault = 5
/** Nothing on the timetable is in a hurry, and the start of a server has enough to do. */
const firstDelayMsDefault = 2_000
/** A job that runs longer is taken for dead and may be started anew. */
const runSecondsMax = 3_600
const keptSeconds = 86_400
const retryMs = 10_000

/** Makes or migrates the schema of the timetable, as `rollcall migrate` does with ours. */
export async function migrateScheduler(options: Pick<SchedulerOptions, 'executeSql'>): Promise<void> {
  const boss = await createBoss({ ...options, mayMigrate: true }, { supervise: false, schedule: false })
  const failures: Error[] = []
  boss.on('error', (error) => failures.push(error))
  await boss.start()
  await boss.stop({ graceful: false })
  if (failures[0] !== undefined) throw failures[0]
}

/** Starts in the background: nobody waits for it, and a server without it serves all the same. */
export function startScheduler(options: SchedulerOptions): Scheduler {
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()
  const begun = begin(options, { stopping: stopping.signal, running })
  return {
    started: begun,
    stop: async () => {
      stopping.abort()
      const boss = await begun
      await Promise.allSettled(running)
      // Its graceful stop does no more than we have just done, and takes two seconds for it.
      await boss?.stop({ graceful: false })
    },
  }
}

/** Loaded late: a process that only serves needs none of it. */
async function createBoss(
  { executeSql, mayMigrate }: Pick<SchedulerOptions, 'executeSql' | 'mayMigrate'>,
  roles: { readonly supervise?: boolean; readonly schedule?: boolean } = {},
): Promise<PgBoss> {
  const library = await import('pg-boss')
  return new library.PgBoss({ db: { executeSql }, schema, migrate: mayMigrate, createSchema: mayMigrate, ...roles })
}

type Turns = { readonly stopping: AbortSignal; readonly running: Set<Promise<void>> }

/** Undefined when it was stopped before it had begun. */
async function begin(options: SchedulerOptions, turns: Turns): Promise<PgBoss | undefined> {
  const { logger } = options
  const { stopping: signal } = turns
  for (let delayMs = options.firstDelayMs ?? firstDelayMsDefault; ; delayMs = retryMs) {
    await sleep(delayMs, undefined, { signal }).catch(() => {})
    if (signal.aborted) return undefined
    const boss = await createBoss(options)
    boss.on('error', (error) => {
      if (!signal.aborted) logger.warn({ err: error }, 'the timetable of jobs met an error; it goes on')
    })
    boss.on('warning', ({ message }) => logger.debug({ warning: message }, 'the timetable of jobs warns'))
    try {
      await boss.start()
      await announce(boss, options, turns)
      return boss
    } catch (error) {
      logger.error({ err: error }, 'the timetable of jobs cannot start; it is tried again')
      await boss.stop({ graceful: false }).catch(() => {})
    }
  }
}

async function announce(boss: PgBoss, options: SchedulerOptions, turns: Turns): Promise<void> {
  const { jobs, logger, pollSeconds = pollSecondsDefault } = options
  const settings = { retryLimit: 0, expireInSeconds: runSecondsMax, deleteAfterSeconds: keptSeconds }
  await boss.createQueue(queue, { policy: 'exclusive', ...settings })
  const known = new Map(jobs.map((job) => [job.name, job]))
  for (const { key } of await boss.getSchedules(queue)) if (!known.has(key)) await boss.unschedule(queue, key)
  for (const { name, cron } of jobs)
    await boss.schedule(queue, cron, { name }, { key: name, singletonKey: name, tz: 'UTC' })
  // Once at the start as well: a server that is stopped each evening must not wait for a night that it never sees.
  for (const { name } of jobs) await boss.send(queue, { name }, { singletonKey: name })
  await boss.work<{ name: string }>(queue, { pollingIntervalSeconds: pollSeconds, batchSize: 1 }, ([asked]) => {
    const run = runJob(known, asked, { logger, stopping: turns.stopping })
    turns.running.add(run)
    return run.finally(() => turns.running.delete(run))
  })
}

async function runJob(
  known: ReadonlyMap<string, ScheduledJob>,
  asked: BossJob<{ name: string }> | undefined,
  { logger, stopping }: { readonly logger: Logger; readonly stopping: AbortSignal },
): Promise<void> {
  // Another version may know jobs that this one does not; during an upgrade both run.
  const job = known.get(asked?.data.name ?? '')
  if (asked === undefined || job === undefined || stopping.aborted) return
  try {
    await job.run(AbortSignal.any([stopping, asked.signal]))
  } catch (error) {
    if (!stopping.aborted) logger.warn({ job: job.name, err: error }, 'a job failed')
    throw error
  }
}
