import type { ReasonCode } from '../../../reasons.ts'
import type { Pacer } from '../../../export/pacer.ts'
import type { Outcome, OutcomeDetail, Target } from '../../target.ts'

/** The trial cannot go on: the app does not answer, or lets nothing be done. */
export class TrialEnded extends Error {
  readonly outcome: OutcomeDetail

  constructor(outcome: OutcomeDetail) {
    super(outcome.detail)
    this.outcome = outcome
  }
}

/** The app as a whole, whatever it is asked: nothing can be learned from such an answer. */
const endings: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'CredentialsRefused',
  'Timeout',
  'ConnectionLost',
  'NameNotFound',
  'ConnectionRefused',
  'TlsFailed',
  'AddressNotAllowed',
  'HtmlAnswer',
  'Redirected',
  'TokenRefused',
  'TokenServerFailed',
])
const triesMax = 5
const waitMsDefault = 1_000
/** An app that wants to be left alone for longer is tried another time. */
const waitMsMax = 15 * 60_000
/** So often it is looked whether the trial should stop. */
const napMs = 1_000

/** Under which pace the app is asked, and how a wait passes. */
export type Patience = {
  /** What all who send to the app share. */
  readonly pacer: Pick<Pacer, 'take' | 'report'>
  readonly now: () => number
  readonly sleep: (milliseconds: number) => Promise<void>
  readonly signal: AbortSignal
  /** Told how long was waited, by whomever it was demanded. */
  readonly onWait: (milliseconds: number) => void
}

/** Asks under the pace of the app, waits where it is told to, and ends the trial where nothing can be learned. */
export function createPatientTarget(target: Target, patience: Patience): Target {
  const { pacer } = patience
  async function ask<Value>(request: () => Promise<Outcome<Value>>): Promise<Outcome<Value>> {
    for (let tries = 1; ; tries += 1) {
      await waitForPermit(patience)
      const startedMs = performance.now()
      const outcome = await request()
      pacer.report(outcome, Math.round(performance.now() - startedMs))
      if (outcome.kind === 'done') return outcome
      const isThrottled = outcome.kind === 'throttled'
      if (endings.has(outcome.reason) || (isThrottled && tries === triesMax)) throw new TrialEnded(outcome)
      if (!isThrottled) return outcome
      await wait(patience, outcome.retryAfterMs ?? waitMsDefault * 2 ** tries)
    }
  }
  return {
    abilities: target.abilities,
    find: (kind, query) => ask(() => target.find(kind, query)),
    get: (kind, key) => ask(() => target.get(kind, key)),
    list: (kind, page) => ask(() => target.list(kind, page)),
    create: (kind, desired) => ask(() => target.create(kind, desired)),
    update: (kind, request) => ask(() => target.update(kind, request)),
    remove: (kind, key) => ask(() => target.remove(kind, key)),
    changeMembers: (change) => ask(() => target.changeMembers(change)),
    probe: () => ask(() => target.probe()),
  }
}

async function waitForPermit(patience: Patience): Promise<void> {
  const { pacer, now, signal, onWait } = patience
  for (;;) {
    const askedMs = now()
    const permit = await pacer.take(signal)
    signal.throwIfAborted()
    onWait(now() - askedMs)
    if (permit.isGiven) return
    await wait(patience, permit.until.getTime() - now())
  }
}

async function wait({ sleep, signal, onWait }: Patience, milliseconds: number): Promise<void> {
  if (milliseconds > waitMsMax) {
    const detail = `The app wants to be asked nothing for ${Math.ceil(milliseconds / 60_000)} minutes`
    throw new TrialEnded({ status: 429, reason: 'TooManyRequests', detail })
  }
  for (let left = Math.max(1, milliseconds); left > 0; left -= napMs) {
    await sleep(Math.min(left, napMs))
    signal.throwIfAborted()
  }
  onWait(Math.max(1, milliseconds))
}
