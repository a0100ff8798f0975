import { ExpressionError } from '../errors.ts'
import { type ExpressionLimits, expressionLimits } from '../limits.ts'
import { narrow, type Numeric } from '../value/number.ts'
import type { ComparisonOperator, Expression } from './ast.ts'
import { checkCalls } from './check-calls.ts'
import { advance, createScanner, refuse, type Scanner, unexpected } from './scanner.ts'

/** What a parse may use and accept. */
export type ParseExpressionOptions = {
  readonly limits?: ExpressionLimits
  /** Take `tolower` for `ToLower`; Entra does not, so it is off unless asked for. The tree has the proper name. */
  readonly ignoresCase?: boolean
}

/**
 * Reads an expression and refuses what can be known to be wrong without data: syntax, names of functions, number of
 * parameters, words, intervals, cultures, date formats and patterns.
 *
 * @example
 * ```ts
 * import { ExpressionError, parseExpression, printExpression } from '@rollcall/expressions'
 *
 * console.log(printExpression(parseExpression('ToLower( [mail] )'))) // ToLower([mail])
 * try {
 *   parseExpression('Apend([mail], "x")')
 * } catch (error) {
 *   if (error instanceof ExpressionError) console.log(error.code, error.position, error.suggestion) // UnknownFunction 0 Append
 * }
 * ```
 */
export function parseExpression(text: string, options: ParseExpressionOptions = {}): Expression {
  const limits = options.limits ?? expressionLimits
  if (text.length > limits.charactersMax)
    throw new ExpressionError(
      'TooLong',
      `The expression has ${text.length} characters; at most ${limits.charactersMax} are read`,
    )
  const parser: Parser = { scanner: createScanner(text), limits, depth: 0, nodes: 0 }
  const expression = parseComparison(parser)
  if (parser.scanner.kind !== 'end') throw unexpected(parser.scanner, 'an operator or the end')
  return checkCalls(expression, { ignoresCase: options.ignoresCase ?? false })
}

type Parser = { readonly scanner: Scanner; readonly limits: ExpressionLimits; depth: number; nodes: number }

const operators: ReadonlySet<string> = new Set<ComparisonOperator>(['=', '<>', '>', '>=', '<', '<='])

function parseComparison(parser: Parser): Expression {
  const { scanner } = parser
  const left = parseConcat(parser)
  if (!operators.has(scanner.kind)) return left
  // `operators` has been asked.
  const operator = scanner.kind as ComparisonOperator
  const position = scanner.start
  countNode(parser)
  advance(scanner)
  const right = parseConcat(parser)
  if (operators.has(scanner.kind)) throw refuse('comparisons cannot be chained; nest IIF instead', scanner.start)
  return { kind: 'compare', operator, left, right, position }
}

function parseConcat(parser: Parser): Expression {
  const { scanner } = parser
  const first = parsePrimary(parser)
  if (scanner.kind !== '&') return first
  const parts = [first]
  countNode(parser)
  while (is(scanner, '&')) {
    advance(scanner)
    parts.push(parsePrimary(parser))
  }
  return { kind: 'concat', parts, position: first.position }
}

function parsePrimary(parser: Parser): Expression {
  const { scanner } = parser
  const { kind, value, start: position } = scanner
  countNode(parser)
  switch (kind) {
    case 'text':
      advance(scanner)
      return { kind: 'text', value, position }
    case 'number':
      advance(scanner)
      return { kind: 'number', value: toNumber(value), position }
    case 'attribute':
      advance(scanner)
      return { kind: 'attribute', name: value, position }
    case 'word':
      advance(scanner)
      return is(scanner, '(') ? parseCall(parser, value, position) : { kind: 'word', name: value, position }
    case '(':
      return parseGroup(parser)
    default:
      throw unexpected(scanner, 'a value: text in quotation marks, a number, an [attribute] or a function')
  }
}

function parseGroup(parser: Parser): Expression {
  const { scanner } = parser
  const { start } = scanner
  enter(parser)
  const expression = parseComparison(parser)
  if (scanner.kind === 'end') throw refuse('"(" is not closed', start)
  if (scanner.kind !== ')') throw unexpected(scanner, 'an operator or ")"')
  leave(parser)
  return expression
}

function parseCall(parser: Parser, name: string, position: number): Expression {
  const { scanner } = parser
  const open = scanner.start
  enter(parser)
  const parameters: (Expression | undefined)[] = []
  while (scanner.kind !== ')' || parameters.length > 0) {
    // An empty slot: the parameter is not given.
    parameters.push(scanner.kind === ',' || scanner.kind === ')' ? undefined : parseComparison(parser))
    countNode(parser)
    if (scanner.kind === ')') break
    if (scanner.kind === 'end') throw refuse(`"(" of ${name} is not closed`, open)
    if (scanner.kind !== ',') throw unexpected(scanner, '"," or ")"')
    advance(scanner)
  }
  leave(parser)
  return { kind: 'call', name, arguments: parameters, position }
}

function toNumber(digits: string): Numeric {
  if (digits.startsWith('&H')) return narrow(BigInt(`0x${digits.slice(2)}`))
  if (digits.includes('.')) return Number(digits)
  return narrow(BigInt(digits))
}

function is(scanner: Scanner, kind: Scanner['kind']): boolean {
  return scanner.kind === kind
}

function enter(parser: Parser): void {
  parser.depth++
  if (parser.depth > parser.limits.depthMax)
    throw tooMuch(`more than ${parser.limits.depthMax} levels of parentheses`, parser.scanner.start)
  advance(parser.scanner)
}

function leave(parser: Parser): void {
  parser.depth--
  advance(parser.scanner)
}

function countNode(parser: Parser): void {
  parser.nodes++
  if (parser.nodes > parser.limits.nodesMax)
    throw tooMuch(`more than ${parser.limits.nodesMax} values and functions`, parser.scanner.start)
}

function tooMuch(problem: string, position: number): ExpressionError {
  return new ExpressionError('TooLong', `The expression is too large: ${problem}`, { position })
}
