import { type PatternOptions, type Reader, refusePattern, startsWith, takeMatch } from './reader.ts'

/** What an opening parenthesis begins. */
export type OpenedGroup =
  | { readonly kind: 'capture'; readonly group: number }
  | { readonly kind: 'plain' }
  | { readonly kind: 'options' }

const refused: readonly (readonly [opening: string, what: string])[] = [
  ['(?=', 'look-ahead'],
  ['(?!', 'look-ahead'],
  ['(?<=', 'look-behind'],
  ['(?<!', 'look-behind'],
  ['(?>', 'an atomic group'],
  ['(?(', 'a condition'],
]

/** Reads the opening of a group; the reader stands on the parenthesis. */
export function openGroup(reader: Reader): OpenedGroup {
  const start = reader.at
  for (const [opening, what] of refused) {
    if (startsWith(reader, opening)) throw refusePattern(`${what} cannot be searched in linear time`, start)
  }
  if (takeMatch(reader, /\(\?:/y)) return { kind: 'plain' }
  const named = takeMatch(reader, /\(\?(?:<(\w+)>|'(\w+)')/y)
  if (named !== undefined) return capture(reader, named[1] ?? named[2])
  const inline = takeMatch(reader, /\(\?([imnsx]*)(?:-([imnsx]+))?([:)])/y)
  if (inline !== undefined) return setOptions(reader, inline, start)
  if (startsWith(reader, '(?')) throw refusePattern('this kind of group is not known', start)
  reader.at++
  return reader.options.isExplicit ? { kind: 'plain' } : capture(reader, undefined)
}

function capture(reader: Reader, name: string | undefined): OpenedGroup {
  reader.names.push(name)
  return { kind: 'capture', group: reader.names.length - 1 }
}

const letters: readonly (readonly [letter: string, option: keyof PatternOptions])[] = [
  ['i', 'ignoresCase'],
  ['m', 'isMultiline'],
  ['s', 'isSingleLine'],
  ['n', 'isExplicit'],
  ['x', 'ignoresSpace'],
]

function setOptions(reader: Reader, inline: RegExpExecArray, start: number): OpenedGroup {
  const [, on = '', off = '', end] = inline
  if (on === '' && off === '' && end === ')') throw refusePattern('this kind of group is not known', start)
  const changed = { ...reader.options }
  for (const [letter, option] of letters) {
    if (on.includes(letter)) changed[option] = true
    if (off.includes(letter)) changed[option] = false
  }
  reader.options = changed
  return { kind: end === ')' ? 'options' : 'plain' }
}
