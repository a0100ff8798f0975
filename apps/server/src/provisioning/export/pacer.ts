import type { Outcome } from '../targets/target.ts'

/** How fast an app is sent to: what all workers together may do. */
export type Pacer = {
  /** Requests that this process may have on their way at once. */
  readonly requestsMax: number
  /** The right to send one request now; or not before that time. */
  take(signal: AbortSignal): Promise<{ readonly isGiven: true } | { readonly isGiven: false; readonly until: Date }>
  /** What became of it. */
  report(outcome: Outcome<unknown>, durationMs: number): void
}
