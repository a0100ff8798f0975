import { randomCharactersMax } from '../limits.ts'
import { readIndex, readPlainText } from './arguments.ts'
import { type Call, fail, type FunctionDefinition } from './definition.ts'
import { exactly } from './text.ts'

const classes = [
  '0123456789',
  '!#$%&()*+,-./:;<=>?@[]^_{|}~',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  'abcdefghijklmnopqrstuvwxyz',
]

/** Functions whose results differ from call to call, and the one that keeps a value out of logs. */
export const randomFunctions: readonly FunctionDefinition[] = [
  {
    name: 'Guid',
    summary: 'A new random UUID.',
    parameters: [],
    ...exactly(0),
    result: 'text',
    isRandom: true,
    evaluate: (call) => printUuid(call.surroundings.randomBytes(16)),
  },
  {
    name: 'RandomString',
    summary: 'A random secret with at least so many digits, special characters, capitals and small letters.',
    parameters: [
      { name: 'length', isSingle: true },
      { name: 'minimumNumbers', isSingle: true },
      { name: 'minimumSpecialCharacters', isSingle: true },
      { name: 'minimumCapital', isSingle: true },
      { name: 'minimumLowercase', isSingle: true },
      { name: 'charactersToAvoid', mayBeEmpty: true, isSingle: true },
    ],
    minimum: 5,
    maximum: 6,
    result: 'text',
    isRandom: true,
    evaluate: makeSecret,
  },
  {
    name: 'Redact',
    summary: 'The value itself, which logs and previews do not show.',
    parameters: [{ name: 'source' }],
    ...exactly(1),
    result: 'first',
    evaluate(call) {
      call.surroundings.markSecret()
      return call.read(0)
    },
  },
]

// RFC 9562 §5.4: version 4, variant 10.
function printUuid(bytes: Uint8Array): string {
  const digits = Array.from(bytes, (byte, index) => {
    const marked = index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte
    return marked.toString(16).padStart(2, '0')
  }).join('')
  return [0, 8, 12, 16, 20].map((from, index) => digits.slice(from, [8, 12, 16, 20, 32][index])).join('-')
}

function makeSecret(call: Call): string {
  call.surroundings.markSecret()
  const length = readIndex(call, 0)
  const minima = [1, 2, 3, 4].map((index) => readIndex(call, index))
  const avoided = new Set(call.has(5) ? readPlainText(call, 5) : '')
  const sum = minima.reduce((total, minimum) => total + minimum, 0)
  if (minima.some((minimum) => minimum < 0)) throw fail(call, 'BadLength', 'a minimum cannot be negative')
  if (length < 1 || length > randomCharactersMax)
    throw fail(call, 'BadLength', `the length is 1 to ${randomCharactersMax}`, { argument: 0 })
  if (length < sum) throw fail(call, 'BadLength', `the minima need ${sum} characters`, { argument: 0 })
  const letters = classes.map((letters) => [...letters].filter((letter) => !avoided.has(letter)))
  const used = letters.filter((_, index) => (minima[index] ?? 0) > 0)
  if (used.length === 0) throw fail(call, 'BadLength', 'at least one minimum must be above 0')
  if (used.some((letters) => letters.length === 0))
    throw fail(call, 'BadLength', 'every character of a class is to be avoided', { argument: 5 })
  const drawn = minima.flatMap((minimum, index) => drawMany(call, letters[index] ?? [], minimum))
  return shuffle(call, [...drawn, ...drawMany(call, used.flat(), length - sum)]).join('')
}

function drawMany(call: Call, letters: readonly string[], count: number): readonly string[] {
  return Array.from({ length: count }, () => letters[draw(call, letters.length)] ?? '')
}

/** A whole number below `limit` (at most 256), each as likely as the others: bytes over the last multiple are drawn again. */
function draw(call: Call, limit: number): number {
  const most = 256 - (256 % limit)
  for (let tries = 0; tries < 200; tries++) {
    const byte = call.surroundings.randomBytes(1)[0] ?? 255
    if (byte < most) return byte % limit
  }
  throw fail(call, 'NoRandom', 'the source of randomness repeats itself')
}

function shuffle(call: Call, letters: readonly string[]): readonly string[] {
  const shuffled = [...letters]
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = draw(call, last + 1)
    const letter = shuffled[last] ?? ''
    shuffled[last] = shuffled[other] ?? ''
    shuffled[other] = letter
  }
  return shuffled
}
