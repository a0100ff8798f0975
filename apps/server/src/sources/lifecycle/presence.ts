import type { DateKind, Mapped, MappedDates } from '../map/mapped.ts'
import { neverAt } from './zoned-days.ts'

/** Whether a record says that its person works here: `unsaid` where it speaks neither of days nor of being active. */
export type Presence = 'current' | 'upcoming' | 'ended' | 'unsaid'

export function presenceOf({ active, dates }: Pick<Mapped, 'active' | 'dates'>, now: Date): Presence {
  if (active === false) return 'ended'
  const at = now.toISOString()
  const { from } = dates ?? {}
  const until = effectiveEnd(dates)
  // Whoever is to leave before he comes is not to come.
  if (until !== undefined && (until <= at || (from !== undefined && until <= from))) return 'ended'
  if (from !== undefined && (from > at || isCancelled(dates, 'join'))) return 'upcoming'
  return active === true || from !== undefined || dates?.until !== undefined ? 'current' : 'unsaid'
}

/** There is no account before that day, not even a suspended one. */
export function isTooEarly({ dates }: Pick<Mapped, 'dates'>, now: Date): boolean {
  if (isCancelled(dates, 'create') || isCancelled(dates, 'join')) return true
  return dates?.prepare !== undefined && dates.prepare > now.toISOString()
}

/** The end of the last day; undefined: none is known, there is none, or it was called off. */
export function effectiveEnd(dates: MappedDates | undefined): string | undefined {
  return isCancelled(dates, 'leave') || dates?.until === neverAt ? undefined : dates?.until
}

export function isCancelled(dates: MappedDates | undefined, kind: DateKind): boolean {
  return dates?.cancelled?.includes(kind) === true
}

const instantOf: { readonly [kind in DateKind]: (dates: MappedDates) => string | undefined } = {
  create: ({ prepare }) => prepare,
  join: ({ from }) => from,
  move: ({ effective }) => effective,
  leave: ({ until }) => until,
  // Not said by the record: it follows from when it left.
  delete: () => undefined,
}

/** What takes effect after an instant. */
export function listUpcoming(dates: MappedDates | undefined, now: Date): readonly { kind: DateKind; at: string }[] {
  if (dates === undefined) return []
  const after = now.toISOString()
  return (['leave', 'create', 'join', 'move'] as const).flatMap((kind) => {
    const at = instantOf[kind](dates)
    return at !== undefined && at > after && at !== neverAt && !isCancelled(dates, kind) ? [{ kind, at }] : []
  })
}

/** What was called off stays so until the source names another day. */
export function carryCancelled(
  before: MappedDates | undefined,
  dates: MappedDates | undefined,
): MappedDates | undefined {
  const said = dates ?? {}
  const cancelled = before?.cancelled?.filter((kind) => instantOf[kind](before) === instantOf[kind](said)) ?? []
  return cancelled.length === 0 ? dates : { ...said, cancelled }
}

/** Whoever is there is not deleted anyway: should he leave again, nobody has called that off. */
export function forgetKeeping(dates: MappedDates | undefined): MappedDates | undefined {
  if (!isCancelled(dates, 'delete')) return dates
  return { ...dates, cancelled: dates?.cancelled?.filter((kind) => kind !== 'delete') ?? [] }
}

/** Another record that keeps its person active. Of another source only one that speaks of it: a list of telephones keeps nobody. */
export function keepsActive(mapped: Mapped, at: { readonly isSameSource: boolean; readonly now: Date }): boolean {
  const presence = presenceOf(mapped, at.now)
  return presence === 'current' || (presence === 'unsaid' && at.isSameSource)
}
