import type { Clock } from '../../clock.ts'
import type { Database } from '../../db/pool.ts'
import type { AppTeam, MemberStep, Nesting, StepKind } from '../../db/queries/provisioning-members.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { Outcome, Target } from '../targets/target.ts'
import type { ChunkSize } from './chunk-size.ts'

/** An outcome that is no success. */
export type Failure = Exclude<Outcome<unknown>, { readonly kind: 'done' }>

export type MemberSync = {
  readonly database: Database
  readonly clock: Clock
  readonly target: Target
  readonly team: AppTeam
  readonly nesting: Nesting
  /** Longer than a request may be on its way after we gave up waiting for it. */
  readonly settleMs: number
  /** Asked before every request; false: the work is somebody else's by now, or its turn is over. */
  goesOn(): Promise<boolean>
  /** Told about every request that went through, in the transaction that notes it. */
  onSent(tx: Transaction, sent: SentSteps): Promise<void>
  readonly signal?: AbortSignal
}

export type SentSteps = { readonly kind: StepKind; readonly steps: readonly MemberStep[] }

/** A member that the app does not take, or does not let go. */
export type Refusal = { readonly memberId: string; readonly kind: StepKind; readonly failure: Failure }

/**
 * - `done`: the app has what it should; `recheckAt`: something is to be sent once more then
 * - `interrupted`: there is more to do
 * - `refused`: all is done but for these members, whom the app does not take
 * - `vanished`: the group is not there any more
 * - `failed`: nothing more goes through now
 */
export type MembersResult =
  | { readonly kind: 'done'; readonly recheckAt: Date | undefined }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] }
  | { readonly kind: 'vanished' }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** What one run keeps in mind. */
export type MemberRun = MemberSync & {
  readonly groupKey: string
  readonly size: ChunkSize
  readonly refusals: Refusal[]
  refusedInARow: number
  /** A 404 was found to be about a member. */
  isGroupThere: boolean
}

/** What ends a run early. */
export type Stop = Exclude<MembersResult, { readonly kind: 'done' | 'refused' }>
