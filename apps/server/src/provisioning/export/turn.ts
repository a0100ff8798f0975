import type { TargetValue } from '@rollcall/expressions'
import { createHash } from 'node:crypto'
import type { LinkRow } from '../../db/queries/provisioning-links.ts'
import type { WakeUp } from '../../db/queries/provisioning-wake-ups.ts'
import type { WorkEnd, WorkRow } from '../../db/queries/provisioning-work.ts'
import { destructionOf, isCovered, parseSent } from '../destruction.ts'
import type { AccountRules, Evaluated } from '../evaluated.ts'
import { hideValues } from '../log/redact-detail.ts'
import type { LogRow, LogStatus, ModifiedProperty } from '../log/log-row.ts'
import type { EngineNumbers } from '../numbers.ts'
import { reasons, type Reason, type ReasonCode } from '../reasons.ts'
import type { Link } from '../../db/queries/provisioning-links.ts'
import { addMs, type Wanted } from './protocol.ts'
import type { Recorded } from './record.ts'
import { nextTurn } from './schedule.ts'
import type { Next, Settled } from './settle.ts'

const dayMs = 86_400_000
/** Until something changes. */
export const never = new Date('9999-12-31T00:00:00Z')

/** One object in its turn: what is known, what is wanted, and the rules it goes by. */
export type Turn = {
  readonly app: {
    readonly organizationId: string
    readonly appId: string
    readonly numbers: EngineNumbers
    readonly revision: number
  }
  readonly item: WorkRow
  readonly link: LinkRow
  /** No row of it exists yet. */
  readonly isLinkNew: boolean
  readonly evaluated: Evaluated
  readonly wanted: Wanted
  readonly rules: AccountRules
}

/** What a request was and how it went, for the log. */
export type Attempt = { readonly status: number | null; readonly durationMs: number; readonly detail?: string }

export type Entry = LogRow

/** When a step came to its end, what its request was, and what the app showed. */
export type Circumstances = {
  readonly now: Date
  readonly attempt?: Attempt | undefined
  readonly echoed?: string | null | undefined
}

/** What a settled step leaves behind. */
export function toRecorded(turn: Turn, settled: Settled, circumstances: Circumstances): Recorded<Entry> {
  const { now, echoed = null } = circumstances
  const link = redactFailure(turn, stampLeaving(turn, failedOnce(turn, settled, now), now))
  const shadow = { objectId: link.objectId, sent: turn.wanted.printed, echoed }
  return {
    end: toEnd(turn, settled.next, settled.link, now),
    link,
    shadow: wasSent(settled) ? shadow : undefined,
    entry: toEntry(turn, settled, link, circumstances),
    wakeUp: toWakeUp(turn, link),
    whenTaken: undefined,
  }
}

/** Values that no log may show: those of attributes that the mappings redact. */
function redactedValues({ evaluated, wanted }: Turn): readonly TargetValue[] {
  return evaluated.redactedPaths.map((path) => wanted.desired[path] ?? null)
}

function redactFailure(turn: Turn, link: Link): Link {
  const { failureDetail } = link
  if (failureDetail === null || turn.evaluated.redactedPaths.length === 0) return link
  return { ...link, failureDetail: hideValues(failureDetail, redactedValues(turn)) }
}

/** A leaver's account is deleted when the grace is over. */
function toWakeUp({ link: before, evaluated, item }: Turn, link: Link): WakeUp | undefined {
  if (before.deleteDueAt?.getTime() === link.deleteDueAt?.getTime()) return undefined
  const times = [link.deleteDueAt, evaluated.nextChangeAt ?? null].filter((at) => at !== null)
  const [at] = times.toSorted((left, right) => left.getTime() - right.getTime())
  return { objectId: item.objectId, kind: item.kind, at }
}

/** All of it stands in the app for certain. */
function wasSent({ action, reason }: Settled): boolean {
  return reasons[reason].class === 'success' && ['Create', 'Update', 'Disable', 'Enable'].includes(action)
}

/** A turn that changes nothing but when the object is looked at again. */
export function toUnchanged(turn: Turn, next: Next, now: Date): Recorded<Entry> {
  return unchanged(toEnd(turn, next, turn.link, now))
}

/** Nothing is known of it yet: it is evaluated first. */
export function toEvaluation({ item }: Turn, now: Date): Recorded<Entry> {
  return unchanged({ ...keyOf(item), isDone: false, stage: 'evaluate', dueAt: now, ...admissionOf(item) })
}

function unchanged(end: WorkEnd): Recorded<Entry> {
  return { end, link: undefined, shadow: undefined, entry: undefined, wakeUp: undefined, whenTaken: undefined }
}

/** It is destructive and nobody let it through: to the gate, where it is counted. */
export function toGate(turn: Turn, now: Date): Recorded<Entry> | undefined {
  const { item, link, wanted, evaluated } = turn
  const destruction = destructionOf(link, wanted, evaluated.reason)
  if (destruction === undefined) return undefined
  if (item.isAdmitted && item.destructiveClass === destruction.class && isCovered(destruction, item)) return undefined
  const end: WorkEnd = {
    ...keyOf(item),
    isDone: false,
    stage: 'gate',
    lane: item.lane,
    dueAt: now,
    destructiveClass: destruction.class,
    destructive: JSON.stringify(destruction.facts),
    isAdmitted: false,
  }
  return unchanged(end)
}

