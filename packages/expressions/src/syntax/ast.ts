/** The operators of a comparison. */
export type ComparisonOperator = '=' | '<>' | '>' | '>=' | '<' | '<='

/** A parsed expression: plain data, every node with its zero-based offset in the text. */
export type Expression =
  | { readonly kind: 'text'; readonly value: string; readonly position: number }
  /** Whole numbers beyond 2^53 are bigints: file times do not fit into a number. */
  | { readonly kind: 'number'; readonly value: number | bigint; readonly position: number }
  | { readonly kind: 'attribute'; readonly name: string; readonly position: number }
  /** A bare word such as `vbTextCompare`. */
  | { readonly kind: 'word'; readonly name: string; readonly position: number }
  | CallExpression
  | ComparisonExpression
  | { readonly kind: 'concat'; readonly parts: readonly Expression[]; readonly position: number }

/** A function with its parameters; an empty slot is undefined. */
export type CallExpression = {
  readonly kind: 'call'
  readonly name: string
  readonly arguments: readonly (Expression | undefined)[]
  readonly position: number
}

/** Two values held against each other. */
export type ComparisonExpression = {
  readonly kind: 'compare'
  readonly operator: ComparisonOperator
  readonly left: Expression
  readonly right: Expression
  readonly position: number
}

/** The parts of a node, in the order of the text. */
export function listChildren(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'call':
      return expression.arguments.filter((argument) => argument !== undefined)
    case 'compare':
      return [expression.left, expression.right]
    case 'concat':
      return expression.parts
    default:
      return []
  }
}

/**
 * All nodes of an expression, itself first.
 *
 * @example
 * ```ts
 * import { parseExpression, walk } from '@rollcall/expressions'
 *
 * const nodes = [...walk(parseExpression('Append([alias], "@x.example")'))]
 * console.log(nodes.map(({ kind }) => kind).join()) // call,attribute,text
 * ```
 */
export function* walk(expression: Expression): Generator<Expression> {
  yield expression
  for (const child of listChildren(expression)) yield* walk(child)
}
