import { createBoundedMap } from './bounded-map.ts'
import type { Finding } from './look-up.ts'

/** How long a process trusts what it knows about a key, hence how long a revoked key may still work. */
export const keyCacheMs = 500
/** Header values remembered at once, good ones and bad ones each: a flood of bad ones forgets no good one. */
export const keyCacheEntriesMax = 10_000

export type KeyCache = {
  /** What is known about a header, however old; `isFresh` says whether it may be trusted. */
  find(header: string): { readonly finding: Finding; readonly isFresh: boolean } | undefined
  /** Asks the database; questions about one header that come together are asked once. */
  lookUp(header: string, text: string): Promise<Finding>
  /** Trusts nothing that was asked before: what this process itself has changed holds from its next request on. */
  doubt(): void
}

type Entry = { readonly finding: Finding; readonly untilMs: number; readonly era: number }

/** `ask` says what a text is worth now. */
export function createKeyCache(ask: (text: string) => Promise<Finding>): KeyCache {
  const good = createBoundedMap<string, Entry>(keyCacheEntriesMax)
  const bad = createBoundedMap<string, Entry>(keyCacheEntriesMax)
  const asked = new Map<string, Promise<Finding>>()
  let era = 0

  const remember = async (header: string, text: string): Promise<Finding> => {
    // Counted from before the question, so that the answer is never older than it claims.
    const untilMs = performance.now() + keyCacheMs
    const began = era
    const finding = await ask(text)
    const isGood = finding.authentication.kind === 'granted'
    const [here, there] = isGood ? [good, bad] : [bad, good]
    there.delete(header)
    here.set(header, { finding, untilMs, era: began })
    return finding
  }
  return {
    find: (header) => {
      const entry = good.get(header) ?? bad.get(header)
      if (entry === undefined) return undefined
      return { finding: entry.finding, isFresh: entry.era === era && entry.untilMs > performance.now() }
    },
    lookUp: (header, text) => {
      const running = asked.get(header)
      if (running !== undefined) return running
      const question: Promise<Finding> = remember(header, text).finally(() => {
        if (asked.get(header) === question) asked.delete(header)
      })
      asked.set(header, question)
      return question
    },
    doubt: () => {
      era++
      asked.clear()
    },
  }
}
