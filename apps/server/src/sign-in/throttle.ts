import { createHash } from 'node:crypto'
import { giveBackToWindow, takeFromWindow, type RateWindow } from '../db/queries/rate-windows.ts'
import type { Queryable } from '../db/pool.ts'

/** Wrong passwords within a window, for one name and from one address (CON-M3). */
export const attemptsPerNameMax = 10
export const attemptsPerAddressMax = 60
export const attemptWindowMs = 15 * 60_000

type Attempt = {
  readonly organizationId: string
  /** Folded; also of names that nobody has, so that a limit tells nothing. */
  readonly name: string
  readonly address: string
}

type AnyAttempt = Omit<Attempt, 'name'> & Partial<Attempt>

/**
 * Counts an attempt before it is looked at, so that many at once are counted too. Seconds to wait when there were too many.
 * Of what cannot be guessed (passkeys, recovery codes) only the address counts: whoever knows a name must not be able to lock
 * its owner out.
 */
export async function takeAttempt(db: Queryable, attempt: AnyAttempt, now: Date): Promise<number | undefined> {
  for (const window of toWindows(attempt)) {
    const startedAt = await takeFromWindow(db, window, { amount: 1, now })
    if (startedAt === undefined) continue
    return Math.max(1, Math.ceil((startedAt.getTime() + window.windowMs - now.getTime()) / 1000))
  }
  return undefined
}

/** The attempt was none: the password was right. */
export async function giveBackAttempt(db: Queryable, attempt: AnyAttempt): Promise<void> {
  for (const window of toWindows(attempt)) await giveBackToWindow(db, window, 1)
}

function toWindows({ organizationId, name, address }: AnyAttempt): readonly RateWindow[] {
  const windowMs = attemptWindowMs
  const from = { organizationId, name: `sign-in from ${address}`, windowMs, max: attemptsPerAddressMax }
  if (name === undefined) return [from]
  // What was typed may be a password: it is kept nowhere.
  const key = createHash('sha256').update(name).digest('base64url')
  return [from, { organizationId, name: `sign-in as ${key}`, windowMs, max: attemptsPerNameMax }]
}
