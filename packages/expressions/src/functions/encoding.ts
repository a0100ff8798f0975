import { readIndex, readPlainText, readText, limitText } from './arguments.ts'
import { decodeBase64, decodeText, encodeBase64, encodings, type Encoding } from '../value/encoding.ts'
import { type Call, fail, type FunctionDefinition } from './definition.ts'
import { parseName } from '../value/distinguished-name.ts'
import { exactly } from './text.ts'

const source = { name: 'source' }

/** Functions on encodings and names of directories. */
export const encodingFunctions: readonly FunctionDefinition[] = [
  {
    name: 'ConvertToBase64',
    summary: 'Base64 of the UTF-16LE bytes of a text.',
    parameters: [source],
    ...exactly(1),
    result: 'first',
    mapsOver: 0,
    evaluate: (call) => encode(call, (text) => encodeBase64(toUtf16(text))),
  },
  {
    name: 'ConvertFromBase64',
    summary: 'The text of Base64, from UTF-16LE unless another encoding is given.',
    parameters: [source, { name: 'encoding', mayBeEmpty: true, words: encodings }],
    minimum: 1,
    maximum: 2,
    result: 'first',
    mapsOver: 0,
    evaluate: decode,
  },
  {
    name: 'ConvertToUTF8Hex',
    summary: 'The UTF-8 bytes of a text in hexadecimal digits.',
    parameters: [source],
    ...exactly(1),
    result: 'first',
    mapsOver: 0,
    evaluate: (call) => encode(call, toHex),
  },
  {
    name: 'CRef',
    summary: 'A distinguished name as a reference; the name itself here.',
    parameters: [{ name: 'dn' }],
    ...exactly(1),
    result: 'first',
    mapsOver: 0,
    evaluate: (call) => readText(call, 0),
  },
  {
    name: 'DNComponent',
    summary: 'The value of the n-th part of a distinguished name, from the left.',
    parameters: [{ name: 'dn' }, { name: 'number', isSingle: true }],
    ...exactly(2),
    result: 'first',
    mapsOver: 0,
    evaluate: pickComponent,
  },
  {
    name: 'StringFromSid',
    summary: 'A binary SID, in Base64, as S-1-….',
    parameters: [{ name: 'objectSid' }],
    ...exactly(1),
    result: 'first',
    mapsOver: 0,
    evaluate: printSid,
  },
]

function encode(call: Call, convert: (text: string) => string): string | null {
  const text = readText(call, 0)
  return text === null ? null : limitText(call, convert(text))
}

function toUtf16(text: string): Uint8Array {
  return Uint8Array.from({ length: 2 * text.length }, (_, index) => {
    const unit = text.charCodeAt(index >> 1)
    return index % 2 === 0 ? unit & 0xff : unit >> 8
  })
}

function toHex(text: string): string {
  const bytes = new TextEncoder().encode(text)
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('')
}

function decode(call: Call): string | null {
  const text = readText(call, 0)
  if (text === null) return null
  const bytes = decodeBase64(text)
  const decoded = bytes === undefined ? undefined : decodeText(bytes, readEncoding(call))
  if (decoded === undefined) throw fail(call, 'BadEncoding', 'the text is no Base64 of this encoding', { argument: 0 })
  return decoded
}

function readEncoding(call: Call): Encoding {
  const parameter = call.expression.arguments[1]
  const name = parameter?.kind === 'word' ? parameter.name : readPlainText(call, 1)
  const encoding = encodings.find((known) => known === (name || 'Unicode'))
  if (encoding === undefined)
    throw fail(call, 'BadEnum', `an encoding is one of ${encodings.join(', ')}`, { argument: 1 })
  return encoding
}

function pickComponent(call: Call): string | null {
  const text = readText(call, 0)
  const number = readIndex(call, 1)
  if (text === null) return null
  const components = parseName(text)
  if (components === undefined) throw fail(call, 'BadEncoding', 'the text is no distinguished name', { argument: 0 })
  const component = components[number - 1]
  if (component === undefined)
    throw fail(call, 'OutOfBounds', `there are ${components.length} parts, counted from 1, and no ${number}.`, {
      argument: 1,
    })
  return component
}

// MS-DTYP 2.4.2.2: revision, count, six bytes of authority (big-endian), the sub-authorities (little-endian).
function printSid(call: Call): string | null {
  const text = readText(call, 0)
  if (text === null) return null
  const bytes = decodeBase64(text)
  const count = bytes?.[1]
  if (bytes === undefined || count === undefined || bytes.length !== 8 + 4 * count)
    throw fail(call, 'BadEncoding', 'the value is no SID in Base64', { argument: 0 })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const authority = view.getUint16(2) * 2 ** 32 + view.getUint32(4)
  const parts = Array.from({ length: count }, (_, index) => view.getUint32(8 + 4 * index, true))
  return ['S', bytes[0], authority, ...parts].join('-')
}
