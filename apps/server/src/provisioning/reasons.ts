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
  Ambiguous: {
    class: 'object',
    actor: 'appOwner',
    meaning: 'More than one account matches. None was chosen.',
    remedy: 'Delete or rename one of the accounts, or make the matching rules stricter.',
  },
  AlreadyLinked: {
    class: 'object',
    actor: 'administrator',
    meaning: 'The account that matches belongs to another object here.',
    remedy: 'Correct the attribute that both match by, or delete the link of the other one.',
  },
  InvisibleConflict: {
    class: 'object',
    actor: 'appOwner',
    meaning:
      'The app says that the account exists already, but shows none that matches. It was asked twice and not again.',
    remedy:
      'Find the account in the app, which may be hidden or deleted, and free its name, or give this one another name.',
  },
  AdoptionRefused: {
    class: 'object',
    actor: 'administrator',
    meaning: 'An account exists already, and the rules say that existing accounts are not taken over.',
    remedy: 'Let the rules adopt accounts, or remove the account from the app.',
  },
  AdoptionNeedsApproval: {
    class: 'object',
    actor: 'administrator',
    meaning: 'An account exists already, and the rules ask a person before it is taken over.',
    remedy: 'Approve the adoption, or let the rules adopt accounts.',
  },
  CreateNotAllowed: {
    class: 'object',
    actor: 'administrator',
    meaning: 'No account exists, and the rules say that none is created.',
    remedy: 'Switch the creation on in the rules, or create the account in the app.',
  },
  Vanished: {
    class: 'object',
    actor: 'appOwner',
    meaning: 'The account is not in the app any more.',
    remedy: 'The rules say whether it is created anew. Otherwise look who deleted it.',
  },
  MassMissing: {
    class: 'target',
    actor: 'appOwner',
    meaning: 'Many accounts are not in the app any more at once, so none is created anew.',
    remedy: 'Check the address of the app: it may be another environment, or it may have been reset.',
  },
  NeverCreated: {
    class: 'skip',
    actor: 'nobody',
    meaning: 'The object left scope before it had an account.',
    remedy: none,
  },
  TooManyRequests: {
    class: 'throttle',
    actor: 'nobody',
    meaning: 'The app takes no more requests at the moment (429).',
    remedy: 'Nothing: it goes on by itself. A lower limit of requests a second in the profile avoids it.',
  },
  Timeout: {
    class: 'transient',
    actor: 'appOwner',
    meaning: 'The app gave no answer in time. It may have done what was asked.',
    remedy:
      'Nothing: it is looked at and tried again. If it goes on, the app is too slow: raise its time limit or ask its owner.',
  },
  NotUnique: {
    class: 'object',
    actor: 'administrator',
    meaning: 'The app says that a value is taken (409).',
    remedy: 'Free the value in the app or change it here.',
  },
  EngineFault: {
    class: 'object',
    actor: 'administrator',
    meaning: 'Something unexpected happened while the object was worked on. Nothing was lost.',
    remedy: 'The log of the server says what. Report it if it happens again.',
  },
} as const satisfies Record<string, Reason>

export type ReasonCode = keyof typeof reasons
