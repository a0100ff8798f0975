import { ExpressionError } from '../errors.ts'

/** What stands at a place of the text; operators and brackets stand for themselves. */
export type TokenKind =
  | 'text'
  | 'number'
  | 'attribute'
  | 'word'
  | '('
  | ')'
  | ','
  | '&'
  | '='
  | '<>'
  | '>'
  | '>='
  | '<'
  | '<='
  | 'end'

/** Reads an expression token by token; `kind`, `value`, `start` and `end` describe the current one. */
export type Scanner = {
  readonly source: string
  kind: TokenKind
  /** The decoded text, the name, or the digits. */
  value: string
  start: number
  end: number
}

/** A scanner that stands on the first token. */
export function createScanner(source: string): Scanner {
  const scanner: Scanner = { source, kind: 'end', value: '', start: 0, end: 0 }
  advance(scanner)
  return scanner
}

/** A syntax error at a place; people count from 1. */
export function refuse(problem: string, position: number, suggestion?: string): ExpressionError {
  return new ExpressionError('Syntax', `Malformed at character ${position + 1}: ${problem}`, { position, suggestion })
}

/** The error for a token that does not fit; `expected` completes "expected …". */
export function unexpected(scanner: Scanner, expected: string): ExpressionError {
  const found =
    scanner.kind === 'end' ? 'the end' : quoteShortly(scanner.source.slice(scanner.start, Math.max(scanner.end, 1)))
  return refuse(`expected ${expected}, found ${found}`, scanner.start)
}

/** Text of an expression for a message: cut. */
export function quoteShortly(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}

const space = /\s*/y
const number = /-?\d+(?:\.\d+)?/y
// "&H1F" is a number, "&Host" is a concatenation.
const hex = /&H[0-9A-Fa-f]+(?![\w(])/y
const word = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y
const operator = /<>|>=|<=|[=<>&(),]/y

/** Moves to the next token. */
export function advance(scanner: Scanner): void {
  const start = scanner.end + (matchAt(space, scanner.source, scanner.end)?.length ?? 0)
  scanner.start = start
  scanner.end = start
  scanner.value = ''
  const first = scanner.source[start]
  if (first === undefined) scanner.kind = 'end'
  else if (first === '"') readText(scanner)
  else if (first === '[') readAttribute(scanner)
  else readPlain(scanner, first)
}

function readPlain(scanner: Scanner, first: string): void {
  const { source, start } = scanner
  const digits = matchAt(hex, source, start) ?? matchAt(number, source, start)
  if (digits !== undefined) {
    take(scanner, 'number', digits)
    if (/[A-Za-z_]/.test(source[scanner.end] ?? '')) throw refuse('a number runs into a name', scanner.end)
    return
  }
  const name = matchAt(word, source, start)
  if (name !== undefined) return take(scanner, 'word', name)
  const sign = matchAt(operator, source, start)
  // The pattern of operators lists kinds of tokens and nothing else.
  if (sign !== undefined) return take(scanner, sign as TokenKind, sign)
  throw refuseCharacter(first, start)
}

function take(scanner: Scanner, kind: TokenKind, value: string): void {
  scanner.kind = kind
  scanner.value = value
  scanner.end = scanner.start + value.length
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(source)?.[0]
}

function refuseCharacter(character: string, position: number): ExpressionError {
  if ('“”„«»‘’'.includes(character)) return refuse('typographic quotation marks do not delimit text', position, '"')
  if (character === "'") return refuse('text stands in double quotation marks', position, '"')
  if (character === ';') return refuse('parameters are separated by commas', position, ',')
  if (character === ']') return refuse('"]" closes nothing', position)
  if (character === '{' || character === '}') return refuse('attributes stand in square brackets', position, '[…]')
  if (character === '+') return refuse('texts are joined by "&" or by Join', position, '&')
  if (character === '!') return refuse('"not equal" is written <>', position, '<>')
  return refuse(`${JSON.stringify(character)} has no meaning here`, position)
}

// Only \" and \\ are escapes; a line break is a character like any other.
function readText(scanner: Scanner): void {
  const { source, start } = scanner
  let value = ''
  let at = start + 1
  for (let from = at; ; at++) {
    const character = source[at]
    if (character === undefined) throw refuse('the quoted text does not end', start)
    if (character !== '"' && character !== '\\') continue
    value += source.slice(from, at)
    if (character === '"') break
    const escaped = source[++at]
    if (escaped !== '"' && escaped !== '\\')
      throw refuse('only \\" and \\\\ are escapes in a text', at - 1, `\\\\${escaped ?? ''}`)
    from = at
  }
  scanner.kind = 'text'
  scanner.value = value
  scanner.end = at + 1
  if (source[scanner.end] === '"')
    throw refuse('a quotation mark inside a text is written \\", not doubled', scanner.end, '\\"')
}

// Brackets nest, so that [emails[type eq "work"].value] works; a bracket within quotation marks inside them does not count.
function readAttribute(scanner: Scanner): void {
  const { source, start } = scanner
  let depth = 0
  let isQuoted = false
  let at = start
  for (; ; at++) {
    const character = source[at]
    if (character === undefined) throw refuse('"[" is not closed', start)
    if (character === '"' && depth > 1) isQuoted = !isQuoted
    if (isQuoted) continue
    if (character === '[') depth++
    if (character === ']' && --depth === 0) break
  }
  scanner.kind = 'attribute'
  scanner.value = source.slice(start + 1, at).trim()
  scanner.end = at + 1
  if (scanner.value === '') throw refuse('the name of an attribute is missing', start)
}
