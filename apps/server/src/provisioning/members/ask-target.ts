import type { Outcome } from '../targets/target.ts'
import type { MemberRun, Stop } from './member-run.ts'

/** What became of a request, and how long it took; or why it was not sent. */
export type Asked<Value> =
  | { readonly outcome: Outcome<Value>; readonly durationMs: number }
  | { readonly stop: Extract<Stop, { readonly kind: 'lost' | 'interrupted' }> }

/** Sends one request with permission; `before` runs when it was given. */
export async function askTarget<Value>(
  run: Pick<MemberRun, 'permit' | 'report'>,
  request: () => Promise<Outcome<Value>>,
  before?: () => Promise<void>,
): Promise<Asked<Value>> {
  const permission = await run.permit()
  if (permission === 'lost') return { stop: { kind: 'lost' } }
  if (permission !== 'given') return { stop: { kind: 'interrupted', until: permission.until } }
  await before?.()
  const startedMs = performance.now()
  const outcome = await request()
  const durationMs = Math.round(performance.now() - startedMs)
  run.report(outcome, durationMs)
  return { outcome, durationMs }
}
