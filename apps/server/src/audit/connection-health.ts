import {
  selectActivity,
  selectErrorCauses,
  type ActivityRow,
  type ErrorCause,
} from '../db/queries/connection-activity.ts'
import type { Queryable } from '../db/pool.ts'

const dayMs = 24 * 60 * 60 * 1000
/** Failed lines of the organization that are looked at. */
const linesMax = 10_000
const causesMax = 20

export type ConnectionHealth = {
  readonly activity: ActivityRow | undefined
  /** Of the last 24 hours. */
  readonly errors: readonly ErrorCause[]
  readonly errorCount: number
}

/** What the request log knows about a connection. */
export async function readHealth(
  database: Queryable,
  at: { readonly organizationId: string; readonly connectionId: string },
  now: Date,
): Promise<ConnectionHealth> {
  const since = new Date(now.getTime() - dayMs)
  const [activity, errors] = await Promise.all([
    selectActivity(database, at.organizationId, at.connectionId),
    selectErrorCauses(database, { ...at, since, linesMax, rowsMax: causesMax }),
  ])
  return { activity, errors, errorCount: errors.reduce((sum, each) => sum + each.count, 0) }
}
