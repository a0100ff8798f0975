import type { LoweredPace, PaceRow, SenderRow } from '../../db/queries/app-pace.ts'

/** Where every app begins; more is tried at once, and doubled as long as it bears it. */
export const rateFirst = 5
/** However often an app refuses, it is asked so often. */
const rateMin = 0.5
/** Below what was too much, and after the first refusal, the rate rises by one so often. */
const riseMs = 10_000
/** Up to near what was too much it rises each second. */
const quickRiseMs = 1_000
/** After so long without a refusal, what was too much once says nothing any more. */
const forgetMs = 2 * 60_000
/** Before any refusal it is doubled so often. */
const doublingMs = 400
const nearCeiling = 0.9
const backoffMsMax = 5 * 60_000

export type RateState = Pick<PaceRow, 'rate' | 'ceiling' | 'blockedUntil' | 'refusals' | 'revision'> & {
  readonly changedAt: Date | null
}

export function rateStateOf(pace: PaceRow | undefined): RateState {
  return pace ?? { rate: rateFirst, ceiling: null, blockedUntil: null, refusals: 0, changedAt: null, revision: 0 }
}

/**
 * Additive increase: undefined, where it is not yet time. Before the first refusal the rate doubles, so that an app which
 * bears everything is not held up; after one it comes back quickly to near where it was refused, and goes on carefully.
 */
export function findRise(
  state: RateState,
  { now, rateMax }: { readonly now: Date; readonly rateMax: number },
): number | undefined {
  const { rate } = state
  if (rate >= rateMax) return undefined
  const isForgotten = now.getTime() - (state.blockedUntil?.getTime() ?? 0) > forgetMs
  const ceiling = isForgotten ? null : state.ceiling
  const since = Math.max(state.changedAt?.getTime() ?? 0, state.blockedUntil?.getTime() ?? 0)
  const calmMs = now.getTime() - since
  if (ceiling === null) return calmMs >= doublingMs ? Math.min(rateMax, rate * 2) : undefined
  const near = ceiling * nearCeiling
  if (rate < near) return calmMs >= quickRiseMs ? Math.min(rateMax, near, rate + ceiling / 5) : undefined
  return calmMs >= riseMs ? Math.min(rateMax, rate + 1) : undefined
}

/** Halving. `actual` is how many requests a second there really were: a rate that nobody used up says nothing. */
export function findFall(
  state: RateState,
  refusal: {
    readonly now: Date
    readonly actual: number
    /** What the app asked for, if it did. */
    readonly waitMs: number | undefined
    readonly reason: string
    readonly random: () => number
  },
): LoweredPace {
  const { now, actual, waitMs, reason, random } = refusal
  const used = Math.max(rateMin, Math.min(state.rate, actual))
  const isBurst = state.refusals > 0 && state.ceiling !== null
  const backoffMs = Math.min(backoffMsMax, 1_000 * 2 ** Math.min(state.refusals, 10)) * (0.5 + random() / 2)
  return {
    rate: Math.max(rateMin, used / 2),
    // A row of refusals is one event: what was too much is where it began.
    ceiling: isBurst ? (state.ceiling ?? used) : used,
    now,
    blockedUntil: new Date(now.getTime() + (waitMs ?? backoffMs)),
    blockedBy: waitMs === undefined ? 'us' : 'app',
    reason,
  }
}

/** Who came less than so long ago takes no permits: the others must have seen him first. */
export const joinMs = 2_000

/**
 * How many of the permits of an app are this process's: an equal part, what remains goes to those who came first. Together
 * they are never more than there are.
 */
export function shareOf(
  owner: string,
  { senders, permits, now }: { readonly senders: readonly SenderRow[]; readonly permits: number; readonly now: Date },
): number {
  const ordered = senders.toSorted(
    (left, right) => left.joinedAt.getTime() - right.joinedAt.getTime() || (left.owner < right.owner ? -1 : 1),
  )
  const at = ordered.findIndex((sender) => sender.owner === owner)
  const mine = ordered[at]
  if (mine === undefined) return 0
  if (at > 0 && now.getTime() - mine.joinedAt.getTime() < joinMs) return 0
  const all = ordered.length
  return Math.floor(permits / all) + (at < permits % all ? 1 : 0)
}
