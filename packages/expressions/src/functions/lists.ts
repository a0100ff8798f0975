import { toText } from '../value/text.ts'
import { DateTime, isComplex, isList, type Value } from '../value/value.ts'
import { gatheredUnitsMax } from '../limits.ts'
import { limitText, readIndex, readList, readPlainText } from './arguments.ts'
import { type Call, fail, type FunctionDefinition } from './definition.ts'
import { exactly } from './text.ts'

/** Functions on lists. */
export const listFunctions: readonly FunctionDefinition[] = [
  {
    name: 'Count',
    summary: 'How many values there are.',
    parameters: [{ name: 'attribute' }],
    ...exactly(1),
    result: 'number',
    evaluate: (call) => readList(call, 0).length,
  },
  {
    name: 'Item',
    summary: 'The n-th value of a list, counted from 1.',
    parameters: [{ name: 'attribute' }, { name: 'index', isSingle: true }],
    ...exactly(2),
    result: 'any',
    evaluate: pickItem,
  },
  {
    name: 'Join',
    summary: 'One text of several and of the values of lists, with a separator; empty ones are skipped.',
    parameters: [{ name: 'separator', isSingle: true }, { name: 'source' }],
    minimum: 2,
    maximum: Infinity,
    result: 'text',
    evaluate: join,
  },
  {
    name: 'RemoveDuplicates',
    summary: 'The distinct values of a list, the first of each.',
    parameters: [{ name: 'attribute' }],
    ...exactly(1),
    result: 'first',
    evaluate(call) {
      const value = call.read(0)
      return isList(value) ? distinct(value) : value
    },
  },
]

function pickItem(call: Call): Value {
  const value = call.read(0)
  const index = readIndex(call, 1)
  if (value === null) return null
  const list = readList(call, 0)
  const item = list[index - 1]
  if (item === undefined)
    throw fail(call, 'OutOfBounds', `there are ${list.length} values, counted from 1, and no ${index}.`, {
      argument: 1,
    })
  return item
}

function join(call: Call): string {
  const separator = readPlainText(call, 0)
  const texts: string[] = []
  let units = 0
  for (let index = 1; index < call.count; index++) {
    for (const text of flatten(call, call.read(index), index)) {
      if (text !== '') texts.push(text)
      units += text.length + separator.length
      // Before the text is made: a list may be long.
      if (units > gatheredUnitsMax) throw fail(call, 'TooLong', 'the text would be too long')
    }
  }
  return limitText(call, texts.join(separator))
}

function flatten(call: Call, value: Value, argument: number): readonly string[] {
  if (isList(value)) return value.flatMap((item) => flatten(call, item, argument))
  if (isComplex(value)) throw fail(call, 'MultiValue', 'a complex value cannot be joined', { argument })
  return [toText(value)]
}

/** Equal values have equal keys: by type, and with regard to case. */
function toKey(value: Value): string {
  if (value instanceof DateTime) return `date ${value.ticks}`
  if (isList(value)) return `list ${JSON.stringify(value.map(toKey))}`
  if (isComplex(value))
    return `complex ${JSON.stringify(Object.entries(value).map(([name, part]) => [name, toKey(part)]))}`
  return typeof value === 'string' ? `text ${value}` : `other ${toText(value)}`
}

function distinct(list: readonly Value[]): readonly Value[] {
  const seen = new Set<string>()
  return list.filter((item) => {
    const key = toKey(item)
    const isNew = !seen.has(key)
    seen.add(key)
    return isNew
  })
}