function keyOf({ objectId, epoch, generation }: WorkRow): Pick<WorkEnd, 'objectId' | 'epoch' | 'generation'> {
  return { objectId, epoch, generation }
}

export function toEnd({ item, app }: Turn, next: Next, link: Link, now: Date): WorkEnd {
  if (next.kind === 'done') {
    // A group that stands gets its members next.
    const hasMembers = item.kind === 'team' && link.state === 'linked'
    return hasMembers ? goOn(item, 'members', now) : { ...keyOf(item), isDone: true }
  }
  if (next.kind === 'again') return goOn(item, 'export', next.at)
  const turn = nextTurn(app.numbers, link)
  switch (turn.kind) {
    case 'retry':
      return goOn(item, 'export', turn.at > next.notBefore ? turn.at : next.notBefore)
    case 'escrow':
      return goOn(item, 'escrow', turn.at)
    case 'givenUp':
      return goOn(item, 'escrow', never)
    case 'none':
      return { ...keyOf(item), isDone: true }
    default:
      return turn satisfies never
  }
}

export function goOn(item: WorkRow, stage: 'export' | 'escrow' | 'members', dueAt: Date): WorkEnd {
  return { ...keyOf(item), isDone: false, stage, dueAt, ...admissionOf(item) }
}

/** What the gate let through stays let through until it is done. */
function admissionOf({ lane, destructiveClass, destructive, isAdmitted }: WorkRow) {
  return { lane, destructiveClass, destructive, isAdmitted }
}

/** Of the failure and what led to it: while it stays the same, trying early would only fail again. */
export function fingerprintOf({ app, wanted }: Turn, link: Pick<Link, 'failureCode' | 'failureAttribute'>): Buffer {
  const parts = `${link.failureCode} ${link.failureAttribute} ${app.revision} ${wanted.hash.toString('hex')}`
  return createHash('sha256').update(parts).digest().subarray(0, 16)
}

/** What counts as a failure, and what only passes. */
function failedOnce(turn: Turn, { link, next }: Settled, now: Date): Link {
  if (next.kind !== 'failed' || link.failedAt?.getTime() !== now.getTime()) return link
  const after = nextTurn(turn.app.numbers, link)
  const attempts = after.kind === 'none' ? link.attempts : after.attempts
  return { ...link, attempts, failureFingerprint: fingerprintOf(turn, link) }
}

/** When somebody left, and when the account goes for good. */
function stampLeaving({ wanted, rules }: Turn, link: Link, now: Date): Link {
  if (link.state === 'linked') return link.leftAt === null ? link : { ...link, leftAt: null, deleteDueAt: null }
  if (link.state !== 'disabled' || wanted.isInScope || link.leftAt !== null) return link
  const { policy, graceDays } = rules.leaving
  return { ...link, leftAt: now, deleteDueAt: policy === 'disableThenDelete' ? addMs(now, graceDays * dayMs) : null }
}

const actions = {
  Create: 'create',
  Adopt: 'adopt',
  Update: 'update',
  Disable: 'disable',
  Enable: 'enable',
  Delete: 'delete',
  Unlink: 'unlink',
  Skip: 'skip',
} as const

export function toEntry(turn: Turn, settled: Settled, link: Link, { now, attempt }: Circumstances): Entry {
  const { app, item, evaluated, wanted, link: before } = turn
  const { action, reason, next } = settled
  const hidden = redactedValues(turn)
  const isGood = reasons[reason].class === 'success'
  const modified = wasSent(settled) ? toModified(before.sent, wanted) : undefined
  return {
    organizationId: app.organizationId,
    at: now,
    appId: app.appId,
    cycleId: item.cycleId,
    objectKind: item.kind,
    objectId: item.objectId,
    action: actions[action],
    status: statusOf(reason, next),
    reason,
    httpStatus: attempt?.status ?? null,
    durationMs: attempt?.durationMs ?? null,
    // The column is ours; what stands there was written with these names.
    initiator: item.initiator as LogRow['initiator'],
    targetKey: link.targetKey ?? before.targetKey,
    detail: {
      ...(evaluated.name !== undefined && { sourceName: evaluated.name }),
      ...(attempt?.detail !== undefined && { message: hideValues(attempt.detail, hidden) }),
      ...(!isGood && link.failureAttribute !== null && { attribute: link.failureAttribute }),
      ...(modified !== undefined && { modified }),
    },
    redactedPaths: evaluated.redactedPaths,
    redactedValues: hidden,
  }
}

function statusOf(reason: ReasonCode, next: Next): LogStatus {
  const { class: kind }: Reason = reasons[reason]
  if (kind === 'success') return 'success'
  if (kind === 'throttle' || next.kind === 'again') return 'warning'
  return next.kind === 'done' ? 'skipped' : 'failure'
}

/** What differs from what was sent. */
export function toModified(sent: string | null, { desired }: Wanted): readonly ModifiedProperty[] {
  const before = sent === null ? undefined : parseSent(sent)
  const modified: ModifiedProperty[] = []
  for (const [name, after] of Object.entries(desired)) {
    const old = before?.[name] ?? null
    if (old === after) continue
    if (old === null || JSON.stringify(old) !== JSON.stringify(after)) modified.push({ name, before: old, after })
  }
  return modified
}
