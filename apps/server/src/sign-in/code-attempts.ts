import { giveBackToWindow, takeFromWindow, type RateWindow } from '../db/queries/rate-windows.ts'
import type { Queryable } from '../db/pool.ts'

/** Wrong codes that are taken of one person, whoever sends them, before even a right one has to wait. */
export const wrongCodesMax = 10
export const wrongCodesMinutes = 15

/** Seconds to wait; undefined: try. Whoever was right gives the attempt back. All processes count together. */
export async function takeCodeAttempt(
  database: Queryable,
  person: { readonly organizationId: string; readonly userId: string },
  now: Date,
): Promise<number | undefined> {
  const window = toWindow(person)
  const startedAt = await takeFromWindow(database, window, { amount: 1, now })
  if (startedAt === undefined) return undefined
  return Math.max(1, Math.ceil((startedAt.getTime() + window.windowMs - now.getTime()) / 1000))
}

export function giveBackCodeAttempt(
  database: Queryable,
  person: { readonly organizationId: string; readonly userId: string },
): Promise<void> {
  return giveBackToWindow(database, toWindow(person), 1)
}

function toWindow({ organizationId, userId }: { organizationId: string; userId: string }): RateWindow {
  return { organizationId, name: `codes ${userId}`, windowMs: wrongCodesMinutes * 60_000, max: wrongCodesMax }
}
