export const logStatuses = ['success', 'failure', 'skipped', 'warning'] as const
export const logActions = [
  'create',
  'adopt',
  'update',
  'disable',
  'enable',
  'delete',
  'unlink',
  'addMembers',
  'removeMembers',
  'skip',
  'hold',
  'health',
] as const
export const logRanges = ['hour', 'day', 'week', 'month'] as const

/** All that a link to the log carries. What is left out is as it is at first: everything but what was skipped. */
export type LogSearch = {
  readonly app?: string | undefined
  readonly status?: (typeof logStatuses)[number] | undefined
  readonly action?: (typeof logActions)[number] | undefined
  readonly range?: (typeof logRanges)[number] | undefined
  readonly reason?: string | undefined
  readonly object?: string | undefined
  readonly cycle?: string | undefined
  readonly live?: boolean | undefined
  readonly open?: string | undefined
}

export function toLogSearch(search: Record<string, unknown>): LogSearch {
  const { app, status, action, range, reason, object, cycle, live, open } = search
  const text = (name: string, value: unknown) => (typeof value === 'string' && value !== '' ? { [name]: value } : {})
  const one = <Known extends string>(name: string, known: readonly Known[], value: unknown) => {
    const found = known.find((each) => each === value)
    return found === undefined ? {} : { [name]: found }
  }
  return {
    ...text('app', app),
    ...one('status', logStatuses, status),
    ...one('action', logActions, action),
    ...one('range', logRanges, range),
    ...text('reason', reason),
    ...text('object', object),
    ...text('cycle', cycle),
    ...(live === true && { live }),
    ...text('open', open),
  }
}

const rangesMs = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000, month: 30 * 86_400_000 } as const
const minuteMs = 60_000

/** The filters as the API takes them. Since when is cut to the minute, so that the same list is asked for again. */
export function toLogQuery({ app, status, action, range, reason, object, cycle }: LogSearch, now: number) {
  const since =
    range === undefined
      ? {}
      : { since: new Date(Math.floor((now - rangesMs[range]) / minuteMs) * minuteMs).toISOString() }
  const entries = Object.entries({ app, status, action, reason, object, cycle, ...since })
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])))
}
