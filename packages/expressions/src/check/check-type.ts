import { parseDateTime } from '../date/parse-date-time.ts'
import { parseInteger, parseNumeric } from '../value/number.ts'
import type { Expression } from '../syntax/ast.ts'
import type { Result } from './list-results.ts'
import type { SchemaAttribute, SchemaType } from './schema.ts'

/** Why a result cannot be a value of the target attribute; undefined when it can. */
export function findMisfit(result: Result, target: SchemaAttribute): string | undefined {
  if (result.isList && !target.isMultiValued)
    return `a list does not fit ${target.name}, which has one value; use Item or Join`
  if (result.type === 'any') return undefined
  const isComplex = result.type === 'complex' || result.type === 'complexList'
  if (isComplex !== (target.type === 'complex')) {
    // The values of a list are not known here.
    if (result.type === 'list') return undefined
    return isComplex ? `a complex value does not fit ${target.name}` : `${target.name} is complex; map its parts`
  }
  if (isComplex || isOfType(result, target.type)) return undefined
  return describeMisfit(result.expression, target)
}

function isOfType({ type, expression }: Result, target: SchemaType): boolean {
  if (target === 'string' || target === 'reference' || target === 'binary') return true
  if (expression.kind === 'text') return expression.value === '' || saysOne(expression.value, target)
  // What a text or a list holds is known with the data only.
  if (type === 'list' || type === 'text') return true
  return type === (target === 'integer' || target === 'decimal' ? 'number' : target)
}

function saysOne(text: string, target: SchemaType): boolean {
  switch (target) {
    case 'boolean':
      return /^(?:true|false)$/i.test(text)
    case 'integer':
      return isWhole(text)
    case 'decimal':
      return parseNumeric(text) !== undefined
    case 'dateTime':
      return parseDateTime(text) !== undefined
    default:
      return target !== 'complex'
  }
}

function isWhole(text: string): boolean {
  const number = parseNumeric(text)
  return number !== undefined && Number(number) === Number(parseInteger(text))
}

function describeMisfit(expression: Expression, target: SchemaAttribute): string {
  const what = expression.kind === 'text' ? `"${expression.value.slice(0, 40)}"` : 'this'
  const needed = target.type === 'boolean' ? '"True" or "False"' : `a value of type ${target.type}`
  return `${what} does not fit ${target.name}, which takes ${needed}`
}
