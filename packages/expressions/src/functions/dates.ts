import { fileTimeEpochTicks, ticksPerMinute, toDateTime, toParts, toTicks } from '../date/calendar.ts'
import { formatParts } from '../date/format-parts.ts'
import { addInterval, diffInterval, type Interval, intervals, isInterval } from '../date/interval.ts'
import { parseExact } from '../date/parse-exact.ts'
import { parsePattern, type PatternPart } from '../date/pattern.ts'
import { parseStyles, type Styles } from '../date/styles.ts'
import type { ZonedParts } from '../date/zoned.ts'
import { maskText, toText } from '../value/text.ts'
import { DateTime, type Value } from '../value/value.ts'
import { findConstant, limitText, readDateTime, readInteger, readPlainText, readScalar, readText } from './arguments.ts'
import { type Call, fail, type FunctionDefinition, type Site } from './definition.ts'
import { exactly } from './text.ts'

const intervalParameter = { name: 'interval', isSingle: true }

/** Functions on dates and times, all in UTC. */
export const dateFunctions: readonly FunctionDefinition[] = [
  {
    name: 'Now',
    summary: 'The current time in UTC.',
    parameters: [],
    ...exactly(0),
    result: 'dateTime',
    evaluate: (call) => call.surroundings.now(),
  },
  {
    name: 'CDate',
    summary: 'The date-time that a text says; UTC without offset.',
    parameters: [{ name: 'expression', isSingle: true }],
    ...exactly(1),
    result: 'dateTime',
    evaluate: (call) => readDateTime(call, 0),
  },
  {
    name: 'DateAdd',
    summary: 'A date-time moved by years, months, days, weeks, hours, minutes or seconds.',
    parameters: [intervalParameter, { name: 'value', isSingle: true }, { name: 'dateTime', isSingle: true }],
    ...exactly(3),
    result: 'dateTime',
    checkConstants: checkInterval,
    evaluate: addDate,
  },
  {
    name: 'DateDiff',
    summary: 'The second date minus the first, in intervals.',
    parameters: [intervalParameter, { name: 'date1', isSingle: true }, { name: 'date2', isSingle: true }],
    ...exactly(3),
    result: 'number',
    checkConstants: checkInterval,
    evaluate: (call) => diffInterval(readInterval(call), readDateTime(call, 1), readDateTime(call, 2)),
  },
  {
    name: 'DateFromNum',
    summary: 'The date-time of a file time: 100 ns since 1601.',
    parameters: [{ name: 'value', isSingle: true }],
    ...exactly(1),
    result: 'dateTime',
    evaluate: fromFileTime,
  },
  {
    name: 'NumFromDate',
    summary: 'The file time of a date-time, as text.',
    parameters: [{ name: 'value', isSingle: true }],
    ...exactly(1),
    result: 'text',
    evaluate(call) {
      const value = readScalar(call, 0)
      return value === null ? null : String(readDateTime(call, 0).ticks - fileTimeEpochTicks)
    },
  },
  {
    name: 'FormatDateTime',
    summary: 'A date read by one .NET format and written by another; the wall clock stays.',
    parameters: [
      { name: 'source' },
      { name: 'dateTimeStyles', mayBeEmpty: true, isSingle: true },
      { name: 'inputFormat', isSingle: true },
      { name: 'outputFormat', isSingle: true },
    ],
    ...exactly(4),
    result: 'first',
    mapsOver: 0,
    checkConstants: checkFormats,
    evaluate: reformat,
  },
]

function checkInterval(site: Site): void {
  const interval = findConstant(site, 0)
  if (interval !== undefined && !isInterval(interval)) throw refuseInterval(site, interval)
}

function readInterval(call: Call): Interval {
  const interval = readPlainText(call, 0)
  if (!isInterval(interval)) throw refuseInterval(call, interval)
  return interval
}

function refuseInterval(site: Site, interval: string): Error {
  const near = intervals.find((known) => known === interval.toLowerCase())
  return fail(site, 'BadInterval', `an interval is one of ${intervals.join(', ')}`, {
    argument: 0,
    ...(near === undefined ? {} : { suggestion: `"${near}"` }),
  })
}

function addDate(call: Call): Value {
  const moved = addInterval(readInterval(call), readInteger(call, 1), readDateTime(call, 2))
  if (moved === undefined) throw fail(call, 'BadDate', 'the result lies beyond the years 1 to 9999', { argument: 1 })
  return moved
}

function fromFileTime(call: Call): Value {
  const value = readScalar(call, 0)
  if (value === null || value === '') return null
  const instant = toDateTime(readInteger(call, 0) + fileTimeEpochTicks)
  if (instant === undefined)
    throw fail(call, 'BadDate', 'the file time lies beyond the years 1 to 9999', { argument: 0 })
  return instant
}

function checkFormats(site: Site): void {
  for (const index of [2, 3]) {
    const format = findConstant(site, index)
    if (format !== undefined) toPattern(site, index, format)
  }
  const styles = findConstant(site, 1)
  if (styles !== undefined) toStyles(site, styles)
}

function toPattern(site: Site, index: number, format: string): readonly PatternPart[] {
  const parts = parsePattern(format)
  if (typeof parts === 'string') throw fail(site, 'BadDate', `the format is wrong: ${parts}`, { argument: index })
  return parts
}

function toStyles(site: Site, text: string): Styles {
  const styles = parseStyles(text)
  if (typeof styles === 'string') throw fail(site, 'BadEnum', styles, { argument: 1 })
  return styles
}

function reformat(call: Call): Value {
  const text = readText(call, 0)
  if (text === null || text === '') return null
  const styles = toStyles(call, call.has(1) ? readPlainText(call, 1) : '')
  const input = toPattern(call, 2, readPlainText(call, 2))
  const output = toPattern(call, 3, readPlainText(call, 3))
  const read = parseExact(text, input, styles)
  const adjusted = read !== undefined && styles.adjustsToUniversal ? adjust(read) : read
  if (adjusted === undefined)
    throw fail(call, 'BadDate', 'the text is no date of the input format', {
      argument: 0,
      sample: maskText(toText(text)),
    })
  return limitText(call, formatParts(output, adjusted))
}

function adjust(time: ZonedParts): ZonedParts | undefined {
  const ticks = toTicks(time)
  const moved = ticks === undefined ? undefined : toDateTime(ticks - BigInt(time.offset ?? 0) * ticksPerMinute)
  return moved instanceof DateTime ? { ...toParts(moved.ticks), offset: 0 } : undefined
}
