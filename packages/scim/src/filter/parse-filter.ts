import { scimError } from '../errors.ts'
import { isAttributeName, splitAttributePath } from '../path/attribute-path.ts'
import type { Tolerance } from '../profile/leniencies.ts'
import type { AttributePath, CompareOperator, Filter, FilterValue } from './ast.ts'
import { type FilterLimits, filterLimits } from './limits.ts'
import { advance, createScanner, is, isAdjacent, quoteShortly, refuse, type Scanner, unexpected } from './scanner.ts'

/** What a parse may use and accept. */
export type ParseFilterOptions = { readonly limits?: FilterLimits; readonly tolerance?: Tolerance }

/**
 * Reads a filter by the grammar of RFC 7644 §3.4.2.2, figure 1.
 *
 * Operators and `and`, `or`, `not` are read without regard to case; `not` binds closer than `and`, `and` closer than `or`.
 * Throws `invalidFilter` with the position for anything else, and for a text over the limits.
 *
 * @example
 * ```ts
 * import { parseFilter, printFilter } from '@rollcall/scim'
 *
 * const filter = parseFilter('title pr OR userType Eq "Intern" and not(emails[type eq "work"])')
 * console.log(printFilter(filter)) // title pr or userType eq "Intern" and not (emails[type eq "work"])
 * ```
 */
export function parseFilter(text: string, options: ParseFilterOptions = {}): Filter {
  const parser = createParser(text, 'invalidFilter', options)
  const filter = parseOr(parser)
  if (parser.scanner.kind !== 'end') throw unexpected(parser.scanner, '"and", "or" or the end')
  return filter
}

/** The state of one parse. */
export type Parser = {
  readonly scanner: Scanner
  readonly limits: FilterLimits
  depth: number
  nodes: number
  /** Within `[…]` no further brackets may stand (valFilter of figure 1). */
  isInValuePath: boolean
}

/** A parser that stands on the first token; throws when the text is too long. */
export function createParser(text: string, code: 'invalidFilter' | 'invalidPath', options: ParseFilterOptions): Parser {
  const limits = options.limits ?? filterLimits
  if (text.length > limits.charactersMax)
    throw scimError(code, `The text has ${text.length} characters; at most ${limits.charactersMax} are read`)
  const scanner = createScanner(text, code, options.tolerance)
  return { scanner, limits, depth: 0, nodes: 0, isInValuePath: false }
}

/** Reads `[valFilter]`; the scanner stands on the opening bracket and is left behind the closing one. */
export function parseValueFilter(parser: Parser): Filter {
  const { scanner } = parser
  if (parser.isInValuePath) throw refuse(scanner, 'brackets within brackets are not part of the grammar', scanner.start)
  parser.isInValuePath = true
  enter(parser)
  const filter = parseOr(parser)
  if (scanner.kind !== ']') throw unexpected(scanner, '"and", "or" or "]"')
  leave(parser)
  parser.isInValuePath = false
  return filter
}

/** Reads the attribute path that the scanner stands on. */
export function parseAttributeWord(parser: Parser): AttributePath {
  const { scanner } = parser
  if (scanner.kind !== 'word') throw unexpected(scanner, 'an attribute name')
  const path = splitAttributePath(scanner.value, scanner.start)
  if (path === undefined) throw refuse(scanner, `${quoteShortly(scanner.value)} is no attribute path`, scanner.start)
  advance(scanner)
  return path
}

function parseOr(parser: Parser): Filter {
  return parseChain(parser, 'or', parseAnd)
}

function parseAnd(parser: Parser): Filter {
  return parseChain(parser, 'and', parseFactor)
}

function parseChain(parser: Parser, kind: 'and' | 'or', parseLink: (parser: Parser) => Filter): Filter {
  const first = parseLink(parser)
  if (!isKeyword(parser.scanner, kind)) return first
  const filters = [first]
  countNode(parser)
  while (isKeyword(parser.scanner, kind)) {
    advance(parser.scanner)
    filters.push(parseLink(parser))
  }
  return { kind, filters }
}

function parseFactor(parser: Parser): Filter {
  const { scanner } = parser
  if (scanner.kind === '(') return parseGroup(parser)
  const wordEnd = scanner.end
  const isNot = isKeyword(scanner, 'not')
  const path = parseAttributeWord(parser)
  if (isNot && is(scanner, '(')) {
    countNode(parser)
    return { kind: 'not', filter: parseGroup(parser) }
  }
  if (is(scanner, '[')) {
    if (!isAdjacent(scanner, wordEnd)) throw refuse(scanner, 'a space may not stand before "["', scanner.start)
    return parseValuePath(parser, path)
  }
  return parseCondition(parser, path)
}

