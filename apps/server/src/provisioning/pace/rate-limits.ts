import type { HeaderReader } from '../../outbound-answer.ts'

/** What an answer says of limits. Times are milliseconds from now. */
export type RateLimits = {
  /** Not before then: `Retry-After` and its kin. */
  readonly retryAfterMs: number | undefined
  /** So many requests are left … */
  readonly remaining: number | undefined
  /** … until then. */
  readonly resetMs: number | undefined
}

/** Nobody means a longer wait: what says so was read wrongly. */
const waitMsMax = 24 * 3_600_000

/**
 * Reads `Retry-After` (seconds or date), `X-RateLimit-*`, `X-Rate-Limit-*` (Okta), `RateLimit-*` and `RateLimit` with its
 * parameters (the drafts of the IETF). Reset times come as seconds from now, as seconds or milliseconds since 1970, or as a date.
 */
export function parseRateLimits(headers: HeaderReader, nowMs: number): RateLimits {
  const structured = parseStructured(headers.get('ratelimit'))
  return {
    retryAfterMs: parseRetry(headers, nowMs),
    remaining: structured.remaining ?? firstOf(headers, remainingNames, toCount),
    resetMs: structured.resetMs ?? firstOf(headers, resetNames, (text) => toWait(text, nowMs)),
  }
}

const remainingNames = ['ratelimit-remaining', 'x-ratelimit-remaining', 'x-rate-limit-remaining']
const resetNames = [
  'x-ratelimit-reset-after',
  'ratelimit-reset',
  'x-ratelimit-reset',
  'x-rate-limit-reset',
  'x-rate-limit-reset-after',
]

function firstOf(
  headers: HeaderReader,
  names: readonly string[],
  parse: (text: string) => number | undefined,
): number | undefined {
  for (const name of names) {
    const text = headers.get(name)
    const found = text === null ? undefined : parse(text)
    if (found !== undefined) return found
  }
  return undefined
}

function parseRetry(headers: HeaderReader, nowMs: number): number | undefined {
  const milliseconds = firstOf(headers, ['retry-after-ms', 'x-ms-retry-after-ms'], toCount)
  if (milliseconds !== undefined) return Math.min(milliseconds, waitMsMax)
  return firstOf(headers, ['retry-after', 'x-ratelimit-retry-after', 'x-retry-after'], (text) => toWait(text, nowMs))
}

/** Several windows joined by commas: the first is the one that matters. */
function firstPart(text: string): string {
  return (text.split(',')[0] ?? '').trim()
}

function toCount(text: string): number | undefined {
  const part = firstPart(text)
  return /^\d{1,15}(?:\.\d+)?$/.test(part) ? Number(part) : undefined
}

function toWait(text: string, nowMs: number): number | undefined {
  // A date has a comma of its own.
  const time = /^[a-z]{3,9},|^\d{4}-\d{2}-\d{2}T/i.test(text.trim()) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(time)) return clamp(time - nowMs)
  const number = toCount(text)
  if (number === undefined) return undefined
  if (number > 100_000_000_000) return clamp(number - nowMs)
  if (number > 1_000_000_000) return clamp(number * 1_000 - nowMs)
  return clamp(number * 1_000)
}

function clamp(milliseconds: number): number {
  return Math.min(Math.max(0, milliseconds), waitMsMax)
}

/** `limit=100, remaining=50, reset=5`, or `"default";r=50;t=30`. */
function parseStructured(text: string | null): Pick<RateLimits, 'remaining' | 'resetMs'> {
  if (text === null) return { remaining: undefined, resetMs: undefined }
  const read = (pattern: RegExp): number | undefined => {
    const found = pattern.exec(text)?.[1]
    return found === undefined ? undefined : Number(found)
  }
  const seconds = read(/\b(?:reset|t)\s*=\s*(\d{1,9})/i)
  return {
    remaining: read(/\b(?:remaining|r)\s*=\s*(\d{1,15})/i),
    resetMs: seconds === undefined ? undefined : clamp(seconds * 1_000),
  }
}
