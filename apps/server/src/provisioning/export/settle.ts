import { reasons, type ReasonCode } from '../reasons.ts'
import type { Outcome, TargetObject } from '../targets/target.ts'
import type { Link } from '../../db/queries/provisioning-links.ts'
import { addMs, later, type Pace, type Wanted } from './protocol.ts'

/**
 * When an object is looked at again.
 *
 * - `done`: not before something changes
 * - `again`: at that time; nothing is wrong with it
 * - `failed`: by the schedule of its kind of failure, not before that time
 */
export type Next =
  | { readonly kind: 'done' }
  | { readonly kind: 'again'; readonly at: Date }
  | { readonly kind: 'failed'; readonly notBefore: Date }

export type Action = 'Create' | 'Adopt' | 'Update' | 'Disable' | 'Enable' | 'Delete' | 'Unlink' | 'Skip'

/** What became of a step: the link as it is from now on, and what comes next. */
export type Settled = { readonly link: Link; readonly next: Next; readonly action: Action; readonly reason: ReasonCode }

/** What went wrong, for people, and with which attribute. */
export type Failure = { readonly reason: ReasonCode; readonly detail: string; readonly attribute?: string | undefined }

type Refusal = Exclude<Outcome<unknown>, { kind: 'done' }>

/** After so long a throttled target is asked again when it does not say itself. */
const throttledMs = 5_000
/** An account that is gone may be one that a lagging copy does not show yet. */
const vanishedMs = 15_000

export function settleCreate(marked: Link, wanted: Wanted, outcome: Outcome<TargetObject>, pace: Pace): Settled {
  const action = 'Create'
  if (outcome.kind === 'done') {
    const link: Link = { ...cleared(marked), state: 'linked', origin: 'created', targetKey: outcome.value.key }
    return { link: applied(link, wanted, pace), next: { kind: 'done' }, action, reason: 'Created' }
  }
  // The mark stays: what was asked for may exist, or still come to be.
  if (!isCertain(outcome)) return refused(marked, outcome, { action, pace, notBefore: addMs(pace.now, pace.settleMs) })
  const link = unmarked(marked)
  if (outcome.kind !== 'conflict') return refused(link, outcome, { action, pace })
  // Taken, though no search showed it: looked for again once every copy must show it.
  const conflicted = { ...link, conflicts: link.conflicts + 1, conflictAt: link.conflictAt ?? pace.now }
  return {
    link: conflicted,
    next: { kind: 'again', at: addMs(pace.now, pace.settleMs) },
    action,
    reason: outcome.reason,
  }
}

/** `before` is the link before the mark. */
export function settleUpdate(
  before: Link,
  marked: Link,
  wanted: Wanted,
  outcome: Outcome<TargetObject | null>,
  pace: Pace,
): Settled {
  const action = updateAction(before, wanted)
  if (outcome.kind === 'done') {
    const isUnsafe = marked.uncertainUntil !== null && pace.now < marked.uncertainUntil
    const recheckAt = isUnsafe ? marked.uncertainUntil : null
    const state = wanted.intent === 'disable' ? 'disabled' : 'linked'
    const link = applied({ ...cleared(marked), state, recheckAt }, wanted, pace)
    const next: Next = recheckAt === null ? { kind: 'done' } : { kind: 'again', at: recheckAt }
    return { link, next, action, reason: updateReasons[action] }
  }
  if (!isCertain(outcome)) return refused(uncertain(marked, pace), outcome, { action, pace })
  const link = unmarked(marked)
  if (outcome.kind === 'missing') return missing(link, outcome, action, pace)
  // Refused unread: what stood there stands.
  const isUntouched = outcome.kind === 'throttled'
  return refused(isUntouched ? { ...link, appliedHash: before.appliedHash } : link, outcome, { action, pace })
}

export function settleRemove(marked: Link, outcome: Outcome<null>, pace: Pace): Settled {
  const action = 'Delete'
  if (outcome.kind === 'done' || outcome.kind === 'missing') {
    const link: Link = { ...cleared(marked), state: 'dead', recheckAt: null, deleteDueAt: null, appliedAt: pace.now }
    return { link, next: { kind: 'done' }, action, reason: 'Deleted' }
  }
  if (!isCertain(outcome)) return refused(uncertain(marked, pace), outcome, { action, pace })
  return refused(unmarked(marked), outcome, { action, pace })
}

/** A search, or any other request that changes nothing, was not answered. */
export function settleUnread(link: Link, outcome: Refusal, pace: Pace): Settled {
  return refused(link, outcome, { action: 'Skip', pace })
}

export function settleAdoption(
  link: Link,
  adopted: { readonly key: string; readonly origin: 'created' | 'adopted' },
  { now }: Pace,
): Settled {
  const linked: Link = { ...cleared(link), state: 'linked', origin: adopted.origin, targetKey: adopted.key }
  // Nothing was sent to it for certain, so everything is.
  const unsent: Link = { ...linked, appliedHash: null, recheckAt: null }
  return { link: unsent, next: { kind: 'again', at: now }, action: 'Adopt', reason: 'Adopted' }
}