function parseGroup(parser: Parser): Filter {
  enter(parser)
  const filter = parseOr(parser)
  if (parser.scanner.kind !== ')') throw unexpected(parser.scanner, '"and", "or" or ")"')
  leave(parser)
  return filter
}

function parseValuePath(parser: Parser, path: AttributePath): Filter {
  const { scanner } = parser
  countNode(parser)
  const filter = parseValueFilter(parser)
  if (scanner.kind !== 'word' || !scanner.value.startsWith('.')) return { kind: 'valuePath', path, filter }
  if (!scanner.tolerance?.allows('valuePathSubAttribute', scanner.source))
    throw refuse(scanner, 'a sub-attribute may not follow "]" in a filter', scanner.start)
  const attribute = scanner.value.slice(1)
  if (!isAttributeName(attribute)) throw refuse(scanner, 'expected one sub-attribute behind "]"', scanner.start)
  const name = { schema: undefined, attribute, subAttribute: undefined, position: scanner.start + 1 }
  advance(scanner)
  // emails[type eq "work"].value eq "x" means: one element is of type work and has the value x.
  const condition = parseCondition(parser, name)
  const filters = filter.kind === 'and' ? [...filter.filters, condition] : [filter, condition]
  return { kind: 'valuePath', path, filter: { kind: 'and', filters } }
}

const operators: ReadonlyMap<string, CompareOperator> = new Map(
  (['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const).map((operator) => [operator, operator]),
)

function parseCondition(parser: Parser, path: AttributePath): Filter {
  const { scanner } = parser
  countNode(parser)
  if (scanner.kind !== 'word') throw unexpected(scanner, 'an operator')
  const word = scanner.value.toLowerCase()
  if (word === 'pr') {
    advance(scanner)
    return { kind: 'present', path }
  }
  const operator = operators.get(word)
  if (operator === undefined)
    throw refuse(scanner, `the operator ${quoteShortly(scanner.value)} is not supported`, scanner.start)
  advance(scanner)
  const position = scanner.start
  return { kind: 'compare', path, operator, value: parseValue(scanner), position }
}

// RFC 8259 §6, which compValue refers to.
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

function parseValue(scanner: Scanner): FilterValue {
  if (scanner.kind !== 'text' && scanner.kind !== 'word')
    throw unexpected(scanner, 'a value: text in quotation marks, a number, true, false or null')
  const value = scanner.kind === 'text' ? scanner.value : toLiteral(scanner)
  advance(scanner)
  return value
}

function toLiteral(scanner: Scanner): FilterValue {
  const word = scanner.value
  if (word === 'true') return true
  if (word === 'false') return false
  if (word === 'null') return null
  if (jsonNumber.test(word)) return toFiniteNumber(scanner)
  const lower = word.toLowerCase()
  if ((lower === 'true' || lower === 'false') && scanner.tolerance?.allows('booleanText', scanner.source))
    return lower === 'true'
  const isKeywordWord = lower === 'and' || lower === 'or' || lower === 'not'
  if (!isKeywordWord && scanner.tolerance?.allows('unquotedText', scanner.source)) return word
  throw unexpected(scanner, 'a value: text in quotation marks, a number, true, false or null')
}

function toFiniteNumber(scanner: Scanner): number {
  const value = Number(scanner.value)
  if (!Number.isFinite(value)) throw refuse(scanner, 'the number is too large', scanner.start)
  // -0 and 0 are one number; JSON.stringify writes both as 0.
  return value === 0 ? 0 : value
}

function isKeyword(scanner: Scanner, keyword: string): boolean {
  return scanner.kind === 'word' && scanner.value.length === keyword.length && scanner.value.toLowerCase() === keyword
}

function enter(parser: Parser): void {
  parser.depth++
  if (parser.depth > parser.limits.depthMax)
    throw refuse(parser.scanner, `more than ${parser.limits.depthMax} levels of brackets`, parser.scanner.start)
  advance(parser.scanner)
}

function leave(parser: Parser): void {
  parser.depth--
  advance(parser.scanner)
}

function countNode(parser: Parser): void {
  parser.nodes++
  if (parser.nodes > parser.limits.nodesMax)
    throw refuse(parser.scanner, `more than ${parser.limits.nodesMax} conditions and operators`, parser.scanner.start)
}
