import type { Json } from '@rollcall/scim'

/** The elements of a JSON list; undefined for anything else. `Array.isArray` forgets what is in a readonly one. */
export function listOf(value: Json | undefined): readonly Json[] | undefined {
  return Array.isArray(value) ? (value as readonly Json[]) : undefined
}
