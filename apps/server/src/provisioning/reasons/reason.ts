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