/** The account stays, and is nobody's. */
export function settleUnlink(link: Link): Settled {
  const free: Link = { ...cleared(link), state: 'unlinked', origin: null, targetKey: null, appliedHash: null }
  return { link: { ...free, recheckAt: null }, next: { kind: 'done' }, action: 'Unlink', reason: 'Unlinked' }
}

/** It left before it had an account. */
export function settleForgotten(link: Link): Settled {
  return { link: cleared(link), next: { kind: 'done' }, action: 'Skip', reason: 'NeverCreated' }
}

/** It cannot go on by itself. */
export function settleFailure(link: Link, failure: Failure, { now }: Pace): Settled {
  const failed: Link = { ...unmarked(link), attempts: link.attempts + 1, ...failureOf(link, failure, now) }
  return { link: failed, next: { kind: 'failed', notBefore: now }, action: 'Skip', reason: failure.reason }
}

/**
 * Whether the request was not carried out, beyond doubt. An answer of success that makes no sense proves nothing: somebody
 * on the way may have given it.
 */
function isCertain(outcome: Refusal): boolean {
  if (outcome.kind === 'uncertain') return false
  return outcome.kind !== 'broken' || outcome.status === null || outcome.status >= 400
}

function refused(
  link: Link,
  outcome: Refusal,
  { action, pace, notBefore = pace.now }: { action: Action; pace: Pace; notBefore?: Date },
): Settled {
  const { reason } = outcome
  if (outcome.kind === 'throttled') {
    const at = addMs(pace.now, outcome.retryAfterMs ?? throttledMs)
    return { link, next: { kind: 'again', at: later(notBefore, at) }, action, reason }
  }
  const failed: Link = { ...link, attempts: link.attempts + 1, ...failureOf(link, outcome, pace.now) }
  return { link: failed, next: { kind: 'failed', notBefore }, action, reason }
}

/**
 * An account is gone, and was gone already a while ago. Many at once are no accident of single accounts: then nothing is
 * made anew, and what we know of them is kept.
 */
export function settleVanished(
  link: Link,
  wanted: Wanted,
  { policy, isMass }: { readonly policy: 'recreate' | 'unlink' | 'hold'; readonly isMass: boolean },
  pace: Pace,
): Settled {
  const action = 'Skip'
  if (isMass) return settleFailure(link, meaningOf('MassMissing'), pace)
  const gone: Link = { ...cleared(link), appliedHash: null, recheckAt: null }
  if (wanted.intent !== 'provision')
    return {
      link: { ...gone, state: 'dead', deleteDueAt: null, appliedAt: pace.now },
      next: { kind: 'done' },
      action,
      reason: 'Vanished',
    }
  if (policy === 'hold') return settleFailure(link, meaningOf('Vanished'), pace)
  if (policy === 'unlink')
    return { link: { ...gone, state: 'ignored' }, next: { kind: 'done' }, action, reason: 'Vanished' }
  const free: Link = { ...gone, state: 'unlinked', origin: null, targetKey: null }
  return { link: free, next: { kind: 'again', at: pace.now }, action, reason: 'Vanished' }
}

/** The first time it is only asked again; what becomes of it is decided when it is gone still. */
function missing(link: Link, outcome: Refusal, action: Action, pace: Pace): Settled {
  const gone: Link = { ...link, ...failureOf(link, { ...outcome, reason: 'Vanished' }, pace.now) }
  return { link: gone, next: { kind: 'again', at: addMs(pace.now, vanishedMs) }, action, reason: 'Vanished' }
}

const updateReasons = { Update: 'Updated', Disable: 'Disabled', Enable: 'Enabled' } as const

function updateAction(before: Link, { intent }: Wanted): keyof typeof updateReasons {
  if (intent === 'disable') return before.state === 'disabled' ? 'Update' : 'Disable'
  return before.state === 'disabled' ? 'Enable' : 'Update'
}

function applied(link: Link, { hash }: Wanted, { now }: Pace): Link {
  return { ...link, appliedHash: hash, appliedAt: now }
}

/** The request that was on its way may still come, whatever is sent meanwhile. */
function uncertain(marked: Link, { now, settleMs }: Pace): Link {
  return { ...unmarked(marked), uncertainUntil: later(marked.uncertainUntil, addMs(now, settleMs)) }
}

function unmarked(link: Link): Link {
  return { ...link, inFlightAt: null, inFlightAction: null }
}

/** Without mark and without what went wrong before. */
function cleared(link: Link): Link {
  return {
    ...unmarked(link),
    conflicts: 0,
    conflictAt: null,
    attempts: 0,
    failureCode: null,
    failureAttribute: null,
    failureDetail: null,
    firstFailedAt: null,
    failedAt: null,
    failureFingerprint: null,
  }
}

function failureOf({ firstFailedAt }: Link, { reason, detail, attribute }: Failure, now: Date): Partial<Link> {
  return {
    failureCode: reason,
    failureAttribute: attribute ?? null,
    failureDetail: detail,
    firstFailedAt: firstFailedAt ?? now,
    failedAt: now,
  }
}

/** A reason in its own words. */
export function meaningOf(reason: ReasonCode): Failure {
  return { reason, detail: reasons[reason].meaning }
}
