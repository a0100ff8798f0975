import { toText } from '../value/text.ts'
import type { Expression } from './ast.ts'

/**
 * The canonical text of an expression: one space behind commas and around operators. `parseExpression` reads it back.
 *
 * @example
 * ```ts
 * import { parseExpression, printExpression } from '@rollcall/expressions'
 *
 * console.log(printExpression(parseExpression('Replace([a],"-",,,"_",,)'))) // Replace([a], "-", , , "_", , )
 * console.log(printExpression(parseExpression('IIF((([a])=&HF),"x","y")'))) // IIF([a] = 15, "x", "y")
 * ```
 */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'text':
      return `"${expression.value.replaceAll(/["\\]/g, String.raw`\$&`)}"`
    case 'number':
      return toText(expression.value)
    case 'attribute':
      return `[${expression.name}]`
    case 'word':
      return expression.name
    case 'call':
      return `${expression.name}(${expression.arguments.map((part) => (part ? printExpression(part) : '')).join(', ')})`
    case 'compare':
      return `${printOperand(expression.left)} ${expression.operator} ${printOperand(expression.right)}`
    case 'concat':
      return expression.parts
        .map((part) => (part.kind === 'concat' ? `(${printExpression(part)})` : printOperand(part)))
        .join(' & ')
    default:
      return expression satisfies never
  }
}

function printOperand(expression: Expression): string {
  return expression.kind === 'compare' ? `(${printExpression(expression)})` : printExpression(expression)
}
