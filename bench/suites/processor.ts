import type { Database } from '../../apps/server/src/db/pool.ts'
import { familySeconds } from '../child.ts'
import { record } from '../report.ts'

/**
 * Where the time of something goes, whatever else the machine does meanwhile: the engine, which is this process unless others
 * are named, and PostgreSQL.
 */
export async function watchProcessors(
  database: Database,
  engineSeconds = ownSeconds,
): Promise<{ record(what: string): void }> {
  const { rows } = await database.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
  const backend = rows[0]?.pid ?? Number.NaN
  const before = { engine: engineSeconds(), postgres: familySeconds(backend) }
  return {
    record: (what) => {
      record({ name: `processor time of the engine for ${what}`, value: engineSeconds() - before.engine, unit: 's' })
      record({
        name: `processor time of PostgreSQL for ${what}`,
        value: familySeconds(backend) - before.postgres,
        unit: 's',
      })
    },
  }
}

function ownSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
