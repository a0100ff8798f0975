import { setTimeout as sleep } from 'node:timers/promises'
import { enqueueWork, releaseWork, type WorkRow } from '../../db/queries/provisioning-work.ts'
import { claimOne, selectOneWork } from '../../db/queries/work-by-hand.ts'
import { transaction } from '../../db/transaction.ts'
import { writeRouted } from '../evaluator.ts'
import { leaseMs, paceOf, type Exporter } from '../export/context.ts'
import { workOne } from '../export/exporter.ts'
import { giveBack } from '../export/give-back.ts'
import { addMs } from '../export/protocol.ts'
import { readTurns } from '../export/read-turns.ts'
import { decideGate } from '../gate/decide-gate.ts'
import { workTeam } from '../members/sync-teams.ts'
import type { TeamSender } from '../members/team-turn.ts'
import type { ObjectRef } from '../object.ts'
import { route } from '../route.ts'

/** What one object is taken through by hand, step by step, without waiting for a worker. */
export type Hand = {
  readonly exporter: Exporter
  /** Undefined: teams are not provisioned. */
  readonly teams: TeamSender | undefined
}

/** What was left to do when the hand let go. */
export type Left =
  | { readonly kind: 'nothing' }
  /** A worker had it. */
  | { readonly kind: 'elsewhere' }
  | {
      readonly kind: 'work'
      readonly stage: WorkRow['stage']
      readonly dueAt: Date
      readonly destructiveClass: string | null
    }

type Claimed = WorkRow & { readonly dueAt: Date }

const byHandLane = 1
/** Evaluated, counted, looked for, taken over, written to, its members: more it never takes. */
const stepsMax = 10
/** Somebody else who is at it is done soon. */
const waitMs = 10_000
const pollMs = 100
/** So long it waits for its share of the app's pace. */
const pausesMsMax = 6_000

/** Takes an object from its evaluation to its end, or as far as it comes now. */
export async function takeInHand(hand: Hand, object: ObjectRef, signal: AbortSignal): Promise<Left> {
  let item = (await begin(hand, object)) ?? (await waitForTurn(hand, object, signal))
  if (item === undefined) return { kind: 'elsewhere' }
  for (let step = 0, waitedMs = 0; step < stepsMax && item !== undefined; step++) {
    const pauseMs = pauseOf(hand, item)
    if (pauseMs > 0 && waitedMs + pauseMs <= pausesMsMax) {
      waitedMs += pauseMs
      await sleep(pauseMs)
    }
    if (signal.aborted || isAtRest(hand, item)) {
      await releaseWork(hand.exporter.database, hand.exporter.app, [item])
      break
    }
    item = await advance(hand, item, signal)
  }
  if (item === undefined) return { kind: 'nothing' }
  const { stage, dueAt, destructiveClass } = item
  return { kind: 'work', stage, dueAt, destructiveClass }
}

function begin({ exporter }: Hand, { kind, id: objectId }: ObjectRef): Promise<Claimed | undefined> {
  const { app, database, clock } = exporter
  return transaction(database, async (tx) => {
    const objects = [{ objectId, kind, lane: byHandLane }] as const
    await enqueueWork(tx, app, { objects, initiator: 'person', dueAt: clock() })
    return claim(exporter, tx, objectId)
  })
}

function claim(
  { app, owner, clock }: Exporter,
  db: Parameters<typeof claimOne>[0],
  objectId: string,
): Promise<Claimed | undefined> {
  const now = clock()
  return claimOne(db, app, { objectId, owner, now, leaseUntil: addMs(now, leaseMs) })
}

async function waitForTurn({ exporter }: Hand, { id }: ObjectRef, signal: AbortSignal): Promise<Claimed | undefined> {
  const { app, database, clock } = exporter
  for (let waitedMs = 0; waitedMs < waitMs && !signal.aborted; waitedMs += pollMs) {
    const found = await selectOneWork(database, app, id, clock())
    // The other one has done it.
    if (found === undefined) return undefined
    const item = found.isLeased ? undefined : await claim(exporter, database, id)
    if (item !== undefined) return item
    await sleep(pollMs)
  }
  return undefined
}

/** Its turn to send comes in a moment. */
function pauseOf({ exporter }: Hand, { stage, dueAt }: Claimed): number {
  const isSending = stage === 'export' || stage === 'members'
  return isSending ? Math.max(0, dueAt.getTime() - exporter.clock().getTime()) : 0
}

/** Nothing more can be done for it now: it waits for a time, for a person, or for another object. */
function isAtRest({ exporter }: Hand, { stage, dueAt }: Claimed): boolean {
  if (stage === 'held' || stage === 'escrow' || stage === 'reference') return true
  return stage !== 'evaluate' && dueAt > exporter.clock()
}

async function advance(hand: Hand, item: Claimed, signal: AbortSignal): Promise<Claimed | undefined> {
  const { exporter, teams } = hand
  const { database } = exporter
  switch (item.stage) {
    case 'evaluate':
      return evaluate(exporter, item)
    case 'gate':
      return passGate(exporter, item)
    case 'export': {
      const [turn] = await readTurns(exporter, [item])
      const end = turn && (await workOne(exporter, turn, signal))
      if (end === 'unwritten') await giveBack(exporter, [item])
      return claim(exporter, database, item.objectId)
    }
    case 'members':
      if (teams !== undefined) await workTeam(teams, item, signal)
      return claim(exporter, database, item.objectId)
    default:
      return undefined
  }
}

/** Evaluated, and taken on in the same transaction: no worker gets in between. */
async function evaluate(exporter: Exporter, item: Claimed): Promise<Claimed | undefined> {
  const turns = await readTurns(exporter, [item])
  const routed = turns.map((turn) => ({ turn, route: route(turn, paceOf(exporter)) }))
  return transaction(exporter.database, async (tx) => {
    await writeRouted(tx, exporter, routed)
    return claim(exporter, tx, item.objectId)
  })
}

async function passGate(exporter: Exporter, item: Claimed): Promise<Claimed | undefined> {
  const { app, database, clock } = exporter
  await releaseWork(database, app, [item])
  await decideGate(database, { ...app, now: clock() })
  return claim(exporter, database, item.objectId)
}
