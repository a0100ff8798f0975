import { isJsonObject, type JsonObject } from '@rollcall/scim'
import { flatten } from '../flatten.ts'
import { nameRecord } from '../name-record.ts'
import { sampleMax, type SourceEntry, type SourcePage, type SourceReader } from '../reader.ts'
import { SourceError } from '../source-error.ts'

const entriesPerPage = 1_000
/** A page with so much in it has fewer. */
export const bytesPerPage = 8 * 1024 * 1024
const lineBytesMax = 4 * 1024 * 1024
const newline = 0x0a
const byteOrderMark = /^\uFEFF/

/** Lines of a file, from any of its bytes on. */
export type LinesFile = {
  readonly bytes: number | undefined
  read(fromByte: number): AsyncIterable<Uint8Array>
}

export type Line = {
  readonly number: number
  readonly text: string
  readonly isTerminated: boolean
  readonly nextByte: number
}

type Asked = {
  readonly cursor: JsonObject | undefined
  /** The member that names a record. */
  readonly anchor: string
  readonly signal: AbortSignal
}

/** Records as objects, one a line (JSON Lines, NDJSON), in UTF-8; what is within an object is a column with dots. Empty lines are none. */
export function createJsonLinesReader(find: () => Promise<LinesFile>, anchor: string): SourceReader {
  return {
    abilities: { canDelta: false, tellsDeletions: false },
    read: async function* ({ cursor, signal }) {
      yield* readPages(await find(), { cursor, anchor, signal })
    },
    probe: async (signal) => {
      const { value } = await readPages(await find(), { cursor: undefined, anchor, signal }).next()
      const sample: readonly SourceEntry[] = value?.entries.slice(0, sampleMax) ?? []
      const names = sample.flatMap((entry) => (entry.kind === 'record' ? Object.keys(entry.attributes) : []))
      return { sample, columns: [...new Set(names)] }
    },
  }
}

async function* readPages(file: LinesFile, options: Asked): AsyncGenerator<SourcePage, undefined> {
  const { cursor, anchor, signal } = options
  let entries: SourceEntry[] = []
  let last = 0
  const start = { byte: numberOf(cursor?.['byte']), line: numberOf(cursor?.['line']) }
  let begun = start.byte
  for await (const line of splitLines(file.read(start.byte), start)) {
    signal.throwIfAborted()
    last = line.nextByte
    if (line.text.trim() !== '') entries.push(toEntry(line, anchor))
    if (entries.length < entriesPerPage && line.nextByte - begun < bytesPerPage) continue
    const place = { byte: line.nextByte, line: line.number }
    yield { entries, cursor: place, progress: { done: line.nextByte, total: file.bytes } }
    entries = []
    begun = line.nextByte
  }
  yield {
    entries,
    cursor: undefined,
    progress: { done: last, total: file.bytes },
    end: { checkpoint: undefined },
  }
}

function toEntry(line: Line, anchor: string): SourceEntry {
  const place = `line ${line.number}`
  const parsed = parseLine(line, place)
  if (parsed === undefined || !isJsonObject(parsed))
    return { ...bad(place), attribute: undefined, reason: 'notAnObject', detail: 'The line is no JSON object' }
  const attributes = flatten(parsed)
  const named = nameRecord(attributes, { column: anchor, place })
  return 'kind' in named ? named : { kind: 'record', ...named, attributes, place }
}

function bad(place: string) {
  return { kind: 'bad', anchor: undefined, place } as const
}

/** Undefined: it is no JSON. A last line that ends in its middle is the end of a file that was cut off. */
function parseLine({ text, isTerminated }: Line, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    if (isTerminated) return undefined
    throw new SourceError('truncated', 'The last line breaks off in its middle', { place })
  }
}

/** Lines with what stands in them; throws SourceError for one that is too long or no UTF-8. */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  start: { readonly byte: number; readonly line: number },
): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let rest: Uint8Array = new Uint8Array()
  let byte = start.byte
  let number = start.line
  const toLine = (bytes: Uint8Array, isTerminated: boolean): Line => {
    number++
    byte += bytes.byteLength + (isTerminated ? 1 : 0)
    return { number, text: decode(decoder, bytes, number), isTerminated, nextByte: byte }
  }
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      const own = chunk.subarray(from, end)
      yield toLine(rest.byteLength === 0 ? own : Buffer.concat([rest, own]), true)
      rest = new Uint8Array()
      from = end + 1
    }
    rest = Buffer.concat([rest, chunk.subarray(from)])
    if (rest.byteLength > lineBytesMax)
      throw new SourceError('unreadable', `The line has more than ${lineBytesMax} bytes`, {
        place: `line ${number + 1}`,
      })
  }
  if (rest.byteLength > 0) yield toLine(rest, false)
}

function decode(decoder: TextDecoder, bytes: Uint8Array, line: number): string {
  try {
    return decoder.decode(bytes).replace(line === 1 ? byteOrderMark : '', '')
  } catch (cause) {
    throw new SourceError('wrongEncoding', 'The line is not UTF-8', { place: `line ${line}`, cause })
  }
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0
}
