import type { Link } from '../db/queries/provisioning-links.ts'
import type { WorkEnd } from '../db/queries/provisioning-work.ts'
import { fingerprintOf, goOn, never, toEnd, toEntry, toGate, toRecorded, type Entry, type Turn } from './export/turn.ts'
import { hasAccount } from './export/link.ts'
import { decide, type Pace } from './export/protocol.ts'
import { nextTurn } from './export/schedule.ts'
import { settleFailure } from './export/settle.ts'
import { leaverLane } from './lanes.ts'
import type { ReasonCode } from './reasons.ts'

/** Where an object goes from its evaluation. */
export type Route = {
  readonly end: WorkEnd
  /** What evaluation knows of it; undefined: as it was, or it has no row and needs none. */
  readonly evaluated: Link | undefined
  /** What sending knows of it, where that is corrected here. */
  readonly exported: Link | undefined
  /** It has no account and wants none: nothing is kept of it. */
  readonly isForgotten: boolean
  readonly entry: Entry | undefined
}

/** Compares what is wanted with what was sent. */
export function route(turn: Turn, pace: Pace): Route {
  const { link, wanted, evaluated } = turn
  if (evaluated.failure !== undefined) return routeFailure(turn, pace)
  const gated = toGate(turn, pace.now)
  if (gated !== undefined) return { ...kept(turn), end: urgent(turn, gated.end) }
  const step = decide(link, wanted, pace)
  if (step.kind === 'nothing') return routeNothing(turn, pace)
  const failing = failingUntil(turn, pace.now)
  if (failing !== undefined) return { ...kept(turn), end: goOn(turn.item, 'escrow', failing) }
  const dueAt = step.kind === 'wait' ? step.until : pace.now
  const end = urgent(turn, toEnd(turn, { kind: 'again', at: dueAt }, link, pace.now))
  return { ...kept(turn), end, exported: freshStart(turn) }
}

/** What the object is said to be now, where that differs from what stands there. */
function kept(turn: Turn): Omit<Route, 'end'> {
  const { link, isLinkNew, evaluated, wanted, app } = turn
  const isInScope = evaluated.isInScope && (wanted.intent === 'provision' || hasAccount(link))
  const next: Link = {
    ...link,
    isInScope,
    desiredHash: wanted.hash,
    rulesRevision: app.revision,
    objectVersion: evaluated.version,
  }
  const isSame =
    !isLinkNew &&
    link.isInScope === isInScope &&
    link.desiredHash?.equals(wanted.hash) === true &&
    link.rulesRevision === app.revision &&
    link.objectVersion === evaluated.version
  return { evaluated: isSame ? undefined : next, exported: undefined, isForgotten: false, entry: undefined }
}

/** Leavers go before everybody else. */
function urgent({ evaluated, wanted }: Turn, end: WorkEnd): WorkEnd {
  const isLeaving = !evaluated.isInScope || wanted.intent === 'disable'
  return end.isDone || !isLeaving ? end : { ...end, lane: leaverLane }
}

function routeNothing(turn: Turn, pace: Pace): Route {
  const { link, isLinkNew, evaluated } = turn
  const end = toEnd(turn, { kind: 'done' }, link, pace.now)
  const isEmpty = link.state === 'unlinked'
  const hasLeft = link.isInScope && !evaluated.isInScope
  const entry = hasLeft ? toSkip(turn, evaluated.reason ?? 'OutOfScope', pace.now) : undefined
  if (isEmpty) return { end, evaluated: undefined, exported: undefined, isForgotten: !isLinkNew, entry }
  // All is as it should be, however it came to be so.
  const exported = link.failureCode === null ? undefined : withoutFailure(link)
  return { ...kept(turn), end, exported, entry }
}

function toSkip(turn: Turn, reason: ReasonCode, now: Date): Entry {
  const settled = { link: turn.link, next: { kind: 'done' }, action: 'Skip', reason } as const
  return toEntry(turn, settled, turn.link, { now })
}

/** The rules cannot be evaluated for this object. */
function routeFailure(turn: Turn, pace: Pace): Route {
  const { link, evaluated } = turn
  if (evaluated.failure === undefined) throw new Error('Nothing failed')
  const settled = settleFailure(link, evaluated.failure, pace)
  const recorded = toRecorded(turn, settled, { now: pace.now })
  // The mark of a request that may still be on its way stays.
  const failed: Link = {
    ...settled.link,
    ...recorded.link,
    inFlightAt: link.inFlightAt,
    inFlightAction: link.inFlightAction,
  }
  const isNews = link.failureCode !== failed.failureCode || link.failureAttribute !== failed.failureAttribute
  return {
    end: recorded.end,
    evaluated: {
      ...link,
      isInScope: evaluated.isInScope,
      rulesRevision: turn.app.revision,
      objectVersion: evaluated.version,
    },
    exported: failed,
    isForgotten: false,
    entry: isNews ? recorded.entry : undefined,
  }
}

/** It failed with exactly this, and its next turn has not come: until then. */
function failingUntil(turn: Turn, now: Date): Date | undefined {
  const { link, item, app } = turn
  if (item.initiator === 'person' || item.initiator === 'reconciliation') return undefined
  // It begins anew (`releaseEscrow`), whoever queued it last.
  if (link.attempts === 0 && link.failureFingerprint === null) return undefined
  const next = nextTurn(app.numbers, link)
  if (next.kind === 'givenUp') return isRetried(turn) ? undefined : never
  if (next.kind !== 'escrow' || now >= next.at) return undefined
  return isRetried(turn) ? undefined : next.at
}

function isRetried(turn: Turn): boolean {
  return turn.app.numbers.escrow.retriesOnChange && !isSameFailure(turn)
}

function isSameFailure(turn: Turn): boolean {
  return turn.link.failureFingerprint?.equals(fingerprintOf(turn, turn.link)) === true
}

/** Who met an account that cannot be seen may ask once more when something else is wanted. */
function freshStart(turn: Turn): Link | undefined {
  const { link } = turn
  if (link.conflicts < 2 || isSameFailure(turn)) return undefined
  return { ...link, conflicts: 1 }
}

function withoutFailure(link: Link): Link {
  return {
    ...link,
    attempts: 0,
    failureCode: null,
    failureAttribute: null,
    failureDetail: null,
    firstFailedAt: null,
    failedAt: null,
    failureFingerprint: null,
  }
}
