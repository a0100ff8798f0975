import { scimError, type Attribute, type CompareOperator } from '@rollcall/scim'
import { raw, sql, sqlFalse, type Fragment } from './fragment.ts'

/** One comparison with a folded literal. */
export type Comparison = { readonly operator: CompareOperator; readonly value: string | number | boolean }

/** True where the condition is false or unknown: a missing value fulfils every negation. */
export function negate(condition: Fragment): Fragment {
  return sql`((${condition}) is not true)`
}

/** Compares text, by code point; unknown where the text is null, but `ne` holds there. */
export function compareText(text: Fragment, { operator, value }: Comparison): Fragment {
  if (typeof value !== 'string') return sqlFalse
  assertWellFormed(value)
  const end = value.indexOf('\0')
  if (end >= 0) return compareBeyond(text, operator, value.slice(0, end))
  switch (operator) {
    case 'eq':
      return sql`${text} = ${value}`
    case 'ne':
      return negate(sql`${text} = ${value}`)
    case 'co':
    case 'sw':
    case 'ew':
      return sql`${text} like ${toPattern(operator, value)}`
    default:
      return sql`${text} collate "C" ${orderSigns[operator]} ${value}`
  }
}

/** A lone surrogate cannot be sent to PostgreSQL, and nothing stored holds one; throws `invalidFilter`. */
export function assertWellFormed(value: string): void {
  if (!value.isWellFormed()) throw scimError('invalidFilter', 'A value of the filter is not valid Unicode')
}

const orderSigns = { gt: raw('>'), ge: raw('>='), lt: raw('<'), le: raw('<=') }

/**
 * PostgreSQL stores no U+0000, so nothing equals or contains a text with one,
 * and it lies directly behind the part before it.
 */
function compareBeyond(text: Fragment, operator: CompareOperator, before: string): Fragment {
  switch (operator) {
    case 'eq':
    case 'co':
    case 'sw':
    case 'ew':
      return sqlFalse
    case 'ne':
      return raw('true')
    case 'gt':
    case 'ge':
      return sql`${text} collate "C" > ${before}`
    case 'lt':
    case 'le':
      return sql`${text} collate "C" <= ${before}`
    default:
      return operator satisfies never
  }
}

/** The value as a LIKE pattern in which nothing of it is a wildcard. */
export function toPattern(operator: 'co' | 'sw' | 'ew', value: string): string {
  const literal = value.replaceAll(/[\\%_]/g, '\\$&')
  return `${operator === 'sw' ? '' : '%'}${literal}${operator === 'ew' ? '' : '%'}`
}

/** Compares a value of a search document; unknown where it is missing, but `ne` holds there. */
export function compareJson(json: Fragment, attribute: Attribute, comparison: Comparison): Fragment {
  const { operator, value } = comparison
  if (typeof value === 'string') return compareText(sql`(${json} #>> '{}')`, comparison)
  const literal = sql`${JSON.stringify(value)}::jsonb`
  if (operator === 'eq') return sql`${json} = ${literal}`
  if (operator === 'ne') return negate(sql`${json} = ${literal}`)
  if (operator === 'co' || operator === 'sw' || operator === 'ew' || attribute.type === 'boolean') return sqlFalse
  return sql`(jsonb_typeof(${json}) = 'number' and ${json} ${orderSigns[operator]} ${literal})`
}

/** Compares a column of instants that keeps milliseconds with an instant that has nanoseconds. */
export function compareInstant(column: Fragment, { operator, value }: Comparison): Fragment {
  if (typeof value !== 'string') return sqlFalse
  if (operator === 'co' || operator === 'sw' || operator === 'ew')
    return compareText(sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"000000Z"')`, {
      operator,
      value,
    })
  // PostgreSQL has no year 0, and no resource is that old.
  const instant = value.startsWith('0000')
    ? sql`'-infinity'::timestamptz`
    : sql`${`${value.slice(0, 23)}Z`}::timestamptz`
  const isBetween = value.slice(23, 29) !== '000000'
  switch (operator) {
    case 'eq':
      return isBetween ? sqlFalse : sql`${column} = ${instant}`
    case 'ne':
      return isBetween ? raw('true') : sql`${column} <> ${instant}`
    case 'gt':
      return sql`${column} > ${instant}`
    case 'ge':
      return isBetween ? sql`${column} > ${instant}` : sql`${column} >= ${instant}`
    case 'lt':
      return isBetween ? sql`${column} <= ${instant}` : sql`${column} < ${instant}`
    case 'le':
      return sql`${column} <= ${instant}`
    default:
      return operator satisfies never
  }
}
