/** What kind of failure it is, and with it what happens next. */
export type ReasonClass =
  /** Wait, nothing is wrong. */
  | 'throttle'
  /** Try again soon, then by the schedule of escrow. */
  | 'transient'
  /** This object waits in escrow until it or the rules change. */
  | 'object'
  /** The target as a whole: the circuit breaker. */
  | 'target'
  /** Waits for another object; no failure. */
  | 'reference'
  /** Waits for a person. */
  | 'gate'
  /** Nothing to do, and why. */
  | 'skip'
  | 'success'

/** Who can mend it. */
export type ReasonActor = 'nobody' | 'administrator' | 'appOwner' | 'sourceOwner'

export type Reason = {
  readonly class: ReasonClass
  readonly meaning: string
  readonly remedy: string
  readonly actor: ReasonActor
}

const none = 'Nothing needs to be done.'

/** Why an object is in the state it is in: a closed set, so that each has a meaning and a remedy. */
export const reasons = {
  Created: { class: 'success', actor: 'nobody', meaning: 'The account was created.', remedy: none },
  Adopted: { class: 'success', actor: 'nobody', meaning: 'An account that existed was linked.', remedy: none },
  Updated: { class: 'success', actor: 'nobody', meaning: 'The account was changed.', remedy: none },
  Disabled: { class: 'success', actor: 'nobody', meaning: 'The account was disabled.', remedy: none },
  Enabled: { class: 'success', actor: 'nobody', meaning: 'The account was enabled.', remedy: none },
  Deleted: { class: 'success', actor: 'nobody', meaning: 'The account was deleted.', remedy: none },
  Unlinked: {
    class: 'success',
    actor: 'nobody',
    meaning: 'The account was left as it is and is not managed any more.',
    remedy: none,
  },
  NotAssigned: {
    class: 'skip',
    actor: 'administrator',
    meaning: 'The object is not effectively entitled: neither it nor a team that it is in is assigned to the app.',
    remedy: 'Assign the person, or a team, to the app.',
  },
  OutOfScope: {
    class: 'skip',
    actor: 'administrator',
    meaning: 'The object is assigned, but the scoping filter leaves it out.',
    remedy: 'Change the scoping filter, or the attributes that it asks about.',
  },
  SourceDisabled: {
    class: 'skip',
    actor: 'sourceOwner',
    meaning: 'The account is suspended in the directory, so that no account is made for it.',
    remedy: 'Activate the account in its source.',
  },
  SourceDeleted: {
    class: 'skip',
    actor: 'sourceOwner',
    meaning: 'The object was deleted in the directory and can still be restored.',
    remedy: 'Restore it if it was deleted by mistake.',
  },
  SourcePurged: { class: 'skip', actor: 'nobody', meaning: 'The object was deleted for good.', remedy: none },
  MatchingValueMissing: {
    class: 'skip',
    actor: 'sourceOwner',
    meaning: 'Missing matching value: no attribute that accounts are matched by has a value.',
    remedy: 'Fill in one of the matching attributes at the source, or match by another one.',
  },
  ScopeDataInvalid: {
    class: 'object',
    actor: 'sourceOwner',
    meaning: 'The scoping filter compares numbers, and the value of the attribute is none.',
    remedy: 'Correct the value at the source, or compare with another operator.',
  },
  ExpressionFailed: {
    class: 'object',
    actor: 'administrator',
    meaning: 'A mapping could not be evaluated for this object.',
    remedy: 'Correct the value at the source, or the expression; a mapping may also skip what fails.',
  },
  RequiredValueMissing: {
    class: 'object',
    actor: 'sourceOwner',
    meaning: 'The app requires an attribute that has no value.',
    remedy: 'Fill in the value at the source, or give the mapping a default.',
  },
  MembersChanged: { class: 'success', actor: 'nobody', meaning: 'Members were added or removed.', remedy: none },
} as const satisfies Record<string, Reason>

export type ReasonCode = keyof typeof reasons
