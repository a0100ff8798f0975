import type { Encryption } from '../encryption.ts'
import { checkDatabase } from './check-database.ts'
import { checkDataFolder, checkTls } from './check-machine.ts'
import { checkMailServer } from './check-mail.ts'
import { attempt, type Finding } from './finding.ts'
import { readJobs, type InstanceJobs, type JobParts } from './jobs.ts'

export type HealthParts = JobParts & { readonly encryption: Encryption }

const lateSeconds = 120

/** What `rollcall doctor` looks at, by the process that runs: the worst never hides the others. */
export async function readHealth(parts: HealthParts): Promise<readonly Finding[]> {
  const { config, clock } = parts
  const folder = { check: 'dataFolder', name: 'data folder' } as const
  const [database, mail, workers] = await Promise.all([
    checkDatabase(parts).catch(toFinding),
    attempt({ check: 'mail', name: 'mail server' }, () => checkMailServer(config)),
    attempt({ check: 'workers', name: 'workers' }, async () => toWorkers(await readJobs(parts))),
  ])
  return [...database, workers, mail, ...(await machine()), ...checkTls(config, clock())]

  async function machine(): Promise<readonly Finding[]> {
    try {
      return checkDataFolder(config)
    } catch (error) {
      return [await attempt(folder, () => Promise.reject(error))]
    }
  }
}

/** Work that is due and stays: no process works, or all have more than they can do. */
function toWorkers({ queues, engine, sessions }: InstanceJobs): Finding {
  const waiting = queues.reduce((sum, { count }) => sum + count, engine.waiting)
  const oldestSeconds = Math.round(Math.max(engine.oldestSeconds, ...queues.map((queue) => queue.oldestSeconds)))
  const isLate = oldestSeconds > lateSeconds
  return {
    check: 'workers',
    name: 'workers',
    status: isLate ? 'warning' : 'ok',
    detail: isLate
      ? `what is due has waited for ${oldestSeconds} s: is a process with the role "work" running?`
      : `${waiting} entries wait, the oldest for ${oldestSeconds} s`,
    facts: { waiting, oldestSeconds, sessions },
  }
}

function toFinding(error: unknown): readonly Finding[] {
  const detail = error instanceof Error ? error.message : String(error)
  return [{ check: 'database', name: 'database', status: 'failed', detail, facts: {} }]
}
