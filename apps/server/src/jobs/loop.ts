import type { Logger } from '../telemetry/logger.ts'
import { createStirring, type Stirring } from './stirring.ts'

/** Does its work until the signal asks it to stop; it may be run again after a crash, so it must be safe to run twice. */
export type Handler = (signal: AbortSignal) => Promise<void>

export type Loops = {
  /**
   * Runs the handler about every interval, in one process at a time: whoever gets the lease of that name. While nothing
   * happens (see stirring.ts) it is run less often.
   */
  everyInterval(name: string, intervalMs: number, handler: Handler): void
  /** The same without a lease: what takes its turns by itself. */
  inEveryProcess(name: string, intervalMs: number, handler: Handler): void
  /** Looks always about so often, in every process, and wakes all that rest when it has seen something. */
  watch(name: string, intervalMs: number, hasChanged: () => Promise<boolean>): void
  /** Wakes all that rest: there is work that others look for. */
  stir(): void
  /** Lets running handlers finish and starts none anew. */
  stop(): Promise<void>
}

type Rhythm = { readonly intervalMs: number; readonly restMs: number }

/** False when it is another process's turn. */
type Run = () => Promise<boolean>

export type LoopsOptions = {
  readonly logger: Logger
  /** Runs the work unless another process holds the name; false when it does. */
  readonly withLease: (name: string, work: () => Promise<void>) => Promise<boolean>
  /** Left out: something happens all the time. */
  readonly stirring?: Stirring
  readonly random?: () => number
}

const jitterShare = 0.1
const firstDelayMsMax = 2_000
/** While nothing happens, what is due by time alone, or comes without a change, is found so late. */
const restMs = { leased: 10_000, everywhere: 5_000 }

export function createLoops(options: LoopsOptions): Loops {
  const { logger, withLease, stirring = createStirring({ calmAfterMs: Infinity }), random = Math.random } = options
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

  const loop = async (name: string, { intervalMs, restMs }: Rhythm, run: Run): Promise<void> => {
    // Processes that start together must not all come at once.
    const firstMs = Math.min(intervalMs, firstDelayMsMax) * random()
    let next = { busyMs: firstMs, restMs: firstMs }
    while (await pause(stirring, next, stopping.signal)) {
      await runOnce(name, run)
      const jitter = 1 + jitterShare * (2 * random() - 1)
      next = { busyMs: intervalMs * jitter, restMs: restMs * jitter }
    }
  }

  return {
    everyInterval: (name, intervalMs, handler) => {
      running.push(
        loop(name, resting(intervalMs, restMs.leased), () => withLease(name, () => handler(stopping.signal))),
      )
    },
    inEveryProcess: (name, intervalMs, handler) => {
      running.push(loop(name, resting(intervalMs, restMs.everywhere), () => handler(stopping.signal).then(() => true)))
    },
    watch: (name, intervalMs, hasChanged) => {
      const look = async (): Promise<boolean> => {
        if (await hasChanged()) stirring.stir()
        return true
      }
      running.push(loop(name, { intervalMs, restMs: intervalMs }, look))
    },
    stir: () => stirring.stir(),
    stop: async () => {
      stopping.abort()
      await Promise.all(running)
    },
  }
}

function resting(intervalMs: number, restMsMin: number): Rhythm {
  return { intervalMs, restMs: Math.max(intervalMs, restMsMin) }
}

/** False when the signal came first. */
async function pause(
  stirring: Stirring,
  next: { readonly busyMs: number; readonly restMs: number },
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await stirring.pause(next, signal)
    return true
  } catch {
    return false
  }
}
