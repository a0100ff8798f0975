import type { Clock } from '../clock.ts'
import { selectOwnSessionCount, selectTimetable, type TimetableRow } from '../db/queries/instance-views.ts'
import { selectProvisioningMetrics } from '../db/queries/provisioning-metrics.ts'
import type { Database } from '../db/pool.ts'
import type { Config } from '../config.ts'
import { readQueues } from '../job-queues.ts'

export type InstanceJobs = {
  readonly at: Date
  readonly queues: readonly { readonly name: string; readonly count: number; readonly oldestSeconds: number }[]
  readonly engine: {
    readonly waiting: number
    readonly oldestSeconds: number
    readonly held: number
    readonly escrowed: number
    readonly unwellApps: number
  }
  readonly timetable: readonly TimetableRow[]
  readonly sessions: number
}

export type JobParts = { readonly database: Database; readonly clock: Clock; readonly config: Config }

/** What waits for workers, and how the work on the timetable went last. */
export async function readJobs(parts: JobParts): Promise<InstanceJobs> {
  const { database } = parts
  const at = parts.clock()
  const queues = await readQueues(parts)
  const engine = await selectProvisioningMetrics(database, at)
  const oldestMs = Math.min(at.getTime(), ...engine.lanes.map(({ oldest }) => oldest.getTime()))
  return {
    at,
    queues: [...queues].map(([name, queue]) => ({ name, ...queue })),
    engine: {
      waiting: engine.lanes.reduce((sum, { count }) => sum + count, 0),
      oldestSeconds: Math.round((at.getTime() - oldestMs) / 1000),
      held: engine.held,
      escrowed: engine.escrowed,
      unwellApps: engine.health.reduce((sum, { health, count }) => (health === 'healthy' ? sum : sum + count), 0),
    },
    timetable: await selectTimetable(database),
    sessions: await selectOwnSessionCount(database),
  }
}
