import { foldDiacritics } from '../value/diacritics.ts'
import { findConstant, limitText, readPlainText, readText } from './arguments.ts'
import { type Call, fail, type FunctionDefinition, type Site } from './definition.ts'

const cultureParameter = { name: 'culture', mayBeEmpty: true, isSingle: true }

/** Functions on letters. */
export const casingFunctions: readonly FunctionDefinition[] = [
  {
    name: 'ToLower',
    summary: 'Lower case, of the invariant culture unless one is given.',
    parameters: [{ name: 'source' }, cultureParameter],
    minimum: 1,
    maximum: 2,
    result: 'first',
    mapsOver: 0,
    checkConstants: checkCulture,
    evaluate: (call) => changeCase(call, 'lower'),
  },
  {
    name: 'ToUpper',
    summary: 'Upper case, letter by letter: ß stays.',
    parameters: [{ name: 'source' }, cultureParameter],
    minimum: 1,
    maximum: 2,
    result: 'first',
    mapsOver: 0,
    checkConstants: checkCulture,
    evaluate: (call) => changeCase(call, 'upper'),
  },
  {
    name: 'PCase',
    summary: 'Lower case with the first letter of each word raised; own separators replace the usual ones.',
    parameters: [{ name: 'source' }, { name: 'wordSeparators', mayBeEmpty: true, isSingle: true }],
    minimum: 1,
    maximum: 2,
    result: 'first',
    mapsOver: 0,
    evaluate: capitalise,
  },
  {
    name: 'NormalizeDiacritics',
    summary: 'Latin letters without accents; other scripts stay.',
    parameters: [{ name: 'source' }],
    minimum: 1,
    maximum: 1,
    result: 'first',
    mapsOver: 0,
    evaluate(call) {
      const text = readText(call, 0)
      return text === null ? null : limitText(call, foldDiacritics(text))
    },
  },
]

const culturePattern = /^(?:[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)?$/
const turkicPattern = /^(?:tr|az)(?:-|$)/i

type Direction = 'lower' | 'upper'

function checkCulture(site: Site): void {
  const culture = findConstant(site, 1)
  if (culture !== undefined && !culturePattern.test(culture)) throw refuseCulture(site)
}

function refuseCulture(site: Site): Error {
  return fail(site, 'BadEnum', 'the text is no name of a culture such as en-US', { argument: 1 })
}

function changeCase(call: Call, direction: Direction): string | null {
  const text = readText(call, 0)
  const culture = call.has(1) ? readPlainText(call, 1) : ''
  if (!culturePattern.test(culture)) throw refuseCulture(call)
  if (text === null) return null
  const isTurkic = turkicPattern.test(culture)
  // Letter by letter and one for one, as .NET does: no SS for ß and no other sigma at the end of a word.
  return Array.from(text, (letter) => toCase(letter, direction, isTurkic)).join('')
}

// Dotted and dotless i: partners of each other in Turkic cultures only, else without partner in .NET's invariant casing.
function toCase(letter: string, direction: Direction, isTurkic: boolean): string {
  if (direction === 'lower') {
    if (letter === 'I' && isTurkic) return 'ı'
    if (letter === 'İ') return isTurkic ? 'i' : letter
  } else {
    if (letter === 'i' && isTurkic) return 'İ'
    if (letter === 'ı') return isTurkic ? 'I' : letter
  }
  const changed = direction === 'lower' ? letter.toLowerCase() : letter.toUpperCase()
  return [...changed].length === 1 ? changed : letter
}

// An apostrophe stays inside its word, as in .NET's title case.
const usualSeparator = /[\p{Z}\p{P}\p{S}\p{Cc}\p{Cf}]/u

function capitalise(call: Call): string | null {
  const text = readText(call, 0)
  if (text === null) return null
  const separators = call.has(1) ? new Set(readPlainText(call, 1)) : undefined
  let isStart = true
  let made = ''
  for (const letter of text) {
    const isSeparator =
      separators === undefined ? letter !== "'" && usualSeparator.test(letter) : separators.has(letter)
    made += toCase(letter, isStart ? 'upper' : 'lower', false)
    // Without separators of one's own it is .NET's title case, which raises the first letter, also behind a digit: 3Rd.
    isStart = isSeparator || (isStart && separators === undefined && !/\p{L}/u.test(letter))
  }
  return made
}
