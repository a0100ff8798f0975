import { scimError } from '../errors.ts'
import { foldCase, foldDateTime } from '../fold.ts'
import type { Tolerance } from '../profile/leniencies.ts'
import type { Attribute } from '../schema/attribute.ts'
import type { CompareOperator, FilterValue } from './ast.ts'
import { quoteShortly } from './scanner.ts'

/** How names and values are bound: what may be accepted, and the code of the error when not. */
export type BindContext = {
  readonly code: 'invalidFilter' | 'invalidPath'
  readonly tolerance: Tolerance | undefined
}

/** A comparison as it was written, with the attribute found. */
export type Comparison = {
  readonly attribute: Attribute
  readonly operator: CompareOperator
  readonly value: Exclude<FilterValue, null>
  /** Of the value in the text, for the error. */
  readonly position: number
}

/**
 * Checks operator and value against the type of the attribute (RFC 7644 §3.4.2.2, table 3) and folds the value.
 * Throws when they do not go together.
 */
export function bindValue(comparison: Comparison, context: BindContext): string | number | boolean {
  checkOperator(comparison, context)
  const { attribute, value } = comparison
  switch (attribute.type) {
    case 'string':
    case 'reference':
    case 'binary':
      if (typeof value !== 'string') throw mismatch(comparison, context, 'text in quotation marks')
      return attribute.caseExact ? value : foldCase(value)
    case 'boolean':
      return bindBoolean(comparison, context)
    case 'integer':
    case 'decimal':
      return bindNumber(comparison, context)
    case 'dateTime':
      return bindDateTime(comparison, context)
    case 'complex':
      throw scimError(context.code, `${attribute.name} is complex; name one of its sub-attributes`)
    default:
      return attribute.type satisfies never
  }
}

function checkOperator({ attribute, operator, position }: Comparison, context: BindContext): void {
  const isSubstring = operator === 'co' || operator === 'sw' || operator === 'ew'
  const isOrder = operator === 'gt' || operator === 'ge' || operator === 'lt' || operator === 'le'
  const { type } = attribute
  const isRefused =
    (isOrder && (type === 'boolean' || type === 'binary')) ||
    (isSubstring && (type === 'boolean' || type === 'integer' || type === 'decimal'))
  if (isRefused)
    throw scimError(context.code, `${attribute.name} is of type ${type}, which cannot be compared by "${operator}"`, {
      position,
    })
}

function bindBoolean(comparison: Comparison, context: BindContext): boolean {
  const { value, attribute } = comparison
  if (typeof value === 'boolean') return value
  const text = typeof value === 'string' ? value.toLowerCase() : ''
  const isBooleanText = text === 'true' || text === 'false'
  if (isBooleanText && context.tolerance?.allows('booleanText', attribute.name)) return text === 'true'
  throw mismatch(comparison, context, 'true or false')
}

function bindNumber(comparison: Comparison, context: BindContext): number {
  const { value, attribute } = comparison
  if (typeof value === 'number') return value
  const isNumberText = typeof value === 'string' && /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(value)
  const number = isNumberText ? Number(value) : Number.NaN
  if (Number.isFinite(number) && context.tolerance?.allows('lexicalNumbers', attribute.name)) return number
  throw mismatch(comparison, context, 'a number')
}

// co, sw and ew look into the folded UTC text, so that they mean the same in memory and in SQL.
function bindDateTime(comparison: Comparison, context: BindContext): string {
  const { value, operator } = comparison
  if (typeof value !== 'string') throw mismatch(comparison, context, 'a dateTime in quotation marks')
  const isSubstring = operator === 'co' || operator === 'sw' || operator === 'ew'
  if (isSubstring) return (/(?:z|[+-]\d\d:\d\d)$/i.test(value) ? foldDateTime(value) : undefined) ?? value.toUpperCase()
  const instant = foldDateTime(value)
  if (instant === undefined) throw mismatch(comparison, context, 'a dateTime such as "2011-05-13T04:42:34Z"')
  return instant
}

function mismatch({ attribute, value, position }: Comparison, context: BindContext, expected: string): Error {
  const found = typeof value === 'string' ? quoteShortly(value) : String(value)
  return scimError(
    context.code,
    `${attribute.name} is of type ${attribute.type}: expected ${expected}, found ${found}`,
    {
      position,
    },
  )
}
