import { findFunction } from '../functions/catalogue.ts'
import type { ValueType } from '../functions/definition.ts'
import type { CallExpression, Expression } from '../syntax/ast.ts'
import { findAttribute, type Schema, type SchemaType } from './schema.ts'

/** One thing that an expression may yield, as far as it is known without data. */
export type Result = {
  readonly expression: Expression
  readonly type: ValueType | 'complex'
  readonly isList: boolean
}

/** Everything that an expression may yield: one entry a branch. */
export function listResults(expression: Expression, source: Schema): readonly Result[] {
  switch (expression.kind) {
    case 'text':
      return [{ expression, type: 'text', isList: false }]
    case 'number':
      return [{ expression, type: 'number', isList: false }]
    case 'compare':
      return [{ expression, type: 'boolean', isList: false }]
    case 'concat':
    case 'word':
      return [{ expression, type: 'text', isList: false }]
    case 'attribute': {
      const attribute = findAttribute(source, expression.name)
      if (attribute === undefined) return [{ expression, type: 'any', isList: false }]
      return [{ expression, type: ofSchema[attribute.type], isList: attribute.isMultiValued ?? false }]
    }
    case 'call':
      return listCallResults(expression, source)
    default:
      return expression satisfies never
  }
}

const ofSchema: { readonly [type in SchemaType]: Result['type'] } = {
  string: 'text',
  // What it says is text in most sources.
  dateTime: 'text',
  reference: 'text',
  binary: 'text',
  boolean: 'boolean',
  integer: 'number',
  decimal: 'number',
  complex: 'complex',
}

function listCallResults(call: CallExpression, source: Schema): readonly Result[] {
  const definition = findFunction(call.name)
  if (definition === undefined) return []
  const { result, branches, mapsOver } = definition
  if (result === 'branches')
    return (branches?.(call.arguments.length) ?? []).flatMap((index) => {
      const argument = call.arguments[index]
      return argument === undefined ? [] : listResults(argument, source)
    })
  const first = call.arguments[mapsOver ?? 0]
  const inner = first === undefined ? [] : listResults(first, source)
  if (mapsOver !== undefined) {
    const isList = result === 'list' || inner.some((part) => part.isList)
    return [{ expression: call, type: 'text', isList }]
  }
  if (result === 'first') return inner
  return [{ expression: call, type: result, isList: result === 'list' || result === 'complexList' }]
}
