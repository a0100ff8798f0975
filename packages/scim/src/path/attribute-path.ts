import type { AttributePath } from '../filter/ast.ts'

/**
 * Splits a word such as `urn:…:2.0:User:name.familyName` at its last colon and then at its dot (RFC 7644 §3.10).
 * Undefined when it is no attribute path. URNs hold dots and versions, so only what follows the last colon is split.
 */
export function splitAttributePath(word: string, position: number): AttributePath | undefined {
  const colon = word.lastIndexOf(':')
  const schema = colon < 0 ? undefined : word.slice(0, colon)
  if (schema !== undefined && !isUrn(schema)) return undefined
  const dot = word.indexOf('.', colon + 1)
  const attribute = word.slice(colon + 1, dot < 0 ? word.length : dot)
  const subAttribute = dot < 0 ? undefined : word.slice(dot + 1)
  if (isAttributeName(attribute) && (subAttribute === undefined || isAttributeName(subAttribute)))
    return { schema, attribute, subAttribute, position }
  // A whole extension whose URN ends with its version: `urn:example:badge:1.0`.
  if (schema !== undefined && isVersion(word, colon + 1))
    return { schema, attribute: word.slice(colon + 1), subAttribute: undefined, position }
  return undefined
}

/** The URN that a path spells when it names a whole extension; undefined when it cannot. */
export function toWholeUrn(path: AttributePath): string | undefined {
  if (path.schema === undefined) return undefined
  const name = path.subAttribute === undefined ? path.attribute : `${path.attribute}.${path.subAttribute}`
  return `${path.schema}:${name}`
}

/** The path in the notation of RFC 7644 §3.10. */
export function printAttributePath(path: AttributePath): string {
  const name = path.subAttribute === undefined ? path.attribute : `${path.attribute}.${path.subAttribute}`
  return path.schema === undefined ? name : `${path.schema}:${name}`
}

/** ATTRNAME of RFC 7644 figure 1; a leading `$` is for `$ref` (RFC 7643 §2.4). */
export function isAttributeName(text: string): boolean {
  if (text.length === 0) return false
  const first = text.charCodeAt(0)
  if (first !== 0x24 && !isAlpha(first)) return false
  for (let i = 1; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (!isAlpha(unit) && !isDigit(unit) && unit !== 0x2d && unit !== 0x5f && unit !== 0x24) return false
  }
  return true
}

function isUrn(text: string): boolean {
  return text.length > 4 && text.slice(0, 4).toLowerCase() === 'urn:' && !text.endsWith(':')
}

function isVersion(text: string, from: number): boolean {
  if (from >= text.length || !isDigit(text.charCodeAt(from))) return false
  for (let i = from; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (!isDigit(unit) && unit !== 0x2e) return false
  }
  return true
}

function isAlpha(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a)
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39
}
