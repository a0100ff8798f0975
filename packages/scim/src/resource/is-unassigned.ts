/**
 * True for every way to say "no value": undefined, `null`, `[]` and `{}` are one state (RFC 7643 §2.5).
 *
 * @example
 * ```ts
 * import { isUnassigned } from '@rollcall/scim'
 *
 * console.log(isUnassigned([]), isUnassigned(''), isUnassigned(false)) // true false false
 * ```
 */
export function isUnassigned(value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (typeof value !== 'object') return false
  if (Array.isArray(value)) return value.length === 0
  for (const _ in value) return false
  return true
}
