import type { ReasonCode } from '../../../reasons.ts'
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
const waitMsMax = 60_000

/** Waits where it is told to, and ends the trial where nothing can be learned. */
export function createPatientTarget(target: Target, sleep: (milliseconds: number) => Promise<void>): Target {
  async function ask<Value>(request: () => Promise<Outcome<Value>>): Promise<Outcome<Value>> {
    for (let tries = 1; ; tries += 1) {
      const outcome = await request()
      if (outcome.kind === 'done') return outcome
      const isThrottled = outcome.kind === 'throttled'
      if (endings.has(outcome.reason) || (isThrottled && tries === triesMax)) throw new TrialEnded(outcome)
      if (!isThrottled) return outcome
      await sleep(Math.min(outcome.retryAfterMs ?? waitMsDefault * 2 ** tries, waitMsMax))
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
