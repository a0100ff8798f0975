import { findConstant, limitText, readIndex, readPlainText, readText } from './arguments.ts'
import { type Call, fail, type FunctionDefinition } from './definition.ts'

const source = { name: 'source' }

/** Functions on texts; each is called on every value of a list. */
export const textFunctions: readonly FunctionDefinition[] = [
  {
    name: 'Append',
    summary: 'Adds a suffix. Nothing stays nothing: a bare suffix is no useful value.',
    parameters: [source, { name: 'suffix', isSingle: true }],
    ...exactly(2),
    result: 'first',
    mapsOver: 0,
    evaluate: (call) => affix(call, 0, (text) => text + readPlainText(call, 1)),
  },
  {
    name: 'Prepend',
    summary: 'Adds a prefix. Nothing stays nothing.',
    parameters: [{ name: 'prefix', isSingle: true }, source],
    ...exactly(2),
    result: 'text',
    mapsOver: 1,
    evaluate: (call) => affix(call, 1, (text) => readPlainText(call, 0) + text),
  },
  {
    name: 'CStr',
    summary: 'The text form of a value.',
    parameters: [{ name: 'value', isSingle: true }],
    ...exactly(1),
    result: 'text',
    evaluate: (call) => readText(call, 0),
  },
  {
    name: 'InStr',
    summary: 'Where a text begins in another, counted from 1; 0 when nowhere.',
    parameters: [
      { name: 'text', isSingle: true },
      { name: 'find', isSingle: true },
      { name: 'start', mayBeEmpty: true, isSingle: true },
      { name: 'compareType', mayBeEmpty: true, words: ['vbBinaryCompare', 'vbTextCompare'] },
    ],
    minimum: 2,
    maximum: 4,
    result: 'number',
    evaluate: findText,
  },
  {
    name: 'Left',
    summary: 'The first characters; all for a negative number.',
    parameters: [source, { name: 'numChars', isSingle: true }],
    ...exactly(2),
    result: 'first',
    mapsOver: 0,
    evaluate(call) {
      const text = readPlainText(call, 0)
      const count = readIndex(call, 1)
      return count < 0 ? text : cut(text, 0, count)
    },
  },
  {
    name: 'Mid',
    summary: 'Characters from a place, counted from 1; what is there beyond the end.',
    parameters: [source, { name: 'start', isSingle: true }, { name: 'length', isSingle: true }],
    ...exactly(3),
    result: 'first',
    mapsOver: 0,
    evaluate: cutMiddle,
  },
  {
    name: 'Split',
    summary: 'A list of the parts between delimiters, trimmed; empty parts are dropped.',
    parameters: [source, { name: 'delimiter', isSingle: true }],
    ...exactly(2),
    result: 'list',
    mapsOver: 0,
    evaluate: split,
  },
  {
    name: 'StripSpaces',
    summary: 'Removes every blank (U+0020).',
    parameters: [source],
    ...exactly(1),
    result: 'first',
    mapsOver: 0,
    evaluate: (call) => readText(call, 0)?.replaceAll(' ', '') ?? null,
  },
  {
    name: 'Trim',
    summary: 'Removes white space at both ends.',
    parameters: [source],
    ...exactly(1),
    result: 'first',
    mapsOver: 0,
    evaluate: (call) => readText(call, 0)?.trim() ?? null,
  },
  {
    name: 'Word',
    summary: 'The n-th word; each character of delimiters separates. "" when there is none.',
    parameters: [source, { name: 'wordNumber', isSingle: true }, { name: 'delimiters', isSingle: true }],
    ...exactly(3),
    result: 'first',
    mapsOver: 0,
    evaluate: pickWord,
  },
]

/** A fixed number of parameters. */
export function exactly(count: number): { readonly minimum: number; readonly maximum: number } {
  return { minimum: count, maximum: count }
}

function affix(call: Call, index: number, add: (text: string) => string): string | null {
  const text = readText(call, index)
  return text === null || text === '' ? null : limitText(call, add(text))
}

function findText(call: Call): number {
  const text = readText(call, 0)
  const find = readPlainText(call, 1)
  const start = call.has(2) ? readIndex(call, 2) : 1
  if (start < 1) throw fail(call, 'OutOfBounds', 'texts are counted from 1', { argument: 2 })
  if (text === null || start > text.length + 1) return 0
  const word = call.expression.arguments[3]
  const isText = (word?.kind === 'word' ? word.name : (findConstant(call, 3) ?? '')) === 'vbTextCompare'
  // Unit by unit, since lower-casing a whole text can move what stands behind.
  const fold = (value: string): string =>
    isText ? Array.from({ length: value.length }, (_, at) => foldUnit(value[at] ?? '')).join('') : value
  return fold(text).indexOf(fold(find), start - 1) + 1
}

function foldUnit(unit: string): string {
  const lower = unit.toLowerCase()
  return lower.length === 1 ? lower : unit
}

function cutMiddle(call: Call): string | null {
  const text = readText(call, 0)
  const start = readIndex(call, 1)
  const length = readIndex(call, 2)
  if (start < 1) throw fail(call, 'OutOfBounds', 'texts are counted from 1', { argument: 1 })
  if (length < 0) throw fail(call, 'OutOfBounds', 'a length cannot be negative', { argument: 2 })
  return text === null ? null : cut(text, start - 1, start - 1 + length)
}

// .NET counts UTF-16 units; half of a pair would be no text, so it is dropped.
function cut(text: string, from: number, to: number): string {
  const part = text.slice(from, to)
  return part.isWellFormed() ? part : part.replace(/^[\uDC00-\uDFFF]/, '').replace(/[\uD800-\uDBFF]$/, '')
}

function split(call: Call): readonly string[] | null {
  const text = readText(call, 0)
  if (text === null || text === '') return null
  const delimiter = readPlainText(call, 1)
  const parts = delimiter === '' ? [text] : text.split(delimiter)
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

function pickWord(call: Call): string {
  const text = readPlainText(call, 0)
  const number = readIndex(call, 1)
  const delimiters = new Set(readPlainText(call, 2))
  let word = ''
  let count = 0
  for (const character of text) {
    const isDelimiter = delimiters.has(character)
    if (isDelimiter && count === number && word !== '') return word
    if (isDelimiter) word = ''
    else if (word === '') count++
    if (!isDelimiter) word += character
  }
  return count === number ? word : ''
}
