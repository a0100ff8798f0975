import { scimError } from '../errors.ts'
import { isJsonArray, type Json, type JsonObject, isJsonObject } from '../json.ts'

/**
 * Parses a body strictly: JSON, one object, no key twice, not nested deeper than `depthMax`.
 *
 * Throws `invalidSyntax` that names the key or the position. Linear in the length of the text; nothing is built before
 * the depth is known.
 *
 * @example
 * ```ts
 * import { parseJsonObject } from '@rollcall/scim'
 *
 * console.log(parseJsonObject('{"userName":"bjensen"}', { depthMax: 32 })['userName']) // bjensen
 * ```
 */
export function parseJsonObject(text: string, options: { readonly depthMax: number }): JsonObject {
  const keysWritten = countKeys(text, options.depthMax)
  const value = parseText(text)
  if (!isJsonObject(value)) throw scimError('invalidSyntax', 'The body must be a JSON object')
  // JSON.parse keeps the last of two equal keys, so a body with a key twice comes out with fewer keys than it has colons.
  if (countKeysKept(value) !== keysWritten)
    throw scimError('invalidSyntax', `The key ${findDuplicateKey(text)} stands twice in one object`)
  return value
}

function parseText(text: string): Json {
  if (text.trim() === '') throw scimError('invalidSyntax', 'The body is empty; a JSON object is needed')
  try {
    // JSON.parse answers with JSON; its declared type is any.
    return JSON.parse(text) as Json
  } catch (cause) {
    throw scimError('invalidSyntax', 'The body is not well-formed JSON', { cause })
  }
}

/** Colons outside of strings: one for every key. Malformed text is left for JSON.parse to refuse. */
function countKeys(text: string, depthMax: number): number {
  let keys = 0
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: // "
        i = endOfString(text, i)
        break
      case 0x3a: // :
        keys++
        break
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > depthMax)
          throw scimError('invalidSyntax', `The body is nested deeper than ${depthMax} levels`, { position: i })
        break
      case 0x5d: // ]
      case 0x7d: // }
        depth--
        break
      default:
    }
  }
  return keys
}

/** Index of the quote that closes the string opened at `start`; the end of the text when none does. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end === -1 ? text.length : end
}

function isEscaped(text: string, index: number): boolean {
  let backslashes = 0
  while (text.charCodeAt(index - 1 - backslashes) === 0x5c) backslashes++
  return backslashes % 2 === 1
}

function countKeysKept(value: Json | undefined): number {
  if (typeof value !== 'object' || value === null) return 0
  if (isJsonArray(value)) {
    let kept = 0
    for (const element of value) kept += countKeysKept(element)
    return kept
  }
  const children = Object.values(value)
  let kept = children.length
  for (const child of children) if (typeof child === 'object') kept += countKeysKept(child)
  return kept
}

/** Runs only on text that JSON.parse accepted and that has a key twice. */
function findDuplicateKey(text: string): string {
  const open: (Set<string> | undefined)[] = []
  let last = ''
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === '"') {
      const end = endOfString(text, i)
      last = text.slice(i, end + 1)
      i = end
    } else if (character === '{') open.push(new Set())
    else if (character === '[') open.push(undefined)
    else if (character === '}' || character === ']') open.pop()
    else if (character === ':') {
      const keys = open.at(-1)
      const key = String(JSON.parse(last))
      if (keys?.has(key) === true) return JSON.stringify(key)
      keys?.add(key)
    }
  }
  return last
}
