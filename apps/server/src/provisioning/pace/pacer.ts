import { setTimeout as sleep } from 'node:timers/promises'
import {
  blockAppPace,
  deleteAppSender,
  lowerAppPace,
  raiseAppPace,
  shareAppPace,
  type SharedPace,
} from '../../db/queries/app-pace.ts'
import type { Database } from '../../db/pool.ts'
import type { Outcome } from '../targets/target.ts'
import type { AnswerSignal } from '../targets/scim/wire.ts'
import { createLatency } from './latency.ts'
import { parseRateLimits } from './rate-limits.ts'
import { findFall, findRise, type RateState, rateStateOf, shareOf } from './rate.ts'
import { createThrottle, type Throttle } from './throttle.ts'

export type PacerOptions = {
  readonly database: Database
  readonly organizationId: string
  readonly appId: string
  /** The process, as in leases. */
  readonly owner: string
  readonly clock: () => Date
  /** Requests a second, of all processes. */
  readonly rateMax: number
  /** Requests on their way at once, of all processes. */
  readonly permitsMax: number
  readonly random?: () => number
  /** The clock of the machine, by which requests are spread. */
  readonly stopwatch?: Stopwatch
  /** Told what could not be written down; the pace goes on from what is known. */
  readonly onFault?: (error: unknown) => void
}

export type Stopwatch = {
  nowMs(): number
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>
}

const machine: Stopwatch = {
  nowMs: () => performance.now(),
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
}

/** How fast an app is sent to: what all processes together may do. */
export type Pacer = {
  /** Requests that this process may have on their way at once; may change with every request. */
  readonly requestsMax: number
  /** The right to send one request now, after a wait if it must be; or not before that time. */
  take(signal: AbortSignal): Promise<{ readonly isGiven: true } | { readonly isGiven: false; readonly until: Date }>
  /** What became of it. */
  report(outcome: Outcome<unknown>, durationMs: number): void
  /** What an answer says of limits, whatever became of the request: for `openTarget`. */
  watch(answer: AnswerSignal): void
  /** Gives the permits to the others. */
  close(): Promise<void>
}

const given = Promise.resolve({ isGiven: true } as const)
/** What others found out is known so soon: two of these and a block of theirs holds here, within a second. */
const refreshMs = 400
/** A process that was not seen for so long is dead, and so are its requests. */
const aliveMs = 60_000
/** A process that cannot have a permit asks again after so long. */
const withoutPermitMs = 2_000
/** Of its rate, where the circuit breaker finds the app degraded. */
const degradedShare = 0.5
/** What was refused at about the same time is one refusal. */
const burstMs = 1_000

/** The pace of one app in this process: one for each app, for as long as something is sent to it. */
export async function openPacer(options: PacerOptions): Promise<Pacer> {
  const pacer = new AppPacer(options)
  await pacer.refresh()
  return pacer
}

class AppPacer implements Pacer {
  readonly #options: PacerOptions
  readonly #stopwatch: Stopwatch
  readonly #throttle: Throttle
  readonly #latency = createLatency()
  #shared: SharedPace = { pace: undefined, senders: [], isDegraded: false }
  #share = 0
  #refreshedMs = Number.NEGATIVE_INFINITY
  #refreshing: Promise<void> | undefined
  /** What was found out here and is on its way to the others. */
  #blockedUntilMs = 0
  #fellMs = Number.NEGATIVE_INFINITY

  constructor(options: PacerOptions) {
    this.#options = options
    this.#stopwatch = options.stopwatch ?? machine
    this.#throttle = createThrottle(() => this.#stopwatch.nowMs())
  }

