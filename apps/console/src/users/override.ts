import type { RouteAnswer } from '@rollcall/admin-api'

type Managed = Pick<RouteAnswer<'getPerson'>, 'locks'>

const weekMs = 7 * 86_400_000

/** A day as a field of type `date` has it. */
export function inAWeek(): string {
  return new Date(Date.now() + weekMs).toISOString().slice(0, 10)
}

/** Whoever a source manages is changed here only by overriding it, to the end of a day. */
export function toOverride({ locks }: Managed, day: string): { readonly overrideUntil?: string } {
  if (day === '' || !locks.lockedAttributes.includes('active')) return {}
  return { overrideUntil: new Date(`${day}T23:59:59`).toISOString() }
}
