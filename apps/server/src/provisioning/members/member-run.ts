import type { Clock } from '../../clock.ts'
import type { Database } from '../../db/pool.ts'
import type { AppTeam, MemberCounts, MemberStep, Nesting, StepKind } from '../../db/queries/provisioning-members.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { Outcome, Target } from '../targets/target.ts'
import type { ChunkSize } from './chunk-size.ts'

export type MemberSync = {
  readonly database: Database
  readonly clock: Clock
  readonly target: Target
  readonly team: AppTeam
  readonly nesting: Nesting
  /** Members that others added are removed. */
  readonly isAuthoritative: boolean
  /** Longer than a request may be on its way after we gave up waiting for it. */
  readonly settleMs: number
  /** Whether the app is asked whom it shows, now and then. */
  readonly isSample: boolean
  /** Members may be removed: so many are to leave. */
  readonly admits: (counts: MemberCounts) => Promise<boolean>
  /** Asked before every request. */
  readonly permit: () => Promise<Permission>
  readonly report: (outcome: Outcome<unknown>, durationMs: number) => void
  /** Told about every request that went through, in the transaction that notes it. */
  readonly onSent: (tx: Transaction, sent: SentSteps) => Promise<void>
  readonly signal?: AbortSignal | undefined
}

/** The right to send one more request; or not before that time; or never, as the work is somebody else's by now. */
export type Permission = 'given' | 'lost' | { readonly until: Date }

export type SentSteps = {
  readonly groupKey: string
  readonly teamName: string | null
  readonly kind: StepKind
  readonly steps: readonly MemberStep[]
  readonly status: number | null
  readonly durationMs: number
}

/** An outcome that is no success. */
export type Failure = Exclude<Outcome<unknown>, { readonly kind: 'done' }>

/** A member that the app does not take, or does not let go. */
export type Refusal = { readonly step: MemberStep; readonly kind: StepKind; readonly failure: Failure }

/**
 * - `done`: the app has what it should; `recheckAt`: something is to be sent once more then
 * - `held`: members would leave, and nobody has let them yet; who joins has
 * - `interrupted`: there is more to do, from then on
 * - `lost`: somebody else does it by now
 * - `refused`: all is done but for these members, whom the app does not take
 * - `vanished`: the group is not there any more
 * - `failed`: nothing more goes through now
 */
export type MembersResult =
  | { readonly kind: 'done'; readonly recheckAt: Date | undefined }
  | { readonly kind: 'held'; readonly counts: MemberCounts }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] }
  | Stop

/** What ends a run early. */
export type Stop =
  | { readonly kind: 'interrupted'; readonly until: Date }
  | { readonly kind: 'lost' }
  | { readonly kind: 'vanished' }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** What one run keeps in mind. */
export type MemberRun = MemberSync & {
  readonly groupKey: string
  readonly teamName: string | null
  readonly size: ChunkSize
  readonly refusals: Refusal[]
  refusedInARow: number
  /** A 404 was found to be about a member. */
  isGroupThere: boolean
}
