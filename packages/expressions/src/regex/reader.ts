import { ExpressionError } from '../errors.ts'

/** The state of reading a pattern. `names` holds one entry an opening parenthesis that captures. */
export type Reader = {
  readonly source: string
  at: number
  depth: number
  options: PatternOptions
  readonly names: (string | undefined)[]
}

/** The inline options of .NET: `(?imnsx)`. */
export type PatternOptions = {
  readonly ignoresCase: boolean
  readonly isMultiline: boolean
  readonly isSingleLine: boolean
  readonly isExplicit: boolean
  readonly ignoresSpace: boolean
}

export const noOptions: PatternOptions = {
  ignoresCase: false,
  isMultiline: false,
  isSingleLine: false,
  isExplicit: false,
  ignoresSpace: false,
}

/** The error for a pattern, with the place in it. */
export function refusePattern(problem: string, at?: number): ExpressionError {
  const place = at === undefined ? '' : ` at its character ${at + 1}`
  return new ExpressionError('BadRegex', `The pattern is refused${place}: ${problem}`)
}

export function peek(reader: Reader, offset = 0): string | undefined {
  return reader.source[reader.at + offset]
}

export function startsWith(reader: Reader, text: string): boolean {
  return reader.source.startsWith(text, reader.at)
}

/** What a sticky pattern finds here, taken. */
export function takeMatch(reader: Reader, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = reader.at
  const found = pattern.exec(reader.source)
  if (found === null) return undefined
  reader.at += found[0].length
  return found
}
