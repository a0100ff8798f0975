import { openGateHold } from '../../db/queries/gate-holds.ts'
import {
  admitGateItems,
  countGateItems,
  countLiveLinks,
  hasGateItems,
  holdAgain,
  holdGateItems,
  lockGate,
  markGateItems,
  passApproved,
  selectGatePause,
  selectGateUsage,
  type AppOf,
  type GateTurn,
} from '../../db/queries/gate.ts'
import type { Database } from '../../db/pool.ts'
import { transaction, type Transaction } from '../../db/transaction.ts'
import { createId } from '../../type-id.ts'
import type { EngineNumbers } from '../numbers.ts'
import type { DestructiveClass } from './destructive.ts'
import { recordOpened } from './hold-changes.ts'
import { judgeGate, type Judgement } from './judge.ts'

/** Changes keep coming in: what waits to be counted together with others waits no longer than this. */
const togetherMaxMs = 20_000

export type GateDecision = { readonly admitted: number; readonly held: number }

export type GateRequest = AppOf & { readonly numbers: EngineNumbers; readonly now: Date }

const nothing: GateDecision = { admitted: 0, held: 0 }

/**
 * Decides on the work items of an app in stage `gate`: lets them through (to `export`, removals of members to `members`), or
 * freezes them by name in a hold. Counted before anything is sent, in one statement, while no other worker decides for the app.
 * An app without such items costs one look.
 */
export async function decideGate(database: Database, request: GateRequest): Promise<GateDecision> {
  if (!(await hasGateItems(database, request))) return nothing
  return transaction(database, (tx) => decide(tx, request))
}

async function decide(tx: Transaction, request: GateRequest): Promise<GateDecision> {
  const { organizationId, appId, numbers, now } = request
  const turn: GateTurn = { organizationId, appId, token: createId(), now }
  await lockGate(tx, turn)
  const marked = await markGateItems(tx, { ...turn, waitedSince: new Date(now.getTime() - togetherMaxMs) })
  if (marked === 0) return nothing
  const again = await holdAgain(tx, turn)
  const approved = await passApproved(tx, {
    ...turn,
    approvedSince: new Date(now.getTime() - numbers.gate.holdLapsesMs),
  })
  const rest = await settle(tx, turn, numbers)
  return { admitted: approved + rest.admitted, held: again + rest.held }
}

async function settle(tx: Transaction, turn: GateTurn, numbers: EngineNumbers): Promise<GateDecision> {
  const isOff = await isGateOff(tx, turn, numbers)
  const held = isOff ? 0 : await holdSome(tx, turn, await judge(tx, turn, numbers), numbers.gate.holdLapsesMs)
  const admitted = await admitGateItems(tx, turn)
  return { admitted, held }
}

async function isGateOff(tx: Transaction, turn: GateTurn, { gate }: EngineNumbers): Promise<boolean> {
  if (gate.kind === 'cycle' && gate.threshold === null) return true
  const pause = await selectGatePause(tx, turn)
  return pause !== undefined && pause.until > turn.now
}

async function judge(tx: Transaction, turn: GateTurn, numbers: EngineNumbers): Promise<Judgement> {
  const { gate } = numbers
  const windowMs = gate.kind === 'rolling' ? gate.windowMs : numbers.tickMs
  const window = { ...turn, since: new Date(turn.now.getTime() - windowMs) }
  const counts = await countGateItems(tx, turn)
  const usage = await selectGateUsage(tx, window)
  // Most turns pass whatever the size of the app, which takes long to count.
  const judgement = judgeGate({ numbers: gate, counts, usage, liveLinks: 0 })
  if (judgement.holds.length === 0) return judgement
  return judgeGate({ numbers: gate, counts, usage, liveLinks: await countLiveLinks(tx, window) })
}

async function holdSome(tx: Transaction, turn: GateTurn, judgement: Judgement, lapsesMs: number): Promise<number> {
  if (judgement.holds.length === 0) return 0
  const holdIds: Partial<Record<DestructiveClass, string>> = {}
  const opened: string[] = []
  for (const held of judgement.holds) {
    const lapsesAt = new Date(turn.now.getTime() + lapsesMs)
    const hold = await openGateHold(tx, { ...turn, ...held, id: createId(), lapsesAt })
    holdIds[held.class] = hold.id
    if (hold.isNew) opened.push(hold.id)
  }
  const count = await holdGateItems(tx, turn, { ...judgement, holdIds })
  for (const id of opened) await recordOpened(tx, turn, id)
  return count
}
