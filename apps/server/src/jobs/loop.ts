import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '../telemetry/logger.ts'

/** Does its work until the signal asks it to stop; it may be run again after a crash, so it must be safe to run twice. */
export type Handler = (signal: AbortSignal) => Promise<void>

export type Loops = {
  /** Runs the handler about every interval, in one process at a time: whoever gets the lease of that name. */
  everyInterval(name: string, intervalMs: number, handler: Handler): void
  /** The same without a lease: what takes its turns by itself. */
  inEveryProcess(name: string, intervalMs: number, handler: Handler): void
  /** Lets running handlers finish and starts none anew. */
  stop(): Promise<void>
}

/** False when it is another process's turn. */
type Run = () => Promise<boolean>

export type LoopsOptions = {
  readonly logger: Logger
  /** Runs the work unless another process holds the name; false when it does. */
  readonly withLease: (name: string, work: () => Promise<void>) => Promise<boolean>
  readonly random?: () => number
}

const jitterShare = 0.1
const firstDelayMsMax = 2_000

export function createLoops(options: LoopsOptions): Loops {
  const { logger, withLease, random = Math.random } = options
  const stopping = new AbortController()
  const running: Promise<void>[] = []

  const runOnce = async (name: string, run: Run): Promise<void> => {
    try {
      const isOurs = await run()
      if (!isOurs) logger.debug({ job: name }, 'another process holds the lease of this job')
    } catch (error) {
      // The next turn tries again; a job that keeps failing shows in the log each time.
      if (!stopping.signal.aborted) logger.warn({ job: name, err: error }, 'a job failed')
    }
  }

  const loop = async (name: string, intervalMs: number, run: Run): Promise<void> => {
    // Processes that start together must not all come at once.
    let delayMs = Math.min(intervalMs, firstDelayMsMax) * random()
    while (await pause(delayMs, stopping.signal)) {
      await runOnce(name, run)
      delayMs = intervalMs * (1 + jitterShare * (2 * random() - 1))
    }
  }

  return {
    everyInterval: (name, intervalMs, handler) => {
      running.push(loop(name, intervalMs, () => withLease(name, () => handler(stopping.signal))))
    },
    inEveryProcess: (name, intervalMs, handler) => {
      running.push(loop(name, intervalMs, () => handler(stopping.signal).then(() => true)))
    },
    stop: async () => {
      stopping.abort()
      await Promise.all(running)
    },
  }
}

/** False when the signal came first. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal })
    return true
  } catch {
    return false
  }
}
