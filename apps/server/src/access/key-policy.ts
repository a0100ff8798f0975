import { isJsonObject, type JsonObject } from '@rollcall/scim'
import { AccessError } from './access-error.ts'
import { hasScope } from './scopes.ts'

/** What an organization says about its keys. */
export type KeyPolicy = {
  /** No key that provisions nothing may live longer; undefined: as long as its maker wants. */
  readonly daysMax: number | undefined
  /** What becomes of a key that somebody found where it must not be. */
  readonly onLeak: 'revoke' | 'alert'
}

/** How long a key lives whose maker says nothing; a key with the scope `scim` has no end. */
export const keyDaysDefault = 90
export const keyDaysMaxBounds = { min: 1, max: 3_650 } as const
const dayMs = 86_400_000

/** Fills in the defaults. Stored settings were checked when they came in. */
export function toKeyPolicy(settings: JsonObject): KeyPolicy {
  const keys = settings['keys']
  const { daysMax, onLeak } = isJsonObject(keys) ? keys : {}
  return {
    daysMax: typeof daysMax === 'number' ? daysMax : undefined,
    onLeak: onLeak === 'alert' ? 'alert' : 'revoke',
  }
}

/** Where alerts go when nobody nearer can be told; undefined: nowhere. */
export function alertEmailOf(settings: JsonObject): string | undefined {
  const address = settings['alertEmail']
  return typeof address === 'string' ? address : undefined
}

/**
 * When a new key ends. `undefined`: the maker said nothing, `null`: never.
 * A key with the scope `scim` has no end unless one is wanted: an expired one stops provisioning.
 * Throws `invalidExpiry`.
 */
export function settleExpiry(
  wanted: Date | null | undefined,
  options: { readonly scopes: readonly string[]; readonly policy: KeyPolicy; readonly now: Date },
): Date | null {
  const { scopes, policy, now } = options
  if (wanted instanceof Date && wanted.getTime() <= now.getTime())
    throw invalidExpiry('The expiry must be in the future')
  if (hasScope(scopes, 'scim')) return wanted ?? null
  const { daysMax } = policy
  if (wanted === undefined) return inDays(now, Math.min(keyDaysDefault, daysMax ?? keyDaysDefault))
  if (daysMax !== undefined && (wanted === null || wanted > inDays(now, daysMax)))
    throw invalidExpiry(`Keys of this organization live ${daysMax} days at most (setting keys.daysMax)`)
  return wanted
}

/** The same end, or the last one that the organization allows. */
export function capExpiry(
  end: Date | null,
  options: { readonly scopes: readonly string[]; readonly policy: KeyPolicy; readonly now: Date },
): Date | null {
  const { daysMax } = options.policy
  if (daysMax === undefined || hasScope(options.scopes, 'scim')) return end
  const last = inDays(options.now, daysMax)
  return end === null || end > last ? last : end
}

function inDays(now: Date, days: number): Date {
  return new Date(now.getTime() + days * dayMs)
}

function invalidExpiry(message: string): AccessError {
  return new AccessError('invalidExpiry', message, { field: 'expiresAt' })
}
