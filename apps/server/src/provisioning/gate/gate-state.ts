import { AccessError } from '../../access/access-error.ts'
import type { Call } from '../../access/call.ts'
import {
  countLiveLinks,
  deleteGatePause,
  selectGatePause,
  selectGateUsage,
  upsertGatePause,
  type GatePauseRow,
} from '../../db/queries/gate.ts'
import type { Database, Queryable } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import { numbersOf } from '../apps/app-settings.ts'
import { getApp, getAppRow, recordApp, type AppName } from '../apps/app.ts'
import type { DestructiveClass } from './destructive.ts'
import { allowanceOf } from './judge.ts'

const pauseMaxMs = 7 * 86_400_000

/** How much destructive work of an app may pass unseen, and how much has. */
export type GateState = {
  readonly kind: 'rolling' | 'cycle' | 'off'
  readonly windowMs: number | null
  readonly liveLinks: number
  readonly allowance: number | null
  readonly used: Readonly<Record<Exclude<DestructiveClass, 'clear'>, number>>
  readonly pause: GatePauseRow | null
}

/** Throws `appNotFound`. */
export async function readGate(db: Queryable, app: AppName, now: Date): Promise<GateState> {
  const { gate, tickMs } = numbersOf((await getApp(db, app)).settings)
  const windowMs = gate.kind === 'rolling' ? gate.windowMs : tickMs
  const window = { ...app, since: new Date(now.getTime() - windowMs) }
  const usage = await selectGateUsage(db, window)
  const liveLinks = await countLiveLinks(db, window)
  const pause = await selectGatePause(db, app)
  const isPaused = pause !== undefined && pause.until > now
  const allowance = gate.kind === 'rolling' ? allowanceOf(gate, liveLinks) : gate.threshold
  const isOff = isPaused || allowance === null
  const usedOf = (name: DestructiveClass) => usage.find((row) => row.class === name && row.detail === '')?.count ?? 0
  return {
    kind: isOff ? 'off' : gate.kind,
    windowMs: isOff ? null : windowMs,
    liveLinks,
    allowance: isOff ? null : allowance,
    used: { disable: usedOf('disable'), delete: usedOf('delete'), memberRemoval: usedOf('memberRemoval') },
    pause: isPaused ? pause : null,
  }
}

/** Lets everything pass until then. Throws `appNotFound`, `invalidExpiry`. */
export async function pauseGate(
  database: Database,
  call: Call,
  request: AppName & { readonly reason: string; readonly until: Date },
): Promise<GateState> {
  const { organizationId, appId, reason, until } = request
  const aheadMs = until.getTime() - call.now.getTime()
  if (aheadMs <= 0 || aheadMs > pauseMaxMs) {
    const message = 'The gate is switched off for a while: until a time within the next 7 days'
    throw new AccessError('invalidExpiry', message, { field: 'until' })
  }
  return transaction(database, async (tx) => {
    const app = await getAppRow(tx, request)
    const pause = { reason, until, paused_by: call.actor, paused_at: call.now }
    await upsertGatePause(tx, { organizationId, appId }, pause)
    await recordApp(tx, call, app, { action: 'app.gate_paused', data: { reason, until: until.toISOString() } })
    return readGate(tx, { organizationId, appId }, call.now)
  })
}

/** Counts again; nothing when it does already. Throws `appNotFound`. */
export async function resumeGate(database: Database, call: Call, name: AppName): Promise<GateState> {
  return transaction(database, async (tx) => {
    const app = await getAppRow(tx, name)
    if (await deleteGatePause(tx, name)) await recordApp(tx, call, app, { action: 'app.gate_resumed', data: {} })
    return readGate(tx, name, call.now)
  })
}
