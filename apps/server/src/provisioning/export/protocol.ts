import type { PrintedDesired } from '../desired.ts'
import type { MatchQuery, TargetObject } from '../targets/target.ts'
import type { Link, RequestKind } from '../../db/queries/provisioning-links.ts'
import { hasAccount } from './link.ts'

/**
 * What the rules want of one object, from data that was just read.
 *
 * - `provision`: an account that holds `desired`
 * - `disable`: no account that can be used; none is made for it
 * - `delete`: no account
 * - `unlink`: the account stays as it is and is ours no more
 * - `nothing`: leave all as it is
 */
export type Wanted = PrintedDesired & {
  readonly intent: 'provision' | 'disable' | 'delete' | 'unlink' | 'nothing'
  /** In the order of precedence: the first that finds anything decides. */
  readonly matches: readonly MatchQuery[]
  /** Leavers are disabled once; who stays in scope while disabled is kept up to date. */
  readonly isInScope: boolean
}

/** What happens next with one object. Nothing here reads a clock or sends anything. */
export type Step =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'wait'; readonly until: Date }
  | { readonly kind: 'match' }
  | { readonly kind: 'send'; readonly request: 'update' | 'remove'; readonly isWhole: boolean }
  | { readonly kind: 'unlink' }

export type Pace = {
  readonly now: Date
  /**
   * No request is applied later than so long after we gave up waiting for it, and no read is older: the timeout of a
   * request, the target's read lag and a margin.
   */
  readonly settleMs: number
}

/** The step that the link and the wish call for. */
export function decide(link: Link, wanted: Wanted, pace: Pace): Step {
  if (link.state === 'ignored') return { kind: 'nothing' }
  return hasAccount(link) ? decideLinked(link, wanted, pace) : decideUnlinked(link, wanted, pace)
}

function decideUnlinked(link: Link, { intent }: Wanted, { now, settleMs }: Pace): Step {
  if (link.inFlightAt === null) return { kind: intent === 'provision' ? 'match' : 'nothing' }
  // A creation that nobody knows the end of: its account may appear until it has settled, and a second one must not.
  const settledAt = addMs(link.inFlightAt, settleMs)
  return now < settledAt ? { kind: 'wait', until: settledAt } : { kind: 'match' }
}

function decideLinked(link: Link, wanted: Wanted, { now }: Pace): Step {
  const { intent, hash } = wanted
  if (intent === 'nothing') return { kind: 'nothing' }
  if (intent === 'unlink') return { kind: 'unlink' }
  if (intent === 'delete') return { kind: 'send', request: 'remove', isWhole: false }
  const isDue = link.recheckAt !== null && now >= link.recheckAt
  if (isApplied(link, wanted) && !isDue)
    return link.recheckAt === null ? { kind: 'nothing' } : { kind: 'wait', until: link.recheckAt }
  // What is sent once more must say everything: that nothing differs from what was sent is no proof that it stands.
  const isWhole = link.appliedHash === null || isDue || hash.equals(link.appliedHash)
  return { kind: 'send', request: 'update', isWhole }
}

/** What is wanted was sent for certain, and in the state that it leads to. */
function isApplied(link: Link, { intent, hash, isInScope }: Wanted): boolean {
  if (link.appliedHash === null) return false
  if (intent !== 'disable') return link.state === 'linked' && hash.equals(link.appliedHash)
  if (link.state !== 'disabled') return false
  return !isInScope || hash.equals(link.appliedHash)
}

/** What the match rules found. */
export type Found =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'one'
      readonly key: string
      /** By our own id, which nobody else gives. */
      readonly isOurs: boolean
      /** It carries an id that is not ours: somebody else made it. */
      readonly isForeign?: boolean
      /** Whose account it is already. */
      readonly linkedTo: string | undefined
    }
  | { readonly kind: 'many'; readonly objects: readonly TargetObject[] }

export type MatchStep =
  | { readonly kind: 'create' }
  | { readonly kind: 'adopt'; readonly key: string; readonly origin: 'created' | 'adopted' }
  /** Nobody wants an account any more, and none came to be. */
  | { readonly kind: 'forget' }
  | {
      readonly kind: 'fail'
      readonly reason:
        | 'Ambiguous'
        | 'AlreadyLinked'
        | 'InvisibleConflict'
        | 'AdoptionRefused'
        | 'AdoptionNeedsApproval'
        | 'CreateNotAllowed'
    }

export type MatchPolicy = {
  readonly adoption: 'adopt' | 'ask' | 'refuse'
  readonly mayCreate: boolean
}

/** Creations that met an account which no filter shows, before a person has to look. */
const conflictsMax = 2

/** What follows from a search. */
export function decideMatch(link: Link, wanted: Wanted, found: Found, policy: MatchPolicy): MatchStep {
  // Who left needs no account, and what others made is not touched for his sake.
  if (found.kind === 'one' && found.isForeign === true && wanted.intent !== 'provision') return { kind: 'forget' }
  if (found.kind === 'many') return { kind: 'fail', reason: 'Ambiguous' }
  if (found.kind === 'one') return decideAdoption(link, found, policy)
  if (wanted.intent !== 'provision') return { kind: 'forget' }
  if (!policy.mayCreate) return { kind: 'fail', reason: 'CreateNotAllowed' }
  if (link.conflicts >= conflictsMax) return { kind: 'fail', reason: 'InvisibleConflict' }
  return { kind: 'create' }
}

function decideAdoption(link: Link, found: Found & { kind: 'one' }, { adoption }: MatchPolicy): MatchStep {
  if (found.linkedTo !== undefined) return { kind: 'fail', reason: 'AlreadyLinked' }
  // There was none before we asked for it: it is what we asked for.
  if (link.inFlightAt !== null && found.isForeign !== true) return { kind: 'adopt', key: found.key, origin: 'created' }
  if (found.isOurs || adoption === 'adopt') return { kind: 'adopt', key: found.key, origin: 'adopted' }
  return { kind: 'fail', reason: adoption === 'ask' ? 'AdoptionNeedsApproval' : 'AdoptionRefused' }
}

/**
 * The link as it must stand in the database before the request leaves. What was applied counts no more: should this
 * request get lost and the wish go back to what it was, the object would look as if nothing were to be done.
 */
export function mark(link: Link, request: RequestKind, { now, settleMs }: Pace): Link {
  return {
    ...link,
    inFlightAt: now,
    inFlightAction: request,
    appliedHash: null,
    uncertainUntil: uncertaintyOf(link, settleMs),
  }
}

/** A mark that is found was left by somebody who died with the request on its way. */
function uncertaintyOf(link: Link, settleMs: number): Date | null {
  if (link.inFlightAt === null || !hasAccount(link)) return link.uncertainUntil
  return later(link.uncertainUntil, addMs(link.inFlightAt, settleMs))
}

export function addMs(date: Date, milliseconds: number): Date {
  return new Date(date.getTime() + milliseconds)
}

export function later(left: Date | null, right: Date): Date {
  return left !== null && left > right ? left : right
}
