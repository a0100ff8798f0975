const secondMs = 1_000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs

/** How long after each attempt the next one comes: eight attempts over more than 31 hours. */
export const retryDelaysMs: readonly number[] = [
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
]

/** Delays grow by up to this share, so that what failed together does not come back together. */
const jitterShare = 0.2
/** No server is obeyed that wants to be left alone for longer. */
const retryAfterMsMax = 24 * hourMs

/**
 * When to try again after so many tries; undefined: never. A server that says when it wants to be asked again is asked
 * no earlier.
 */
export function nextTry(
  tries: number,
  now: Date,
  { retryAfter, random = Math.random }: { readonly retryAfter: string | null; readonly random?: () => number },
): Date | undefined {
  const delayMs = retryDelaysMs[tries - 1]
  if (delayMs === undefined) return undefined
  const wantedMs = Math.min(parseRetryAfter(retryAfter, now), retryAfterMsMax)
  return new Date(now.getTime() + Math.max(delayMs * (1 + jitterShare * random()), wantedMs))
}

/** RFC 9110 §10.2.3: seconds or a date; milliseconds from now, 0 for anything else. */
function parseRetryAfter(text: string | null, now: Date): number {
  if (text === null) return 0
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * secondMs
  const at = Date.parse(text)
  return Number.isNaN(at) ? 0 : Math.max(0, at - now.getTime())
}
