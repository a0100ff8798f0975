import type { Clock } from '../clock.ts'
import type { Database } from '../db/pool.ts'
import { parseAuthorization } from './authorization-header.ts'
import { createKeyCache, type KeyCache } from './key-cache.ts'
import { createTenantDoor, looksLikeJwt, type TenantDoor } from './entra-door.ts'
import type { EntraVerifier } from './entra-tokens.ts'
import { parseKeyText } from './key-text.ts'
import { createKeyUses } from './key-uses.ts'
import { lookUpKey, refuse, type Finding } from './look-up.ts'
import type { Authentication, RefusalReason } from './principal.ts'
import { createRefusals, type Refusals } from './refusals.ts'

const flushIntervalMs = 1_000

/** What metrics want to know. */
export type AuthenticationObserver = {
  cacheHit(): void
  cacheMiss(): void
  refused(reason: RefusalReason): void
}

export type AuthenticatorOptions = {
  readonly database: Database
  readonly clock: Clock
  readonly onError?: (error: unknown) => void
  readonly observe?: AuthenticationObserver
  /** Left out: tokens that others signed open nothing. */
  readonly entra?: EntraVerifier
}

export type Authenticator = {
  /**
   * Who sends this Authorization header. Answers at once when the header was seen within `keyCacheMs`, so the hot path
   * awaits nothing. `address` is the client's, for throttling; `slug` the organization that the address names, without
   * which no token of another issuer is looked at.
   */
  authenticate(header: string | null, address: string, slug?: string): Authentication | Promise<Authentication>
  /** After a write that may change what a key may do: the next request with any key asks the database. */
  doubt(): void
  /** For secrets that are shown elsewhere than in a header: the same counts, the same limit. */
  readonly refusals: Pick<Refusals, 'findBlock' | 'forged'>
  /** Writes what is known about the last use of keys. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** One per process: it holds the caches. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { database, clock, observe } = options
  const cache = createKeyCache((text) => lookUpKey(database, text, clock()))
  const uses = createKeyUses(database)
  const refusals = createRefusals((reason) => observe?.refused(reason))

  const settle = ({ authentication, expiresAtMs, lastUsedAt, admits }: Finding, address: string): Authentication => {
    if (authentication.kind === 'refused') return refusals.forged(authentication, address)
    const { principal } = authentication
    const organizationId = principal.kind === 'organization' ? principal.organizationId : undefined
    const now = clock()
    if (expiresAtMs !== undefined && expiresAtMs <= now.getTime())
      return refusals.forged({ ...refuse('expired'), organizationId, keyId: principal.keyId }, address)
    if (admits !== undefined && !admits(address)) {
      observe?.refused('addressNotAllowed')
      return { ...refuse('addressNotAllowed'), organizationId, keyId: principal.keyId }
    }
    uses.note({ organizationId, id: principal.keyId, at: now, ip: address, storedAt: lastUsedAt })
    return authentication
  }
  const door = createTenantDoor({ ...options, refusals, settle })

  const flush = (): Promise<void> => uses.flush().catch((error: unknown) => options.onError?.(error))
  const timer = setInterval(flush, flushIntervalMs)
  timer.unref()
  const close = (): Promise<void> => {
    clearInterval(timer)
    return flush()
  }
  const authenticate = toAuthenticate({ cache, door, refusals, settle, observe })
  return { authenticate, doubt: () => cache.doubt(), refusals, flush, close }
}

type Inside = {
  readonly cache: KeyCache
  readonly door: TenantDoor | undefined
  readonly refusals: Refusals
  readonly observe: AuthenticationObserver | undefined
  readonly settle: (finding: Finding, address: string) => Authentication
}

function toAuthenticate({ cache, door, refusals, settle, observe }: Inside): Authenticator['authenticate'] {
  return (header, address, slug) => {
    const known = header === null ? undefined : cache.find(header)
    if (known?.isFresh === true) {
      observe?.cacheHit()
      return settle(known.finding, address)
    }
    const presented = parseAuthorization(header)
    if (presented.kind !== 'secret') return refusals.junk(refuse(presented.kind), address)
    if (door !== undefined && looksLikeJwt(presented.text)) return door.authenticate(presented.text, address, slug)
    // A text whose checksum is wrong never reaches the database.
    if (parseKeyText(presented.text) === undefined) return refusals.junk(refuse('unknown'), address)
    // A key that was good a moment ago is never blocked.
    const wasGood = known?.finding.authentication.kind === 'granted'
    const block = wasGood ? undefined : refusals.findBlock(address)
    if (block !== undefined) return block
    observe?.cacheMiss()
    return cache.lookUp(header ?? '', presented.text).then((finding) => settle(finding, address))
  }
}