  get requestsMax(): number {
    // Whoever may send nothing asks for no permit either, and would never hear that others have left.
    if (this.#share === 0) void this.#refreshIfStale().catch((error: unknown) => this.#options.onFault?.(error))
    return this.#share
  }

  take(signal: AbortSignal): ReturnType<Pacer['take']> {
    const isKnown = !this.#isStale() && this.#share > 0 && this.#findBlock() === undefined && !signal.aborted
    // Most requests of a fast app need not wait for anything.
    return isKnown && this.#throttle.reserveNow() ? given : this.#takeInTurn(signal)
  }

  async #takeInTurn(signal: AbortSignal): ReturnType<Pacer['take']> {
    await this.#refreshIfStale()
    const blocked = this.#findBlock()
    if (blocked !== undefined) return { isGiven: false, until: blocked }
    if (this.#share === 0) return { isGiven: false, until: this.#after(withoutPermitMs) }
    await this.#waitInTurns(this.#throttle.reserve(), signal)
    if (signal.aborted) return { isGiven: false, until: this.#options.clock() }
    // Meanwhile another process may have been told to wait.
    await this.#refreshIfStale()
    const until = this.#findBlock()
    return until === undefined ? { isGiven: true } : { isGiven: false, until }
  }

  report(outcome: Outcome<unknown>, durationMs: number): void {
    if (outcome.kind === 'done') this.#latency.note(durationMs)
    if (outcome.kind === 'throttled') this.#fall(outcome.retryAfterMs, outcome.reason)
  }

  watch({ status, headers }: AnswerSignal): void {
    if (headers === undefined) return
    const { retryAfterMs, remaining, resetMs } = parseRateLimits(headers, this.#options.clock().getTime())
    const isRefused = status === 429 || (status === 503 && retryAfterMs !== undefined)
    const waitMs = retryAfterMs ?? resetMs
    // The outcome knows `Retry-After` alone: what the other headers say holds too.
    if (isRefused && waitMs !== undefined) this.#block(waitMs, 'TooManyRequests')
    else if (remaining === 0 && resetMs !== undefined) this.#block(resetMs, 'NothingLeft')
    else this.#throttle.setBudget(remaining, resetMs, this.#share / this.#options.permitsMax)
  }

  async close(): Promise<void> {
    const { database, owner } = this.#options
    await deleteAppSender(database, this.#options, { owner, aliveSince: this.#after(-aliveMs) })
  }

  /** Hears what the others found out. */
  async refresh(): Promise<void> {
    const { database, owner, clock, permitsMax } = this.#options
    const sender = { owner, now: clock(), aliveSince: this.#after(-aliveMs) }
    this.#shared = await shareAppPace(database, this.#options, sender)
    this.#refreshedMs = this.#stopwatch.nowMs()
    this.#share = shareOf(owner, { senders: this.#shared.senders, permits: permitsMax, now: clock() })
    this.#applyRate()
    await this.#rise()
  }

  #isStale(): boolean {
    return this.#stopwatch.nowMs() - this.#refreshedMs >= refreshMs
  }

  async #refreshIfStale(): Promise<void> {
    if (!this.#isStale()) return
    this.#refreshing ??= this.refresh().finally(() => {
      this.#refreshing = undefined
    })
    await this.#refreshing
  }

  #applyRate(): void {
    const { rateMax, permitsMax } = this.#options
    const { rate } = rateStateOf(this.#shared.pace)
    const slowed = this.#shared.isDegraded ? degradedShare : 1
    this.#throttle.setRate((Math.min(rate, rateMax) * slowed * this.#share) / permitsMax)
  }

  /** Up only where it was used up and answers came as fast as before: else nothing is known of what more would do. */
  async #rise(): Promise<void> {
    const { database, clock, rateMax } = this.#options
    if (this.#share === 0 || !this.#throttle.isUsedUp() || this.#latency.isSlow()) return
    const state = rateStateOf(this.#shared.pace)
    const now = clock()
    const rate = findRise(state, { now, rateMax })
    if (rate === undefined) return
    await raiseAppPace(database, this.#options, state.revision, { rate, now })
    this.#refreshedMs = Number.NEGATIVE_INFINITY
  }

  #fall(waitMs: number | undefined, reason: string): void {
    const { database, clock, permitsMax, random = Math.random } = this.#options
    const state = rateStateOf(this.#shared.pace)
    if (this.#isSameRefusal(state)) return waitMs === undefined ? undefined : this.#block(waitMs, reason)
    this.#fellMs = this.#stopwatch.nowMs()
    // What this process did, scaled to all of them.
    const actual = (this.#throttle.actualRate() * permitsMax) / Math.max(1, this.#share)
    const lowered = findFall(state, { now: clock(), actual, waitMs, reason, random })
    this.#tell(lowered.blockedUntil, () => lowerAppPace(database, this.#options, state.revision, lowered))
  }

  /** Requests that were on their way together are refused together. */
  #isSameRefusal({ refusals, changedAt }: RateState): boolean {
    if (this.#stopwatch.nowMs() - this.#fellMs < burstMs) return true
    return refusals > 0 && changedAt !== null && this.#options.clock().getTime() - changedAt.getTime() < burstMs
  }

  #block(waitMs: number, reason: string): void {
    const { database, clock } = this.#options
    const now = clock()
    const blockedUntil = this.#after(waitMs)
    if (blockedUntil.getTime() <= this.#blockedUntilMs) return
    const { rate } = rateStateOf(this.#shared.pace)
    this.#tell(blockedUntil, () => blockAppPace(database, this.#options, { rate, now, blockedUntil, reason }))
  }

  /** Holds here at once; the others hear of it when they refresh. */
  #tell(blockedUntil: Date, write: () => Promise<void>): void {
    this.#blockedUntilMs = Math.max(this.#blockedUntilMs, blockedUntil.getTime())
    void this.#write(write)
  }

  async #write(write: () => Promise<void>): Promise<void> {
    try {
      await write()
      this.#refreshedMs = Number.NEGATIVE_INFINITY
    } catch (error) {
      this.#options.onFault?.(error)
    }
  }

  #findBlock(): Date | undefined {
    const untilMs = Math.max(this.#blockedUntilMs, this.#shared.pace?.blockedUntil?.getTime() ?? 0)
    return untilMs > this.#options.clock().getTime() ? new Date(untilMs) : undefined
  }

  /** In short sleeps, since a block may come in between. */
  async #waitInTurns(waitMs: number, signal: AbortSignal): Promise<void> {
    const endMs = this.#stopwatch.nowMs() + waitMs
    for (let left = waitMs; left > 0; left = endMs - this.#stopwatch.nowMs()) {
      await this.#stopwatch.sleep(Math.min(left, refreshMs), signal).catch(() => {})
      if (signal.aborted || this.#findBlock() !== undefined) return
      await this.#refreshIfStale()
    }
  }

  #after(milliseconds: number): Date {
    return new Date(this.#options.clock().getTime() + milliseconds)
  }
}
