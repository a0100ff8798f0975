import type { SourceRules } from '@rollcall/admin-api'
import { ExpressionError, toTargetValue } from '@rollcall/expressions'
import { isJsonObject, type Json, type JsonObject } from '@rollcall/scim'

type ColumnDocument = SourceRules['columns'][string]

/** Columns that need more than to be read: a type, a value, secrecy. */
export type Columns = ReadonlyMap<string, ColumnDocument>

/** A value that its column does not take, or that it lacks. */
export class ColumnError extends Error {
  override readonly name = 'ColumnError'
  readonly reason: 'columnType' | 'columnMissing'
  readonly column: string

  constructor(reason: ColumnError['reason'], column: string, detail: string) {
    super(detail)
    this.reason = reason
    this.column = column
  }
}

export function compileColumns(document: SourceRules['columns']): Columns {
  return new Map(Object.entries(document))
}

/**
 * What a record says, by column and in the types that the rules give the columns; what is empty is not there. Throws ColumnError for
 * the first value that its column does not take.
 */
export function readColumns(columns: Columns, attributes: JsonObject): JsonObject {
  // Nothing is inherited, since the names are somebody else's: `__proto__` is a column, and `toString` has no value.
  const read = Object.create(null) as Record<string, Json>
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || isEmpty(value)) continue
    const type = columns.get(name)?.type ?? 'string'
    read[name] = type === 'string' ? value : convert(name, type, value)
  }
  for (const [name, { isRequired }] of columns)
    if (isRequired && read[name] === undefined)
      throw new ColumnError('columnMissing', name, `Column "${name}" must have a value`)
  return read
}

/** Null, nothing but spaces, and lists and objects of nothing. */
function isEmpty(value: Json): boolean {
  if (value === null) return true
  if (typeof value === 'string') return value.trim() === ''
  if (Array.isArray(value)) return value.length === 0
  return isJsonObject(value) && Object.keys(value).length === 0
}

type TypedColumn = Exclude<ColumnDocument['type'], 'string'>

function convert(column: string, type: TypedColumn, value: Json): Json {
  const converted = typeof value === 'object' ? undefined : converters[type](value ?? '')
  if (converted !== undefined) return converted
  // What is wrong is shown where the record is: never in an error.
  throw new ColumnError('columnType', column, `Column "${column}" takes ${typeNames[type]}, and the value is none`)
}

const typeNames: { readonly [type in TypedColumn]: string } = {
  number: 'a number such as 12 or 0.5',
  boolean: 'true or false, yes or no, 1 or 0',
  date: 'a date such as 2026-11-26',
  dateTime: 'a date and time such as 2026-11-26T09:30:00Z',
}

type Scalar = string | number | boolean

const converters: { readonly [type in TypedColumn]: (value: Scalar) => Json | undefined } = {
  number: (value) => (typeof value === 'number' ? value : toNumber(String(value).trim())),
  boolean: (value) => (typeof value === 'boolean' ? value : booleans.get(String(value).trim().toLowerCase())),
  date: (value) => toInstant(value)?.slice(0, 10),
  dateTime: toInstant,
}

const booleans = new Map(
  (['true', 'yes', 'y', 't', 'on', '1'] as const)
    .map((text): [string, boolean] => [text, true])
    .concat((['false', 'no', 'n', 'f', 'off', '0'] as const).map((text) => [text, false])),
)

function toNumber(text: string): number | undefined {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return undefined
  const number = Number(text)
  return Number.isFinite(number) ? number : undefined
}

/** ISO 8601, also as HR systems abbreviate it: `20261126`, `2026/11/26`. */
function toInstant(value: Scalar): string | undefined {
  const text = String(value)
    .trim()
    .replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3')
    .replace(/^(\d{4})\/(\d{1,2})\/(\d{1,2})/, '$1-$2-$3')
  try {
    const instant = toTargetValue(text, { name: '', type: 'dateTime' })
    return typeof instant === 'string' ? instant : undefined
  } catch (error) {
    if (error instanceof ExpressionError) return undefined
    throw error
  }
}
