import { setTimeout as sleep } from 'node:timers/promises'

/** Whether anything has happened lately: while nothing does, loops look for work less often. */
export type Stirring = {
  /** Something has happened, or is about to: whoever rests looks at once. */
  stir(): void
  /** The time between two turns: `restMs` while nothing happens, cut short by the first thing that does. */
  pause(pause: { readonly busyMs: number; readonly restMs: number }, signal: AbortSignal): Promise<void>
}

/** What follows from something follows within that time, or has a time of its own. */
const calmAfterMsDefault = 10_000

export function createStirring({ calmAfterMs = calmAfterMsDefault } = {}): Stirring {
  let calmFromMs = performance.now() + calmAfterMs
  const resting = new Set<AbortController>()
  return {
    stir: () => {
      calmFromMs = performance.now() + calmAfterMs
      for (const rest of resting) rest.abort()
      resting.clear()
    },
    pause: async ({ busyMs, restMs }, signal) => {
      if (restMs <= busyMs || performance.now() < calmFromMs) return sleep(busyMs, undefined, { signal })
      const rest = new AbortController()
      resting.add(rest)
      const either = AbortSignal.any([signal, rest.signal])
      await sleep(restMs, undefined, { signal: either }).catch(() => signal.throwIfAborted())
      // Of many that rest not all come in the same moment.
      if (!resting.delete(rest)) await sleep(busyMs * Math.random(), undefined, { signal })
    },
  }
}
