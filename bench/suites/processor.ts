import type { Database } from '../../apps/server/src/db/pool.ts'
import { familySeconds } from '../child.ts'
import { record } from '../report.ts'

/** Where the time of something goes, whatever else the machine does meanwhile: this process, and PostgreSQL. */
export async function watchProcessors(database: Database): Promise<{ record(what: string): void }> {
  const { rows } = await database.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
  const backend = rows[0]?.pid ?? Number.NaN
  const before = { own: process.cpuUsage(), postgres: familySeconds(backend) }
  return {
    record: (what) => {
      const { user, system } = process.cpuUsage(before.own)
      record({ name: `processor time of the engine for ${what}`, value: (user + system) / 1e6, unit: 's' })
      record({
        name: `processor time of PostgreSQL for ${what}`,
        value: familySeconds(backend) - before.postgres,
        unit: 's',
      })
    },
  }
}
