import { type AttributeSource, readSource } from '../evaluate/context.ts'
import { ExpressionError } from '../errors.ts'
import { compileRegex, type Regex } from '../regex/regex.ts'
import { isMatch } from '../regex/replace-matches.ts'
import { fromSource } from '../value/from-source.ts'
import { parseInteger } from '../value/number.ts'
import { maskText, toText } from '../value/text.ts'
import { isComplex, isEmpty, isList, type Scalar, type Value } from '../value/value.ts'
import { isInteger } from './check-scope.ts'
import type { Clause, Scope } from './scope.ts'

/**
 * Whether an object is in scope. A value that is null or empty makes every operator false but `IS NULL`, the negations
 * too; a comparison with a whole number that meets something else is an error, never silently out of scope.
 *
 * @example
 * ```ts
 * import { matchScope } from '@rollcall/expressions'
 *
 * const scope = { groups: [[{ attribute: 'employeeType', operator: 'NOT EQUALS' as const, value: 'Contractor' }]] }
 * console.log(matchScope(scope, { employeeType: 'Employee' }), matchScope(scope, {})) // true false
 * ```
 */
export function matchScope(scope: Scope, attributes: AttributeSource): boolean {
  if ('filter' in scope) return scope.filter.matches(attributes)
  if (scope.groups.length === 0) return true
  // Every clause of a group is asked, so that a mistake in the data shows whatever stands before it.
  return scope.groups.some((group) => group.map((clause) => matchClause(clause, attributes)).every(Boolean))
}

/** Whether one clause holds for an object. */
export function matchClause(clause: Clause, attributes: AttributeSource): boolean {
  return matchValue(clause, fromSource(readSource(attributes, clause.attribute)))
}

/** Whether one clause holds for a value. */
export function matchValue(clause: Clause, value: Value): boolean {
  if (clause.operator === 'IS NULL') return isEmpty(value)
  if (clause.operator === 'IS NOT NULL') return !isEmpty(value)
  if (isEmpty(value)) return clause.operator.endsWith('OR EMPTY')
  if (!isList(value)) return matchScalar(clause, value)
  const answers = value.filter((item) => !isEmpty(item)).map((item) => matchScalar(clause, item))
  if (answers.length === 0) return clause.operator.endsWith('OR EMPTY')
  return clause.quantifier === 'any' ? answers.some(Boolean) : answers.every(Boolean)
}

function matchScalar(clause: Clause, value: Value): boolean {
  if (isList(value) || isComplex(value))
    throw new ExpressionError('MultiValue', `${clause.attribute} is a complex value; name a part of it`)
  const text = toText(value)
  const operand = clause.value ?? ''
  switch (clause.operator) {
    case 'EQUALS':
      return isEqual(value, text, operand)
    case 'NOT EQUALS':
    case 'NOT EQUALS OR EMPTY':
      return !isEqual(value, text, operand)
    case 'IS TRUE':
      return text.trim().toLowerCase() === 'true'
    case 'IS FALSE':
      return text.trim().toLowerCase() === 'false'
    case 'Includes':
      return text.includes(operand)
    case 'ENDS_WITH':
      return text.endsWith(operand)
    case '&':
      return operand.includes(text)
    case '!&':
    case '!& OR EMPTY':
      return !operand.includes(text)
    default:
      return matchOther(clause, text, operand)
  }
}

function matchOther(clause: Clause, text: string, operand: string): boolean {
  switch (clause.operator) {
    case 'Greater_Than':
      return toInteger(clause, text) > toInteger(clause, operand)
    case 'Greater_Than_OR_EQUALS':
      return toInteger(clause, text) >= toInteger(clause, operand)
    case 'REGEX MATCH':
      return isMatch(toRegex(clause), text)
    case 'NOT REGEX MATCH':
    case 'NOT REGEX MATCH OR EMPTY':
      return !isMatch(toRegex(clause), text)
    default:
      throw new ExpressionError(
        'BadOperator',
        `There is no operator ${(clause.operator satisfies string).slice(0, 40)}`,
      )
  }
}

// With regard to case, but for truth values: True is how they print, true how JSON writes them.
function isEqual(value: Scalar, text: string, operand: string): boolean {
  return typeof value === 'boolean' ? text.toLowerCase() === operand.toLowerCase() : text === operand
}

function toInteger({ attribute, operator }: Clause, text: string): bigint {
  const number = isInteger(text) ? parseInteger(text) : undefined
  if (number !== undefined) return number
  throw new ExpressionError('NotAnInteger', `${operator} compares whole numbers and ${attribute} is none`, {
    sample: maskText(text),
  })
}

/** A clause is asked for every person, so its pattern is compiled once. */
const compiled = new WeakMap<Clause, Regex>()

// The examples that are published match whole values only.
function toRegex(clause: Clause): Regex {
  const known = compiled.get(clause)
  if (known !== undefined) return known
  const regex = compileRegex(clause.value ?? '', true)
  compiled.set(clause, regex)
  return regex
}
