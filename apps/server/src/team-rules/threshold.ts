import type { Queryable } from '../db/pool.ts'
import { countLeftByRules } from '../db/queries/team-rules.ts'
import { countActivePeople } from '../db/queries/totals.ts'
import { defaultConnectionSettings } from '../directory/connection-settings.ts'

/**
 * How many people may still leave teams within the guard's window because rules change, unless a person approves; the
 * numbers are those of the mass-change guard for connections. Null: the organization is so small that nobody counts.
 */
export async function findThreshold(tx: Queryable, organizationId: string, now: Date): Promise<number | null> {
  const { guard } = defaultConnectionSettings
  const people = await countActivePeople(tx, organizationId)
  if (people < guard.peopleMin) return null
  const since = new Date(now.getTime() - guard.windowMinutes * 60_000)
  const threshold = Math.max(guard.countMin, Math.floor((people * guard.percent) / 100))
  return Math.max(0, threshold - (await countLeftByRules(tx, organizationId, since)))
}
