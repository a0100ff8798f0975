import { anyOf, not, range } from './characters.ts'
import { parseEscape } from './parse-escape.ts'
import type { UnitTest } from './pattern.ts'
import { peek, type Reader, refusePattern, startsWith } from './reader.ts'
import { patternDepthMax } from '../limits.ts'

/** Reads `[…]` with ranges, escapes and .NET's subtraction `[a-z-[aeiou]]`; the reader stands on the bracket. */
export function parseClass(reader: Reader): UnitTest {
  const start = reader.at
  if (++reader.depth > patternDepthMax) throw refusePattern('it is nested too deeply', start)
  reader.at++
  const isNegated = peek(reader) === '^'
  if (isNegated) reader.at++
  const tests: UnitTest[] = []
  let without: UnitTest | undefined
  for (let isFirst = true; isFirst || peek(reader) !== ']'; isFirst = false) {
    if (peek(reader) === undefined) throw refusePattern('"[" is not closed', start)
    if (!isFirst && startsWith(reader, '-[')) {
      reader.at++
      without = parseClass(reader)
      if (peek(reader) !== ']') throw refusePattern('a subtraction ends its class', reader.at)
      break
    }
    tests.push(parseItem(reader, start))
  }
  reader.at++
  reader.depth--
  const all = isNegated ? not(anyOf(tests)) : anyOf(tests)
  return without === undefined ? all : subtract(all, without)
}

function subtract(from: UnitTest, what: UnitTest): UnitTest {
  return (unit) => from(unit) && !what(unit)
}

function parseItem(reader: Reader, start: number): UnitTest {
  const from = parseBound(reader, start)
  if (typeof from !== 'number') return from
  const after = peek(reader, 1)
  if (peek(reader) !== '-' || after === ']' || after === '[' || after === undefined) return range(from, from)
  const at = reader.at
  reader.at++
  const to = parseBound(reader, start)
  if (typeof to !== 'number' || to < from) throw refusePattern('the range ends before it begins', at)
  return range(from, to)
}

function parseBound(reader: Reader, start: number): number | UnitTest {
  const character = peek(reader)
  if (character === undefined) throw refusePattern('"[" is not closed', start)
  if (character !== '\\') {
    reader.at++
    return character.charCodeAt(0)
  }
  const escape = parseEscape(reader, true)
  if (escape.kind === 'set') return escape.test
  if (escape.kind === 'unit') return escape.unit
  throw refusePattern('a place cannot stand in "[…]"', start)
}
