/**
 * The weak entity tag of a version (RFC 7644 §3.14, RFC 9110 §8.8.3).
 *
 * @example
 * ```ts
 * import { toEntityTag } from '@rollcall/scim'
 *
 * console.log(toEntityTag('e180ee84f0671b1')) // W/"e180ee84f0671b1"
 * ```
 */
export function toEntityTag(version: string): string {
  return `W/"${version}"`
}

/** What an If-Match or If-None-Match header asks for: `*`, or the versions named. */
export type EntityTagCondition = '*' | readonly string[]

/**
 * Reads If-Match or If-None-Match: `*` or a list of tags, weak or strong, commas inside quotes kept.
 * A tag without quotes, as bulk requests carry it, counts as a whole.
 *
 * @example
 * ```ts
 * import { parseEntityTags } from '@rollcall/scim'
 *
 * console.log(parseEntityTags('W/"1", "2"')) // [ '1', '2' ]
 * ```
 */
export function parseEntityTags(text: string): EntityTagCondition {
  const trimmed = text.trim()
  if (trimmed === '*') return '*'
  const tags = trimmed.match(/(?:W\/)?"[^"]*"|[^\s,"]+/gi) ?? []
  return tags.map((tag) => tag.replace(/^W\/(?=")/i, '').replace(/^"|"$/g, ''))
}

/**
 * Weak comparison (RFC 9110 §8.8.3.2): true when the condition names the version.
 *
 * @example
 * ```ts
 * import { matchesEntityTag, parseEntityTags } from '@rollcall/scim'
 *
 * console.log(matchesEntityTag(parseEntityTags('W/"1", "2"'), '2'), matchesEntityTag('*', '3')) // true true
 * ```
 */
export function matchesEntityTag(condition: EntityTagCondition, version: string): boolean {
  return condition === '*' || condition.includes(version)
}
