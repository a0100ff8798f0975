/** What a record is to the directory. The closed set; `source record list --situation` names one. */
export const situations = [
  /** Somebody who is to be created, or was reported only. */
  'new',
  /** Linked or not: the first day is still to come. */
  'upcoming',
  /** Linked by its anchor or by a rule. */
  'linked',
  /** Linked by a person's decision. */
  'confirmed',
  /** One person fits, and the rules want to be asked. */
  'asked',
  /** Several people fit. */
  'ambiguous',
  /** The person who fits is linked by another record of the source. */
  'taken',
  /** The person who fits, or was linked, belongs to another connection. */
  'ownedElsewhere',
  /** Not in the scoping filter. */
  'outOfScope',
  /** A person decided that it is nobody. */
  'ignored',
  /** Not in the source any more, or not active there, and nobody here. */
  'absent',
  /** Gone from the source, and the account was deleted after the grace. */
  'removed',
  /** Cannot be mapped, or not be written. */
  'escrowed',
] as const

export type Situation = (typeof situations)[number]

/** Why a person counts as gone from a source. */
export type LeftReason = 'deleted' | 'absent' | 'outOfScope' | 'inactive'

/** Why an operation is planned, or why none is. The closed set. */
export type OperationReason =
  | 'Unmatched'
  | 'Matched'
  | 'Decided'
  | 'ValuesChanged'
  | 'Returned'
  | 'LeftSource'
  | 'GraceOver'
  | 'NotYet'
  | 'FirstDay'
  | 'Rescinded'
  | 'AwaitsDecision'
  | 'UnmatchedReported'
  | 'AmbiguousMatch'
  | 'AlreadyLinked'
  | 'OwnedElsewhere'
  | 'DeletedHere'
  | 'Escrowed'
