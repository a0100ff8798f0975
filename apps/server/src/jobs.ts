import type { Parts } from './parts.ts'

/** Work that returns: at what interval it runs and what it does. A worker runs it under a lease of its name. */
export type Job = {
  readonly name: string
  readonly intervalMs: number
  run(parts: Parts, signal: AbortSignal): Promise<void>
}

/** All jobs of the product, by what they are for. */
export const jobs: readonly Job[] = []
