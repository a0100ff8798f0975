import { ownPrefix } from '../limits.ts'
import { type Expression, walk } from './ast.ts'

/**
 * The functions of an expression that Entra does not know; empty when it can be pasted there.
 *
 * @example
 * ```ts
 * import { listUnportable, parseExpression } from '@rollcall/expressions'
 *
 * const expression = parseExpression('IIF(Rollcall.And([a] = "x", [b] = "y"), "1", "0")')
 * console.log(listUnportable(expression).join()) // Rollcall.And
 * ```
 */
export function listUnportable(expression: Expression): readonly string[] {
  const names = [...walk(expression)].flatMap((node) => (node.kind === 'call' ? [node.name] : []))
  return [...new Set(names)].filter((name) => name.startsWith(ownPrefix))
}
