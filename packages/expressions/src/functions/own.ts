import type { ExpressionError } from '../errors.ts'
import { isMatch } from '../regex/replace-matches.ts'
import type { Value } from '../value/value.ts'
import { ownPrefix, paddedCharactersMax } from '../limits.ts'
import { zone } from '../date/zone.ts'
import { foldDiacritics } from '../value/diacritics.ts'
import { printHmac } from '../value/sha256.ts'
import { transliterate, transliterated } from '../value/transliterate.ts'
import { findConstant, limitText, readDateTime, readIndex, readList, readPlainText, readText } from './arguments.ts'
import { type Call, fail, type FunctionDefinition, type Site } from './definition.ts'
import { readCondition } from './logic.ts'
import { compilePattern } from './pattern-parameter.ts'
import { exactly } from './text.ts'

const text = { name: 'text', isSingle: true }
const condition = { name: 'condition', isSingle: true }

/** Functions that Entra does not know. Their prefix says so, and `listUnportable` finds them before an export. */
export const ownFunctions: readonly FunctionDefinition[] = [
  {
    name: `${ownPrefix}And`,
    summary: 'Whether all conditions hold; those behind the first that does not are not evaluated.',
    parameters: [condition, condition],
    minimum: 2,
    maximum: Infinity,
    result: 'boolean',
    evaluate: (call) => indexes(call).every((index) => readCondition(call, index)),
  },
  {
    name: `${ownPrefix}Or`,
    summary: 'Whether one condition holds; those behind the first that does are not evaluated.',
    parameters: [condition, condition],
    minimum: 2,
    maximum: Infinity,
    result: 'boolean',
    evaluate: (call) => indexes(call).some((index) => readCondition(call, index)),
  },
  compare('StartsWith', 'Whether a text begins with another; with regard to case.', (whole, part) =>
    whole.startsWith(part),
  ),
  compare('EndsWith', 'Whether a text ends with another; with regard to case.', (whole, part) => whole.endsWith(part)),
  compare('Contains', 'Whether a text contains another; with regard to case.', (whole, part) => whole.includes(part)),
  {
    name: `${ownPrefix}Matches`,
    summary: 'Whether a pattern is found in a text.',
    parameters: [text, { name: 'regexPattern', isSingle: true }],
    ...exactly(2),
    result: 'boolean',
    checkConstants(site) {
      const pattern = findConstant(site, 1)
      if (pattern !== undefined) compilePattern(site, 1, pattern)
    },
    evaluate: (call) => isMatch(compilePattern(call, 1, readPlainText(call, 1)), readPlainText(call, 0)),
  },
  {
    name: `${ownPrefix}First`,
    summary: 'The first value of a list; null when it is empty.',
    parameters: [{ name: 'list' }],
    ...exactly(1),
    result: 'any',
    evaluate: (call) => readList(call, 0)[0] ?? null,
  },
  {
    name: `${ownPrefix}Length`,
    summary: 'How many UTF-16 units a text has.',
    parameters: [text],
    ...exactly(1),
    result: 'number',
    evaluate: (call) => readPlainText(call, 0).length,
  },
  {
    name: `${ownPrefix}PadLeft`,
    summary: 'A text filled up from the left to a length.',
    parameters: [{ name: 'source' }, { name: 'length', isSingle: true }, { name: 'filler', isSingle: true }],
    ...exactly(3),
    result: 'first',
    mapsOver: 0,
    evaluate: padLeft,
  },
  {
    name: `${ownPrefix}Transliterate`,
    summary: 'A text in plain Latin letters as a language writes itself: ä becomes ae in "de", щ shch in "ru".',
    parameters: [{ name: 'source' }, { name: 'language', isSingle: true }],
    ...exactly(2),
    result: 'first',
    mapsOver: 0,
    checkConstants(site) {
      const language = findConstant(site, 1)
      if (language !== undefined && transliterate('', language) === undefined) throw refuseLanguage(site)
    },
    evaluate(call) {
      const source = readText(call, 0)
      if (source === null) return null
      const latin = transliterate(source, readPlainText(call, 1))
      if (latin === undefined) throw refuseLanguage(call)
      return limitText(call, foldDiacritics(latin))
    },
  },
  {
    name: `${ownPrefix}Hash`,
    summary: 'HMAC-SHA-256 of a text with a salt, in hexadecimal: the same for the same, and no way back.',
    parameters: [{ name: 'source' }, { name: 'salt', isSingle: true }],
    ...exactly(2),
    result: 'first',
    mapsOver: 0,
    evaluate(call) {
      const source = readText(call, 0)
      const encoder = new TextEncoder()
      return source === null ? null : printHmac(encoder.encode(readPlainText(call, 1)), encoder.encode(source))
    },
  },
  moment('Zoned', 'The instant at which clocks in a time zone show this date and time.', 'same'),
  moment('StartOfDay', 'The instant at which this day begins in a time zone.', 'start'),
  moment('EndOfDay', 'The instant at which this day ends, and the next begins, in a time zone.', 'end'),
]

function refuseLanguage(site: Site): ExpressionError {
  return fail(site, 'BadEnum', `the language is one of ${transliterated.join(', ')}`, { argument: 1 })
}

function indexes({ count }: Call): readonly number[] {
  return Array.from({ length: count }, (_, index) => index)
}

function compare(name: string, summary: string, test: (whole: string, part: string) => boolean): FunctionDefinition {
  return {
    name: ownPrefix + name,
    summary,
    parameters: [text, { name: 'part', isSingle: true }],
    ...exactly(2),
    result: 'boolean',
    evaluate(call) {
      const whole = readText(call, 0)
      return whole !== null && test(whole, readPlainText(call, 1))
    },
  }
}

function padLeft(call: Call): Value {
  const source = readText(call, 0)
  const length = readIndex(call, 1)
  if (length > paddedCharactersMax)
    throw fail(call, 'BadLength', `the length is at most ${paddedCharactersMax.toLocaleString('en')}`, { argument: 1 })
  return source === null ? null : limitText(call, source.padStart(length, readPlainText(call, 2)))
}

function moment(name: string, summary: string, which: 'same' | 'start' | 'end'): FunctionDefinition {
  return {
    name: ownPrefix + name,
    summary,
    parameters: [
      { name: 'dateTime', isSingle: true },
      { name: 'timeZone', isSingle: true },
    ],
    ...exactly(2),
    result: 'dateTime',
    evaluate(call) {
      const found = zone(readDateTime(call, 0), readPlainText(call, 1), which)
      if (typeof found !== 'string') return found
      throw found === 'zone'
        ? fail(call, 'BadEnum', 'there is no time zone of this name, such as Europe/Paris', { argument: 1 })
        : fail(call, 'BadDate', 'the result lies beyond the years 1 to 9999', { argument: 0 })
    },
  }
}
