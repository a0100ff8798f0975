import type { Clock } from '../clock.ts'
import type { Database } from '../db/pool.ts'
import { parseAuthorization } from './authorization-header.ts'
import { createBoundedMap } from './bounded-map.ts'
import { createFailedAttempts } from './failed-attempts.ts'
import { createKeyUses } from './key-uses.ts'
import { parseKeyText } from './key-text.ts'
import { lookUpKey, refuse, type Finding } from './look-up.ts'
import type { Authentication, Refusal, RefusalReason } from './principal.ts'

/** How long a process trusts what it knows about a key, hence how long a revoked key may still work. */
export const keyCacheMs = 500
/** Header values remembered at once, good ones and bad ones each. */
export const keyCacheEntriesMax = 10_000
const flushIntervalMs = 1_000

export type AuthenticatorOptions = {
  readonly database: Database
  readonly clock: Clock
  readonly onError?: (error: unknown) => void
  readonly observe?: AuthenticationObserver
}

/** What metrics want to know. */
export type AuthenticationObserver = {
  cacheHit(): void
  cacheMiss(): void
  refused(reason: RefusalReason): void
}

export type Authenticator = {
  /**
   * Who sends this header. Answers at once when the header was seen within `keyCacheMs`, so the hot path awaits nothing.
   * `address` is the client's, for throttling.
   */
  authenticate(header: string | null, address: string): Authentication | Promise<Authentication>
  /** Writes what is known about the last use of keys. */
  flush(): Promise<void>
  close(): Promise<void>
}

type Entry = { readonly finding: Finding; readonly untilMs: number }

/** One per process: it holds the caches. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { database, clock, observe } = options
  const good = createBoundedMap<string, Entry>(keyCacheEntriesMax)
  const bad = createBoundedMap<string, Entry>(keyCacheEntriesMax)
  const asked = new Map<string, Promise<Entry>>()
  // Counted apart: whoever sends junk must not lock out a good key behind the same address.
  const junk = createFailedAttempts()
  const forged = createFailedAttempts()
  const uses = createKeyUses(database)

  const settle = (finding: Finding, address: string): Authentication => {
    const { authentication, expiresAtMs, lastUsedAt } = finding
    const now = clock()
    if (authentication.kind === 'refused') return fail(authentication, address)
    const { principal } = authentication
    const organizationId = principal.kind === 'organization' ? principal.organizationId : undefined
    if (expiresAtMs !== undefined && expiresAtMs <= now.getTime())
      return fail(refuse('expired', { organizationId: organizationId ?? '', keyId: principal.keyId }), address)
    uses.note({ organizationId, id: principal.keyId, at: now, ip: address, storedAt: lastUsedAt })
    return authentication
  }
  const fail = (refusal: Refusal, address: string): Authentication => {
    forged.add(address, performance.now())
    observe?.refused(refusal.reason)
    return refusal
  }
  const failCheaply = (refusal: Refusal, address: string): Authentication => {
    const nowMs = performance.now()
    const blockedSeconds = junk.blockedSeconds(address, nowMs)
    if (blockedSeconds !== undefined) return throttle(blockedSeconds)
    if (refusal.reason !== 'missing') junk.add(address, nowMs)
    observe?.refused(refusal.reason)
    return refusal
  }
  const throttle = (retryAfterSeconds: number): Authentication => {
    observe?.refused('throttled')
    return { ...refuse('throttled'), retryAfterSeconds }
  }
  const lookUp = async (header: string, text: string): Promise<Entry> => {
    // Counted from before the question, so that the answer is never older than it claims.
    const untilMs = performance.now() + keyCacheMs
    const entry = { finding: await lookUpKey(database, text, clock()), untilMs }
    const isGood = entry.finding.authentication.kind === 'granted'
    ;(isGood ? bad : good).delete(header)
    ;(isGood ? good : bad).set(header, entry)
    return entry
  }
  const lookUpOnce = (header: string, text: string): Promise<Entry> => {
    const running = asked.get(header)
    if (running !== undefined) return running
    const question = lookUp(header, text).finally(() => asked.delete(header))
    asked.set(header, question)
    return question
  }

  const authenticate: Authenticator['authenticate'] = (header, address) => {
    const nowMs = performance.now()
    const known = header === null ? undefined : (good.get(header) ?? bad.get(header))
    if (known !== undefined && known.untilMs > nowMs) {
      observe?.cacheHit()
      return settle(known.finding, address)
    }
    const presented = parseAuthorization(header)
    if (presented.kind !== 'secret') return failCheaply(refuse(presented.kind), address)
    // Junk never reaches the database; a text that was a live key a moment ago is never throttled.
    if (parseKeyText(presented.text) === undefined) return failCheaply(refuse('unknown'), address)
    const blockedSeconds = isGoodKey(known) ? undefined : forged.blockedSeconds(address, nowMs)
    if (blockedSeconds !== undefined) return throttle(blockedSeconds)
    observe?.cacheMiss()
    return lookUpOnce(header ?? '', presented.text).then((entry) => settle(entry.finding, address))
  }

  const timer = setInterval(() => uses.flush().catch((error: unknown) => options.onError?.(error)), flushIntervalMs)
  timer.unref()
  return {
    authenticate,
    flush: () => uses.flush(),
    close: async () => {
      clearInterval(timer)
      await uses.flush().catch((error: unknown) => options.onError?.(error))
    },
  }
}

function isGoodKey(entry: Entry | undefined): boolean {
  return entry?.finding.authentication.kind === 'granted'
}
