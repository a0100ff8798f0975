import { findFunction } from '../functions/catalogue.ts'
import { type CallExpression, type Expression, listChildren } from './ast.ts'

/** An attribute of the source that an expression names, with its zero-based offset. */
export type AttributeRead = { readonly name: string; readonly position: number }

/**
 * The attributes of the source that an expression may read, each time it names one: those that `Rollcall.Ref` goes on to
 * are among them, the value at hand within `Rollcall.Map` is none.
 *
 * @example
 * ```ts
 * import { listAttributes, parseExpression } from '@rollcall/expressions'
 *
 * const expression = parseExpression('Join(",", Rollcall.Map([emails], x, [x.value]), Rollcall.Ref([manager], "mail"))')
 * console.log(listAttributes(expression).map(({ name }) => name).join()) // emails,manager.mail
 * ```
 */
export function listAttributes(expression: Expression): readonly AttributeRead[] {
  return list(expression, [])
}

function list(expression: Expression, bound: readonly string[]): readonly AttributeRead[] {
  if (expression.kind === 'attribute')
    return isBound(expression.name, bound) ? [] : [{ name: expression.name, position: expression.position }]
  if (expression.kind !== 'call') return listChildren(expression).flatMap((part) => list(part, bound))
  const definition = findFunction(expression.name)
  const referred = definition?.reads?.({ expression })
  if (referred !== undefined) return [{ name: referred, position: expression.position }]
  const word = findBinding(expression)
  return expression.arguments.flatMap((part, index) => {
    if (part === undefined) return []
    return list(part, word !== undefined && index > word.index ? [...bound, word.name] : bound)
  })
}

function isBound(name: string, bound: readonly string[]): boolean {
  return bound.some((word) => name === word || name.startsWith(`${word}.`))
}

/** The word of a call that stands for the value at hand in the parameters behind it. */
function findBinding(call: CallExpression): { readonly name: string; readonly index: number } | undefined {
  const index = findFunction(call.name)?.parameters.findIndex(({ isBinding }) => isBinding) ?? -1
  const part = index < 0 ? undefined : call.arguments[index]
  return part?.kind === 'word' ? { name: part.name, index } : undefined
}
