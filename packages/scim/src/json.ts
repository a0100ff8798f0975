/** Any value that JSON can hold, as `JSON.parse` gives it. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

/** A JSON object. Keys are data until the schema registry has resolved them. */
export type JsonObject = { readonly [key: string]: Json | undefined }

/**
 * True for a JSON object: not null, not an array.
 *
 * @example
 * ```ts
 * import { isJsonObject } from '@rollcall/scim'
 *
 * console.log(isJsonObject({}), isJsonObject([]), isJsonObject(null)) // true false false
 * ```
 */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * True for a JSON list; unlike `Array.isArray` it leaves the type of the elements known.
 *
 * @example
 * ```ts
 * import { isJsonArray } from '@rollcall/scim'
 *
 * console.log(isJsonArray([]), isJsonArray({}), isJsonArray('text')) // true false false
 * ```
 */
export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}
