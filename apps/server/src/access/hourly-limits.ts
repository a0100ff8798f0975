import {
  countNewMembers,
  deleteWindowsBefore,
  giveBackToWindow,
  takeFromWindow,
  type RateWindow,
} from '../db/queries/rate-windows.ts'
import type { Queryable } from '../db/pool.ts'
import { dayMs } from './upload-limits.ts'

/** What GitHub lets identity providers do within an hour: people assigned, and people added to one group. */
export const peoplePerHourMax = 1_000
export const membersPerHourMax = 1_000
const hourMs = 3_600_000

/** Seconds to wait when there is no room; undefined: it was counted and may happen. */
type Taken = number | undefined

export type HourlyLimit = {
  take(amount: number, now: Date): Promise<Taken>
  /** For what was counted and then did not happen. */
  giveBack(amount: number): Promise<void>
}

/** People that a connection brings. */
export function limitOfPeople(database: Queryable, organizationId: string, connectionId: string): HourlyLimit {
  return toLimit(database, { organizationId, name: `people ${connectionId}`, windowMs: hourMs, max: peoplePerHourMax })
}

/** People added to one group, by its SCIM id. */
export function limitOfMembers(database: Queryable, organizationId: string, teamId: string): HourlyLimit {
  return toLimit(database, { organizationId, name: `members ${teamId}`, windowMs: hourMs, max: membersPerHourMax })
}

/** How many of these people are not in the group yet. */
export { countNewMembers }

/** Forgets hours that are over, and days: the longest of windows. */
export function trimHours(database: Queryable, now: Date): Promise<number> {
  return deleteWindowsBefore(database, new Date(now.getTime() - dayMs))
}

function toLimit(database: Queryable, window: RateWindow): HourlyLimit {
  return {
    take: async (amount, now) => {
      // What no window has room for is refused as if the window had just begun.
      const startedAt = amount > window.max ? now : await takeFromWindow(database, window, { amount, now })
      if (startedAt === undefined) return undefined
      return Math.max(1, Math.ceil((startedAt.getTime() + window.windowMs - now.getTime()) / 1000))
    },
    giveBack: (amount) => giveBackToWindow(database, window, amount),
  }
}
