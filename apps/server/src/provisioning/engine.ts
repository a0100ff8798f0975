import { selectWorkingApps, type AppOf, type WorkingAppRow } from '../db/queries/provisioning-work.ts'
import type { Encryption } from '../encryption.ts'
import { openAppWorker, type AppWorker, type WorkerParts } from './app-worker.ts'
import { getOpenedApp } from './apps/app.ts'
import type { RulesCache } from './find-rules.ts'

export type EngineParts = WorkerParts & { readonly encryption: Encryption; readonly rules: RulesCache }

/** All apps that this process works for: each goes on by itself, and none waits for another. */
export type Engine = {
  /** Looks at which apps have work, begins what is not under way and stops what was paused or changed. */
  turn(signal: AbortSignal): Promise<void>
  /** Until nothing is under way. */
  idle(): Promise<void>
  close(): Promise<void>
}

type Running = {
  readonly name: AppOf
  readonly version: number
  readonly revision: number
  readonly worker: Promise<AppWorker>
  readonly stopping: AbortController
  /** Undefined: nothing is under way. */
  run: Promise<void> | undefined
}

export function createEngine(parts: EngineParts): Engine {
  const apps = new Map<string, Running>()
  const ending = new Set<Promise<void>>()

  const stop = (key: string, running: Running): void => {
    apps.delete(key)
    running.stopping.abort()
    const end = settle(parts, running).finally(() => ending.delete(end))
    ending.add(end)
  }

  const start = (row: WorkingAppRow, signal: AbortSignal): void => {
    const running = apps.get(keyOf(row)) ?? open(parts, row)
    apps.set(keyOf(row), running)
    if (running.run !== undefined) return
    const either = AbortSignal.any([signal, running.stopping.signal])
    running.run = run(running.worker, either)
      .catch((error: unknown) => {
        parts.onFault(error, row)
        // What could not even be opened is opened anew.
        stop(keyOf(row), running)
      })
      .finally(() => {
        running.run = undefined
      })
  }

  return {
    turn: async (signal) => {
      const rows = await selectWorkingApps(parts.database, parts.clock())
      const wanted = new Map(rows.map((row) => [keyOf(row), row]))
      for (const [key, running] of apps) {
        const row = wanted.get(key)
        if (row === undefined || isOutdated(running, row)) stop(key, running)
      }
      for (const row of rows) if (row.hasWork) start(row, signal)
    },
    idle: async () => {
      for (const running of apps.values()) await running.run
      await Promise.all(ending)
    },
    close: async () => {
      for (const [key, running] of apps) stop(key, running)
      await Promise.all(ending)
    },
  }
}

function open(parts: EngineParts, row: WorkingAppRow): Running {
  const { version, revision } = row
  return {
    name: row,
    version,
    revision,
    worker: openWorker(parts, row),
    stopping: new AbortController(),
    run: undefined,
  }
}

async function openWorker(parts: EngineParts, row: WorkingAppRow): Promise<AppWorker> {
  const app = await getOpenedApp(parts, parts.clock(), row)
  const liveRevision = app.liveRevision ?? row.revision
  const rules = await parts.rules.find(parts.database, { ...row, revision: liveRevision, version: app.version })
  return openAppWorker(parts, { ...app, liveRevision }, rules)
}

async function run(worker: Promise<AppWorker>, signal: AbortSignal): Promise<void> {
  await (await worker).run(signal)
}

/** Other credentials, other rules, another state: whoever goes on knows them. */
function isOutdated({ version, revision }: Running, row: WorkingAppRow): boolean {
  return version !== row.version || revision !== row.revision
}

async function settle(parts: EngineParts, running: Running): Promise<void> {
  await running.run
  const worker = await running.worker.catch(() => undefined)
  await worker?.close().catch((error: unknown) => parts.onFault(error, running.name))
}

function keyOf({ organizationId, appId }: WorkingAppRow): string {
  return `${organizationId} ${appId}`
}
