import { type ScimErrorCode, scimError } from '../errors.ts'
import type { Tolerance } from '../profile/leniencies.ts'

/** What kind of thing stands in a filter or path; brackets stand for themselves. */
export type TokenKind = 'word' | 'text' | '(' | ')' | '[' | ']' | 'end'

/**
 * Reads filters and paths token by token, in one pass and without looking back.
 * `kind`, `value`, `start` and `end` describe the current token.
 */
export type Scanner = {
  readonly source: string
  readonly code: ScimErrorCode
  readonly tolerance: Tolerance | undefined
  kind: TokenKind
  /** The word as it stands, or the decoded text of a literal. */
  value: string
  start: number
  /** Offset behind the token; the next one is looked for here. */
  end: number
}

/** A scanner that stands on the first token. */
export function createScanner(source: string, code: ScimErrorCode, tolerance: Tolerance | undefined): Scanner {
  const scanner: Scanner = { source, code, tolerance, kind: 'end', value: '', start: 0, end: 0 }
  advance(scanner)
  return scanner
}

const quote = 0x22
const apostrophe = 0x27
const backslash = 0x5c

/** Moves to the next token. */
export function advance(scanner: Scanner): void {
  const { source } = scanner
  let at = scanner.end
  while (at < source.length && isSpace(source.charCodeAt(at))) at++
  scanner.start = at
  scanner.value = ''
  if (at >= source.length) {
    scanner.kind = 'end'
    scanner.end = at
    return
  }
  const bracket = toBracket(source.charCodeAt(at))
  if (bracket !== undefined) {
    scanner.kind = bracket
    scanner.end = at + 1
    return
  }
  const unit = source.charCodeAt(at)
  if (unit === quote) return readText(scanner, quote)
  if (unit === apostrophe && scanner.tolerance?.allows('singleQuotes', source)) return readText(scanner, apostrophe)
  readWord(scanner)
}

/** Whether the current token is of that kind; a function, since the compiler takes `kind` for unchanged behind `advance`. */
export function is(scanner: Scanner, kind: TokenKind): boolean {
  return scanner.kind === kind
}

/** Whether the current token begins where the one before ended. */
export function isAdjacent(scanner: Scanner, endBefore: number): boolean {
  return scanner.start === endBefore
}

/** The error for a token that does not fit; `expected` completes "expected …". */
export function unexpected(scanner: Scanner, expected: string): Error {
  return refuse(scanner, `expected ${expected}, found ${describe(scanner)}`, scanner.start)
}

/** An error at a place in the text. */
export function refuse(scanner: Scanner, problem: string, position: number): Error {
  const what = scanner.code === 'invalidPath' ? 'path' : 'filter'
  return scimError(scanner.code, `The ${what} is malformed at character ${position + 1}: ${problem}`, { position })
}

/** Text of a request for an error message: quoted and cut. */
export function quoteShortly(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}

function describe(scanner: Scanner): string {
  switch (scanner.kind) {
    case 'end':
      return 'the end'
    case 'word':
    case 'text':
      return quoteShortly(scanner.value)
    default:
      return `"${scanner.kind}"`
  }
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || unit === 0x0a || unit === 0x0d
}

function toBracket(unit: number): '(' | ')' | '[' | ']' | undefined {
  switch (unit) {
    case 0x28:
      return '('
    case 0x29:
      return ')'
    case 0x5b:
      return '['
    case 0x5d:
      return ']'
    default:
      return undefined
  }
}

function readWord(scanner: Scanner): void {
  const { source } = scanner
  let at = scanner.start
  while (at < source.length) {
    const unit = source.charCodeAt(at)
    if (isSpace(unit) || toBracket(unit) !== undefined) break
    if (unit === quote) {
      // RFC 7644 §3.5.2.2 prints `members[value eq"2819c223…"]`, against its own grammar.
      if (scanner.tolerance?.allows('missingSpace', source)) break
      throw refuse(scanner, 'expected a space before the quotation mark', at)
    }
    at++
  }
  scanner.kind = 'word'
  scanner.value = source.slice(scanner.start, at)
  scanner.end = at
}

// A literal ends at its own quotation mark only, so that "and", ")", "]", "." and ":" inside it mean nothing (TRAP-B13).
function readText(scanner: Scanner, mark: number): void {
  const { source, start } = scanner
  let at = start + 1
  let hasEscape = false
  for (; ; at++) {
    if (at >= source.length) throw refuse(scanner, 'the quoted text does not end', start)
    const unit = source.charCodeAt(at)
    if (unit === mark) break
    if (unit < 0x20) throw refuse(scanner, 'a control character must be escaped (RFC 8259 §7)', at)
    if (unit === backslash) {
      hasEscape = true
      at++
    }
  }
  const raw = source.slice(start + 1, at)
  scanner.kind = 'text'
  scanner.value = hasEscape ? decodeEscapes(scanner, mark === quote ? raw : toDoubleQuoted(raw)) : raw
  scanner.end = at + 1
  if (!scanner.value.isWellFormed()) throw refuse(scanner, 'the quoted text is not well-formed Unicode', start)
  const next = source.charCodeAt(scanner.end)
  if (scanner.end < source.length && !isSpace(next) && toBracket(next) === undefined)
    throw refuse(scanner, 'expected a space behind the quoted text', scanner.end)
}

function decodeEscapes(scanner: Scanner, raw: string): string {
  try {
    return String(JSON.parse(`"${raw}"`))
  } catch {
    throw refuse(scanner, 'the quoted text has an escape that JSON does not know', scanner.start)
  }
}

function toDoubleQuoted(raw: string): string {
  return raw.replace(/\\(.)|"/gsu, (found, escaped: string | undefined) =>
    found === '"' ? '\\"' : escaped === "'" ? "'" : found,
  )
}
