import { setImmediate as turnOfLoop } from 'node:timers/promises'
import type { Stopwatch } from '../../src/provisioning/pace/pacer.ts'

/** Time that passes when everybody sleeps, so that a minute of it is the same on every machine. */
export type VirtualTime = {
  readonly stopwatch: Stopwatch
  readonly clock: () => Date
  sleep(milliseconds: number): Promise<void>
  /** Runs them until they end; time passes while all of them sleep. What they read and write meanwhile takes none. */
  run(tasks: readonly (() => Promise<void>)[]): Promise<void>
}

export function createVirtualTime(start = new Date('2026-11-26T09:00:00.000Z')): VirtualTime {
  let nowMs = 0
  const sleepers: { readonly at: number; readonly wake: () => void }[] = []
  const sleep = (milliseconds: number): Promise<void> =>
    new Promise((wake) => {
      sleepers.push({ at: nowMs + milliseconds, wake })
    })
  return {
    stopwatch: { nowMs: () => nowMs, sleep },
    clock: () => new Date(start.getTime() + nowMs),
    sleep,
    run: async (tasks) => {
      const running = new Set(tasks)
      const all = Promise.all(tasks.map((task) => task().finally(() => running.delete(task))))
      while (running.size > 0) {
        await turnOfLoop()
        if (sleepers.length < running.size) continue
        sleepers.sort((left, right) => left.at - right.at)
        const next = sleepers.shift()
        if (next === undefined) continue
        nowMs = Math.max(nowMs, next.at)
        next.wake()
      }
      await all
    },
  }
}
