import { findCategory, isDigitUnit, isSpaceUnit, isWordUnit, not } from './characters.ts'
import type { Edge, UnitTest } from './pattern.ts'
import { peek, type Reader, refusePattern, takeMatch } from './reader.ts'

/** What a backslash made: one unit, a set of units, or a place. */
export type Escape =
  | { readonly kind: 'unit'; readonly unit: number }
  | { readonly kind: 'set'; readonly test: UnitTest }
  | { readonly kind: 'edge'; readonly edge: Edge }

const sets: ReadonlyMap<string, UnitTest> = new Map([
  ['d', isDigitUnit],
  ['D', not(isDigitUnit)],
  ['w', isWordUnit],
  ['W', not(isWordUnit)],
  ['s', isSpaceUnit],
  ['S', not(isSpaceUnit)],
])

const edges: ReadonlyMap<string, Edge> = new Map<string, Edge>([
  ['A', 'textStart'],
  ['z', 'textEnd'],
  ['Z', 'lastLineEnd'],
  ['b', 'word'],
  ['B', 'notWord'],
])

const controls: ReadonlyMap<string, number> = new Map([
  ['t', 0x09],
  ['n', 0x0a],
  ['v', 0x0b],
  ['f', 0x0c],
  ['r', 0x0d],
  ['a', 0x07],
  ['e', 0x1b],
])

/** Reads what follows a backslash; the reader stands on the backslash. */
export function parseEscape(reader: Reader, isInClass: boolean): Escape {
  const start = reader.at
  const letter = peek(reader, 1)
  if (letter === undefined) throw refusePattern('a backslash ends it', start)
  reader.at += 2
  const set = sets.get(letter)
  if (set !== undefined) return { kind: 'set', test: set }
  if (letter === 'p' || letter === 'P') return parseCategory(reader, letter === 'P', start)
  if (isInClass && letter === 'b') return { kind: 'unit', unit: 0x08 }
  const edge = isInClass ? undefined : edges.get(letter)
  if (edge !== undefined) return { kind: 'edge', edge }
  return { kind: 'unit', unit: parseUnit(reader, letter, isInClass, start) }
}

function parseCategory(reader: Reader, isNegated: boolean, start: number): Escape {
  const name = takeMatch(reader, /\{([^}]*)\}/y)?.[1]
  const test = name === undefined ? undefined : findCategory(name)
  if (test === undefined) throw refusePattern(`there is no category or block ${name ?? ''}`, start)
  return { kind: 'set', test: isNegated ? not(test) : test }
}

function parseUnit(reader: Reader, letter: string, isInClass: boolean, start: number): number {
  const control = controls.get(letter)
  if (control !== undefined) return control
  if (letter === 'x' || letter === 'u') {
    const digits = takeMatch(reader, letter === 'x' ? /[0-9A-Fa-f]{2}/y : /[0-9A-Fa-f]{4}/y)?.[0]
    if (digits === undefined)
      throw refusePattern(`\\${letter} needs ${letter === 'x' ? 2 : 4} hexadecimal digits`, start)
    return Number.parseInt(digits, 16)
  }
  if (letter === 'c') {
    const control = takeMatch(reader, /[@-_a-z]/y)?.[0]
    if (control === undefined) throw refusePattern('\\c needs a letter', start)
    return control.toUpperCase().charCodeAt(0) - 0x40
  }
  if (letter === '0') return Number.parseInt(takeMatch(reader, /[0-7]{1,2}/y)?.[0] ?? '0', 8)
  if (/[1-9k]/.test(letter) && !isInClass)
    throw refusePattern('a back-reference cannot be searched in linear time; write out what shall repeat', start)
  if (letter === 'G') throw refusePattern('\\G is not supported', start)
  if (/\w/.test(letter)) throw refusePattern(`\\${letter} is no escape`, start)
  return letter.charCodeAt(0)
}
