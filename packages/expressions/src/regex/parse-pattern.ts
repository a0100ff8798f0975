import { patternCharactersMax, patternDepthMax } from '../limits.ts'
import { ignoringCase, range } from './characters.ts'
import { parseClass } from './parse-class.ts'
import { parseEscape } from './parse-escape.ts'
import { openGroup } from './parse-group.ts'
import type { PatternNode, UnitTest } from './pattern.ts'
import { noOptions, peek, type Reader, refusePattern, startsWith, takeMatch } from './reader.ts'

/** A pattern with the names of its groups in the order of their opening parentheses. */
export type ParsedPattern = { readonly node: PatternNode; readonly names: readonly (string | undefined)[] }

/** Reads a .NET pattern, without what cannot be searched in linear time: look-around and back-references. */
export function parsePattern(source: string): ParsedPattern {
  if (source.length > patternCharactersMax) throw refusePattern(`it has more than ${patternCharactersMax} characters`)
  const reader: Reader = { source, at: 0, depth: 0, options: noOptions, names: [] }
  const node = parseChoice(reader)
  if (peek(reader) !== undefined) throw refusePattern('")" closes nothing', reader.at)
  return { node, names: reader.names }
}

function parseChoice(reader: Reader): PatternNode {
  // Options that stand within a group end with it.
  const { options: outer } = reader
  const options = [parseSequence(reader)]
  while (peek(reader) === '|') {
    reader.at++
    options.push(parseSequence(reader))
  }
  reader.options = outer
  const [only] = options
  return options.length === 1 && only !== undefined ? only : { kind: 'choice', options }
}

function parseSequence(reader: Reader): PatternNode {
  const parts: PatternNode[] = []
  for (;;) {
    skipIgnored(reader)
    const character = peek(reader)
    if (character === undefined || character === '|' || character === ')') break
    const start = reader.at
    const part = parseAtom(reader, character)
    if (part !== undefined) parts.push(parseQuantifier(reader, part, start))
  }
  const [only] = parts
  return parts.length === 1 && only !== undefined ? only : { kind: 'sequence', parts }
}

function skipIgnored(reader: Reader): void {
  while (takeMatch(reader, /\(\?#[^)]*\)/y) || (reader.options.ignoresSpace && takeMatch(reader, /\s+|#[^\n]*/y)))
    continue
}

const isLineFeed: UnitTest = range(0x0a, 0x0a)

// Undefined for `(?i)`, which is nothing that could be found.
function parseAtom(reader: Reader, character: string): PatternNode | undefined {
  const { isMultiline, isSingleLine } = reader.options
  switch (character) {
    case '(':
      return parseGroup(reader)
    case '[':
      return toUnit(reader, parseClass(reader))
    case '\\':
      return parseEscaped(reader)
    case '.':
      reader.at++
      return { kind: 'unit', test: isSingleLine ? () => true : (unit) => !isLineFeed(unit) }
    case '^':
      reader.at++
      return { kind: 'edge', edge: isMultiline ? 'lineStart' : 'textStart' }
    case '$':
      reader.at++
      return { kind: 'edge', edge: isMultiline ? 'lineEnd' : 'lastLineEnd' }
    case '*':
    case '+':
    case '?':
      throw refusePattern(`"${character}" repeats nothing`, reader.at)
    default:
      reader.at++
      return toUnit(reader, range(character.charCodeAt(0), character.charCodeAt(0)))
  }
}

function parseEscaped(reader: Reader): PatternNode {
  const escape = parseEscape(reader, false)
  if (escape.kind === 'edge') return escape
  return toUnit(reader, escape.kind === 'set' ? escape.test : range(escape.unit, escape.unit))
}

function toUnit({ options }: Reader, test: UnitTest): PatternNode {
  return { kind: 'unit', test: options.ignoresCase ? ignoringCase(test) : test }
}

function parseGroup(reader: Reader): PatternNode | undefined {
  const start = reader.at
  const outer = reader.options
  const opened = openGroup(reader)
  if (opened.kind === 'options') return undefined
  if (++reader.depth > patternDepthMax) throw refusePattern('it is nested too deeply', start)
  const part = parseChoice(reader)
  if (peek(reader) !== ')') throw refusePattern('"(" is not closed', start)
  reader.at++
  reader.depth--
  reader.options = outer
  return opened.kind === 'capture' ? { kind: 'capture', part, group: opened.group } : part
}

function parseQuantifier(reader: Reader, part: PatternNode, start: number): PatternNode {
  skipIgnored(reader)
  const bounds = takeBounds(reader)
  if (bounds === undefined) return part
  if (bounds.maximum < bounds.minimum) throw refusePattern('the repetition ends before it begins', start)
  const isGreedy = peek(reader) !== '?'
  if (!isGreedy) reader.at++
  if (takeBounds(reader) !== undefined) throw refusePattern('a repetition is repeated', reader.at - 1)
  return { kind: 'repeat', part, ...bounds, isGreedy }
}

function takeBounds(reader: Reader): { readonly minimum: number; readonly maximum: number } | undefined {
  const sign = takeMatch(reader, /[*+?]/y)?.[0]
  if (sign !== undefined) return { minimum: sign === '+' ? 1 : 0, maximum: sign === '?' ? 1 : Infinity }
  // "{" without numbers stands for itself.
  if (!startsWith(reader, '{')) return undefined
  const counted = takeMatch(reader, /\{(\d{1,5})(,(\d{1,5})?)?\}/y)
  if (counted === undefined) return undefined
  const minimum = Number(counted[1])
  if (counted[2] === undefined) return { minimum, maximum: minimum }
  return { minimum, maximum: counted[3] === undefined ? Infinity : Number(counted[3]) }
}
