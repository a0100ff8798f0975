export const requestViews = ['all', 'errors'] as const
export type RequestView = (typeof requestViews)[number]

export const requestMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Classes of answers that can be asked for; a single status such as 409 too. */
export const statusClasses = ['2xx', '4xx', '5xx'] as const

/** How far back, in hours. */
export const periods = { hour: 1, day: 24, week: 7 * 24, month: 30 * 24 } as const
export type Period = keyof typeof periods

/** All that a link to the requests carries. What is left out is as it is at first. */
export type RequestsSearch = {
  readonly view?: RequestView
  readonly connection?: string
  readonly status?: string
  readonly method?: (typeof requestMethods)[number]
  /** Our SCIM id of a resource, or that of the identity provider. */
  readonly q?: string
  readonly period?: Period
  readonly live?: boolean
  readonly open?: string | undefined
}

export function toRequestsSearch(search: Record<string, unknown>): RequestsSearch {
  const { view, connection, status, method, q, period, live, open } = search
  const verb = requestMethods.find((known) => known === method)
  const span = Object.keys(periods).find((known): known is Period => known === period)
  // The router makes a number of 404.
  const asked = typeof status === 'string' || typeof status === 'number' ? String(status) : ''
  return {
    ...(view === 'errors' && { view }),
    ...(typeof connection === 'string' && connection !== '' && { connection }),
    ...(/^(?:[1-5]xx|[1-5][0-9][0-9])$/.test(asked) && { status: asked }),
    ...(verb !== undefined && { method: verb }),
    ...((typeof q === 'string' || typeof q === 'number') && q !== '' && { q: String(q) }),
    ...(span !== undefined && { period: span }),
    ...(live === true && { live }),
    ...(typeof open === 'string' && { open }),
  }
}

const minuteMs = 60_000

/** From when on; to the minute, so that the same list has the same address for a while. */
export function sinceOf(period: Period, now: number): string {
  return new Date(Math.floor(now / minuteMs) * minuteMs - periods[period] * 60 * minuteMs).toISOString()
}
