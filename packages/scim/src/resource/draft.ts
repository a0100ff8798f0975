import type { JsonObject } from '../json.ts'
import type { BoundElementFilter } from '../filter/ast.ts'

/** One member of a group as a client names it (RFC 7643 §4.2). */
export type MemberInput = {
  /** The `id` of a user or group; taken from `$ref` when only that was given. */
  readonly value: string
  /** As the client said it; the store knows better. */
  readonly type: 'User' | 'Group' | undefined
}

/**
 * What a client wants to store: canonical names, checked types, no readOnly attribute, nothing unassigned.
 * `schemas` and `externalId` stand in `attributes`; `id`, `meta`, `groups` never do.
 */
export type ResourceDraft = {
  readonly attributes: JsonObject
  /** writeOnly values such as `password`: never stored as they are, never answered, never logged. */
  readonly writeOnly: JsonObject
  /** Of a group; undefined: the client did not speak of members. Without duplicates. */
  readonly members: readonly MemberInput[] | undefined
}

/** How memberships change, in this order. A store applies the steps without loading the members. */
export type MemberStep =
  | { readonly kind: 'add'; readonly members: readonly MemberInput[] }
  | { readonly kind: 'remove'; readonly values: readonly string[] }
  | { readonly kind: 'removeWhere'; readonly filter: BoundElementFilter }
  | { readonly kind: 'replace'; readonly members: readonly MemberInput[] }

/** One attribute that differs, by its path in canonical spelling; undefined: unassigned. Never a writeOnly value. */
export type AttributeChange = {
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}
