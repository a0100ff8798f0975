import { readdirSync, readFileSync } from 'node:fs'
import type { Database } from '../../apps/server/src/db/pool.ts'

/** Linux counts in hundredths of a second. */
const ticksPerSecond = 100

/**
 * Seconds of processor time that this process and PostgreSQL have used. On a machine that others use too it tells more than
 * the clock on the wall; undefined where it cannot be told.
 */
export async function readProcessorTime(database: Database): Promise<number | undefined> {
  const { rows } = await database.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
  const own = process.cpuUsage()
  try {
    const postmaster = readStat(String(rows[0]?.pid)).parent
    const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    const seconds = all.map((pid) => readStatOrNone(pid)).filter((stat) => stat?.parent === postmaster)
    return (own.user + own.system) / 1e6 + seconds.reduce((sum, stat) => sum + (stat?.seconds ?? 0), 0)
  } catch {
    return undefined
  }
}

type Stat = { readonly parent: string | undefined; readonly seconds: number }

function readStat(pid: string): Stat {
  // The name in parentheses may hold spaces.
  const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
  const fields = rest.split(' ')
  return { parent: fields[1], seconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond }
}

/** A process may end while it is looked at. */
function readStatOrNone(pid: string): Stat | undefined {
  try {
    return readStat(pid)
  } catch {
    return undefined
  }
}
