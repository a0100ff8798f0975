import { scimError } from '../errors.ts'
import { foldDateTime } from '../fold.ts'
import type { Json } from '../json.ts'
import type { Attribute } from '../schema/attribute.ts'
import type { ValueContext } from './value-context.ts'

/** Checks one simple value against its type (RFC 7643 §2.3) and gives it back as it was sent; throws `invalidValue`. */
export function normaliseScalar(attribute: Attribute, value: unknown, at: string, context: ValueContext): Json {
  switch (attribute.type) {
    case 'string':
      if (typeof value === 'string') return normaliseText(value, at)
      throw wrongType(at, 'a text')
    case 'boolean':
      return normaliseBoolean(value, at, context)
    case 'integer':
    case 'decimal':
      return normaliseNumber(attribute.type, value, at, context)
    case 'dateTime':
      if (typeof value === 'string' && foldDateTime(value) !== undefined) return value
      throw wrongType(at, 'a date and time such as 2011-05-13T04:42:34Z')
    case 'binary':
      if (typeof value === 'string' && isBase64(value)) return value
      throw wrongType(at, 'base64 text')
    case 'reference':
      if (typeof value === 'string' && !notInReference.test(value) && value.isWellFormed()) return value
      throw wrongType(at, 'a URI')
    case 'complex':
      throw wrongType(at, 'an object')
    default: {
      const never: never = attribute.type
      throw wrongType(at, `a value of type ${String(never)}`)
    }
  }
}

// RFC 7643 §2.3.1: characters that UTF-8 can carry, which half a surrogate pair is not. U+0000 is legal JSON, but ends
// texts in many stores and programs behind them: refused here, no two stores can differ about it.
function normaliseText(value: string, at: string): string {
  if (value.includes('\0') || !value.isWellFormed())
    throw wrongType(at, 'valid Unicode text without the character U+0000')
  return value
}

/** The `invalidValue` that says what an attribute must be. */
export function wrongType(at: string, expected: string): Error {
  return scimError('invalidValue', `"${at}" must be ${expected}`)
}

// What RFC 3986 excludes; letters beyond ASCII pass, since clients send them and they can be encoded.
const notInReference = /[\x00-\x20\x7f<>"{}|\\^`]/

// RFC 7643 §2.3.6: padding may be left out.
function isBase64(value: string): boolean {
  const digits = value.replace(/={1,2}$/, '')
  if (digits.length % 4 === 1 || (digits.length !== value.length && value.length % 4 !== 0)) return false
  return /^[A-Za-z0-9+/]*$/.test(digits)
}

function normaliseBoolean(value: unknown, at: string, context: ValueContext): boolean {
  if (typeof value === 'boolean') return value
  if (typeof value === 'string') {
    const word = value.toLowerCase()
    if ((word === 'true' || word === 'false') && context.tolerance.allows('booleanText', at)) return word === 'true'
  }
  throw wrongType(at, 'true or false')
}

const numberText = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

function normaliseNumber(type: 'integer' | 'decimal', value: unknown, at: string, context: ValueContext): number {
  const number = toNumber(value, at, context)
  // RFC 7643 §2.3.4: an integer has no fraction.
  if (number !== undefined && (type === 'decimal' || Number.isSafeInteger(number))) return number
  throw wrongType(at, type === 'decimal' ? 'a number' : 'a whole number')
}

function toNumber(value: unknown, at: string, context: ValueContext): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string' || value.length > 40 || !numberText.test(value)) return undefined
  if (!context.tolerance.allows('lexicalNumbers', at)) return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}
