import type { DesiredAttributes, DesiredReferences } from '../desired.ts'
import type { ObjectKind } from '../object.ts'
import type { ReasonCode } from '../reasons.ts'
import type { MatchQuery } from '../targets/target.ts'

/** What an evaluation is given besides rules and object. */
export type EvaluationContext = {
  readonly now: Date
  /** An account of it is known, so that nothing is created or looked for. */
  readonly isLinked: boolean
  readonly defaultDomain?: string | undefined
  /** The number of this object in a sequence, for rules that have some (`sequences`). */
  readonly numberOf?: ((sequence: string) => number) | undefined
  /** Of a generator fit for secrets; the system's when left out. */
  readonly random?: ((length: number) => Uint8Array) | undefined
}

/** Why an account is to be disabled or deleted, and why a new one is not made. */
export type LeavingReason = Extract<
  ReasonCode,
  'NotAssigned' | 'OutOfScope' | 'SourceDisabled' | 'SourceDeleted' | 'SourcePurged'
>

export type EvaluationFailure = {
  readonly reason: ReasonCode
  /** Of the target, where a mapping failed; of the source, where a clause did. */
  readonly attribute: string
  readonly detail: string
  /** Zero-based offset in the expression. */
  readonly position?: number | undefined
}

/** What becomes of one person or team in one app, decided from the whole object and the clock alone. */
export type Evaluation = {
  readonly kind: ObjectKind
  readonly id: string
  /** Of the object, as it was read. */
  readonly version: number
  /** Assigned, in the scoping filter and not deleted; a person whose account is disabled is in scope. */
  readonly isInScope: boolean
  /** Entra's IsSoftDeleted: out of scope, or the person's account is disabled. */
  readonly isSoftDeleted: boolean
  /** Why it is soft-deleted. */
  readonly leaving: LeavingReason | undefined
  /** What leaving does to the account, for the gate; undefined: nothing that destroys. */
  readonly destructiveClass: 'disable' | 'delete' | undefined
  /** Why no account is made or looked for; never set for what is linked. */
  readonly skip: LeavingReason | 'MatchingValueMissing' | undefined
  /** What an account holds at any time. Of leavers, only what says that they have left. */
  readonly desired: DesiredAttributes
  /** What is sent besides when the account is created, and never again: defaults, passwords. It wins over `desired`. */
  readonly onCreate: DesiredAttributes
  /** What is sent when the account is created or adopted, where it has no value yet. */
  readonly ifEmpty: DesiredAttributes
  /** Attributes of creation that nobody else may have: the first candidate that is free is taken. */
  readonly unique: readonly { readonly attribute: string; readonly candidates: readonly string[] }[]
  readonly references: DesiredReferences
  /** By attribute of a reference, what is sent when the other object has no account here and gets none; absent: nothing. */
  readonly referenceFallbacks: DesiredAttributes
  /** Attributes whose values are added to those in the target, never replacing them. */
  readonly additive: readonly string[]
  /** In order; the first that finds anything decides. */
  readonly matches: readonly MatchQuery[]
  /** When the outcome may be another although nothing changed. */
  readonly nextChangeAt: Date | undefined
  /** Attributes of the target whose values no log may show. */
  readonly redactedPaths: readonly string[]
  /** Then nothing is sent; everything else is as far as it came. */
  readonly failure: EvaluationFailure | undefined
}
