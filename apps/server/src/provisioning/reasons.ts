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
  MembersChanged: { class: 'success', actor: 'nobody', meaning: 'Members were added or removed.', remedy: none },
} as const satisfies Record<string, Reason>

export type ReasonCode = keyof typeof reasons
