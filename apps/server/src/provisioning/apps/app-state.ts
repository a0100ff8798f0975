import { AccessError } from '../../access/access-error.ts'
import type { Call } from '../../access/call.ts'
import { hasOpenCycle, updateAppRow, type AppRow, type AppState } from '../../db/queries/apps.ts'
import type { Database } from '../../db/pool.ts'
import { transaction, type Transaction } from '../../db/transaction.ts'
import { findPosition, followChanges, restartCycle } from '../cycles.ts'
import { getAppRow, recordApp, staleApp, toApp, type App, type AppName } from './app.ts'
import { toCycled } from './cycled-app.ts'

/** Longer is no pause but an end: nobody remembers it. */
const pauseDaysMax = 30

type Move = Partial<Pick<AppRow, 'state' | 'pausedReason' | 'pausedUntil'>>

/**
 * Nothing is sent until it is resumed, or until a time; what is on its way ends, and changes wait. Pausing it again sets
 * another reason and another end. Throws `appNotFound`, `appState`, `invalidExpiry`.
 */
export function pauseApp(
  database: Database,
  call: Call,
  request: AppName & { readonly reason?: string | undefined; readonly until?: Date | undefined },
): Promise<App> {
  const { reason = null, until = null } = request
  requireNear(until, call.now)
  // Without a word more it stays as it is.
  const again = reason === null && until === null ? [] : (['paused'] as const)
  return change(database, call, request, {
    action: 'app.paused',
    from: ['active', 'stopping', 'stopped', ...again],
    to: () => Promise.resolve({ state: 'paused', pausedReason: reason, pausedUntil: until }),
  })
}

function requireNear(until: Date | null, now: Date): void {
  if (until === null) return
  const aheadMs = until.getTime() - now.getTime()
  if (aheadMs > 0 && aheadMs <= pauseDaysMax * 86_400_000) return
  throw new AccessError('invalidExpiry', `A pause ends within the next ${pauseDaysMax} days`, { field: 'until' })
}

/** It goes on where it was paused or stopped. Throws `appNotFound`, `appState`. */
export function resumeApp(database: Database, call: Call, app: AppName): Promise<App> {
  return change(database, call, app, {
    action: 'app.resumed',
    from: ['paused', 'stopping', 'stopped'],
    to: () => Promise.resolve({ state: 'active', ...noPause }),
  })
}

/** The running cycle ends and none begins after it; without one it is stopped at once. Throws `appNotFound`, `appState`. */
export function stopApp(database: Database, call: Call, app: AppName): Promise<App> {
  return change(database, call, app, {
    action: 'app.stopped',
    from: ['active', 'paused'],
    to: async (tx) => ({ state: (await hasOpenCycle(tx, app)) ? 'stopping' : 'stopped', ...noPause }),
  })
}

/**
 * Everybody is evaluated anew and all of it is sent again, whatever was sent before; links stay. A running cycle is given up.
 * An app that was paused or stopped goes on. Throws `appNotFound`, `appState`.
 */
export async function restartApp(database: Database, call: Call, app: AppName): Promise<App> {
  const position = await findPosition(database)
  return change(database, call, app, {
    action: 'app.restarted',
    from: ['active', 'paused', 'stopping', 'stopped'],
    isRecordedAlways: true,
    to: async (tx, { liveRevision }) => {
      // No cycle may have begun yet.
      await followChanges(tx, app, position)
      await restartCycle(tx, await toCycled(tx, app, liveRevision ?? 0), call.now)
      return { state: 'active', ...noPause }
    },
  })
}

const noPause = { pausedReason: null, pausedUntil: null } as const

type Change = {
  readonly action: `app.${string}`
  readonly from: readonly AppState[]
  readonly to: (tx: Transaction, app: AppRow) => Promise<Move>
  /** Something happens although the app stays in its state. */
  readonly isRecordedAlways?: boolean
}

async function change(database: Database, call: Call, name: AppName, wanted: Change): Promise<App> {
  const { action, from, to, isRecordedAlways = false } = wanted
  return transaction(database, async (tx) => {
    const app = await getAppRow(tx, name, { lock: true })
    if (app.state === 'draft')
      throw new AccessError('appState', 'No rules are live yet, so there is nothing to be done: publish some first')
    const move = from.includes(app.state) ? await to(tx, app) : {}
    const moved = { ...app, ...move }
    const isSame =
      moved.state === app.state &&
      moved.pausedReason === app.pausedReason &&
      moved.pausedUntil?.getTime() === app.pausedUntil?.getTime()
    if (isSame && !isRecordedAlways) return toApp(app)
    const after = await updateAppRow(tx, { ...moved, updatedAt: call.now })
    if (after === undefined) throw staleApp(undefined)
    const { state, pausedReason, pausedUntil } = after
    await recordApp(tx, call, after, {
      action,
      data: {
        name: after.name,
        state,
        before: app.state,
        ...(pausedReason !== null && { reason: pausedReason }),
        ...(pausedUntil !== null && { until: pausedUntil.toISOString() }),
      },
    })
    return toApp(after)
  })
}
