import { setTimeout as sleep } from 'node:timers/promises'
import { AccessError } from '../../access/access-error.ts'
import { reasons } from '../reasons.ts'
import type { Pacer } from '../pace/pacer.ts'
import type { Outcome } from '../targets/target.ts'

/** A page that was not answered is asked for so often. */
const triesMaxDefault = 6
const waitMsDefault = 1_000
/** Told to wait longer, it looks again after so long whether it was told to stop. */
const napMs = 1_000

/** Others' work goes first, but not for ever: after so long one request is sent all the same. */
const giveWayMs = 5_000
const lookMs = 250

export type Patience = {
  readonly pacer: Pacer
  readonly clock: () => Date
  readonly signal: AbortSignal
  readonly triesMax?: number
  /** Whether something more urgent is to be sent to the app. */
  readonly isNeeded: () => Promise<boolean>
}

/**
 * Asks under the app's pace and waits where it is told to. Throws `appUnreachable` where the app refuses, or does not answer
 * however often it is asked.
 */
export async function askPatiently<Value>(
  patience: Patience,
  request: () => Promise<Outcome<Value>>,
): Promise<Exclude<Outcome<Value>, { kind: 'throttled' | 'uncertain' }>> {
  const { pacer, clock, signal, triesMax = triesMaxDefault } = patience
  await giveWay(patience)
  for (let tries = 1; ;) {
    signal.throwIfAborted()
    const permit = await pacer.take(signal)
    if (!permit.isGiven) {
      await nap(permit.until.getTime() - clock().getTime(), signal)
      continue
    }
    const startedMs = performance.now()
    const outcome = await request()
    pacer.report(outcome, Math.round(performance.now() - startedMs))
    if (outcome.kind === 'uncertain' || outcome.kind === 'throttled') {
      if (tries === triesMax) throw unreachable(outcome.reason, outcome.detail)
      await nap(waitMsDefault * 2 ** tries, signal)
      if (outcome.kind === 'uncertain') tries += 1
      continue
    }
    return outcome
  }
}

/** Leaves all permits to more urgent work while there is any. */
async function giveWay({ pacer, signal, isNeeded }: Patience): Promise<void> {
  if (!(await isNeeded())) return
  await pacer.close()
  for (let waitedMs = 0; waitedMs < giveWayMs; waitedMs += lookMs) {
    await nap(lookMs, signal)
    if (!(await isNeeded())) return
  }
}

export function unreachable(reason: keyof typeof reasons, detail: string): AccessError {
  return new AccessError('appUnreachable', `The app did not show its accounts: ${reasons[reason].meaning} ${detail}`)
}

async function nap(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.min(Math.max(milliseconds, 1), napMs), undefined, { signal })
}
