/** Something that waits for PostgreSQL to answer. */
export type Waiting = {
  /** On the clock of `performance.now()`. */
  readonly untilMs: number
  handleError(error: unknown): void
}

const checkIntervalMs = 250

const waiting = new Set<Waiting>()
let timer: NodeJS.Timeout | undefined

/**
 * Lets an answer be waited for until its time is over, then tells whoever waits that it did not come.
 *
 * One timer looks at all of them. pg's own, one a query, keeps what the query returned alive until the next full garbage
 * collection: 1.5 kB a read, and a twentieth of its time.
 */
export function watch(one: Waiting): void {
  waiting.add(one)
  timer ??= setInterval(check, checkIntervalMs).unref()
}

/** The answer came, or nobody waits any more. */
export function unwatch(one: Waiting): void {
  waiting.delete(one)
}

function check(): void {
  const nowMs = performance.now()
  for (const one of waiting) {
    if (one.untilMs > nowMs) continue
    waiting.delete(one)
    one.handleError(new Error('Query read timeout'))
  }
  if (waiting.size > 0) return
  clearInterval(timer)
  timer = undefined
}
