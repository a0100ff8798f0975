import { ScimClientError } from './client-error.ts'

/** One operation of a PATCH (RFC 7644 §3.5.2). */
export type PatchOperationInput =
  | { readonly op: 'add' | 'replace'; readonly path?: string; readonly value: unknown }
  /** `value` is no part of the RFC: some servers take a list of members there. */
  | { readonly op: 'remove'; readonly path: string; readonly value?: unknown }

/**
 * Adds a value: to a list another element, to anything else the value itself. Without a path the value is an object
 * of attributes.
 *
 * @example
 * ```ts
 * import { add } from '@rollcall/scim/client'
 *
 * console.log(JSON.stringify(add('emails', [{ type: 'work', value: 'bo@example.com' }]))) // {"op":"add","path":"emails","value":[{"type":"work","value":"bo@example.com"}]}
 * ```
 */
export function add(path: string | undefined, value: unknown): PatchOperationInput {
  return path === undefined ? { op: 'add', value } : { op: 'add', path, value }
}

/**
 * Replaces what is at the path; a list is replaced as a whole. Without a path the value is an object of attributes.
 *
 * @example
 * ```ts
 * import { replace } from '@rollcall/scim/client'
 *
 * console.log(JSON.stringify(replace('active', false))) // {"op":"replace","path":"active","value":false}
 * ```
 */
export function replace(path: string | undefined, value: unknown): PatchOperationInput {
  return path === undefined ? { op: 'replace', value } : { op: 'replace', path, value }
}

/**
 * Removes what is at the path.
 *
 * @example
 * ```ts
 * import { element, eq, remove } from '@rollcall/scim/client'
 *
 * const path = element('emails', eq('type', 'home')).text
 * console.log(JSON.stringify(remove(path))) // {"op":"remove","path":"emails[type eq \"home\"]"}
 * ```
 */
export function remove(path: string): PatchOperationInput {
  if (path === '') throw new ScimClientError('invalidRequest', 'remove needs a path (RFC 7644 §3.5.2.2)')
  return { op: 'remove', path }
}

/**
 * Adds members to a group, all in one operation, by their SCIM ids.
 *
 * @example
 * ```ts
 * import { addMembers } from '@rollcall/scim/client'
 *
 * console.log(JSON.stringify(addMembers(['u1', 'u2']))) // [{"op":"add","path":"members","value":[{"value":"u1"},{"value":"u2"}]}]
 * ```
 */
export function addMembers(ids: readonly string[]): readonly PatchOperationInput[] {
  return ids.length === 0
    ? []
    : [
        add(
          'members',
          ids.map((value) => ({ value })),
        ),
      ]
}

/**
 * Removes members from a group by their SCIM ids, one operation each: a `remove` of `members` with a list of values
 * empties the whole group on servers that keep to the letter of RFC 7644 §3.5.2.2.
 *
 * @example
 * ```ts
 * import { removeMembers } from '@rollcall/scim/client'
 *
 * console.log(JSON.stringify(removeMembers(['u1']))) // [{"op":"remove","path":"members[value eq \"u1\"]"}]
 * ```
 */
export function removeMembers(ids: readonly string[]): readonly PatchOperationInput[] {
  return ids.map((id) => remove(`members[value eq ${JSON.stringify(id)}]`))
}
