import type { Parts } from './parts.ts'

/**
 * Work that returns, in one process at a time. With `intervalMs` about so often, under a lease; with `cron` on the
 * timetable, in UTC and about once at the start: for all that need not be soon.
 */
export type Job = {
  readonly name: string
  run(parts: Parts, signal: AbortSignal): Promise<void>
} & ({ readonly intervalMs: number } | { readonly cron: string })
