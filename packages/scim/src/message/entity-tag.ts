/** The weak entity tag of a version (RFC 7644 §3.14, RFC 9110 §8.8.3). */
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

/** Weak comparison (RFC 9110 §8.8.3.2): true when the condition names the version. */
export function matchesEntityTag(condition: EntityTagCondition, version: string): boolean {
  return condition === '*' || condition.includes(version)
}
