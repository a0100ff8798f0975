import { giveBackToWindow, takeFromWindow, type RateWindow } from '../db/queries/rate-windows.ts'
import type { Queryable } from '../db/pool.ts'

/** What Microsoft Entra ID lets clients do: calls in five seconds and in a day, of one source. */
const callsPerBurstMax = 40
const burstMs = 5_000
const callsPerDayMax = 6_000
export const dayMs = 24 * 3_600_000

/** Counts one bulk upload. Seconds to wait where there is no room; undefined: it was counted and may happen. */
export async function takeBulkUpload(
  db: Queryable,
  { organizationId, sourceId }: { readonly organizationId: string; readonly sourceId: string },
  now: Date,
): Promise<number | undefined> {
  const burst = { organizationId, name: `bulk ${sourceId}`, windowMs: burstMs, max: callsPerBurstMax }
  const day = { organizationId, name: `bulk-day ${sourceId}`, windowMs: dayMs, max: callsPerDayMax }
  const burstFrom = await takeFromWindow(db, burst, { amount: 1, now })
  if (burstFrom !== undefined) return secondsLeft(burst, burstFrom, now)
  const dayFrom = await takeFromWindow(db, day, { amount: 1, now })
  if (dayFrom === undefined) return undefined
  await giveBackToWindow(db, burst, 1)
  return secondsLeft(day, dayFrom, now)
}

function secondsLeft({ windowMs }: RateWindow, startedAt: Date, now: Date): number {
  return Math.max(1, Math.ceil((startedAt.getTime() + windowMs - now.getTime()) / 1_000))
}
