import type { CsvFormat } from '@rollcall/admin-api'
import { SourceError } from '../source-error.ts'
import { detectEncoding, detectionBytes, type Encoding } from './detect-encoding.ts'

/** Bytes as text, in the encoding that is named or found; which one it is, is told. Throws SourceError where they are no such text. */
export async function* decodeText(
  chunks: AsyncIterable<Uint8Array>,
  encoding: CsvFormat['encoding'],
  tell: (encoding: Encoding) => void = () => {},
): AsyncGenerator<string> {
  const open = (known: Encoding) => {
    tell(known)
    return toDecoder(known)
  }
  let decoder = encoding === 'auto' ? undefined : open(encoding)
  let start: Uint8Array[] = []
  let startBytes = 0
  let doneBytes = 0
  for await (const chunk of chunks) {
    if (decoder !== undefined) {
      yield decoder.decode(chunk, doneBytes)
      doneBytes += chunk.byteLength
      continue
    }
    start.push(chunk)
    startBytes += chunk.byteLength
    if (startBytes < detectionBytes) continue
    const whole = Buffer.concat(start)
    decoder = open(detectEncoding(whole))
    yield decoder.decode(whole, 0)
    start = []
    doneBytes = whole.byteLength
  }
  if (decoder === undefined) {
    const whole = Buffer.concat(start)
    decoder = open(detectEncoding(whole))
    yield decoder.decode(whole, 0)
    doneBytes = whole.byteLength
  }
  yield decoder.end(doneBytes)
}

function toDecoder(encoding: Encoding) {
  // Takes the byte order mark away by itself.
  const decoder = new TextDecoder(encoding, { fatal: true })
  const refuse = (at: number): SourceError =>
    new SourceError(
      'wrongEncoding',
      `This is no text in ${encoding}. Name the encoding of the file in the source’s format, or write it as UTF-8.`,
      { place: `byte ${at + 1} or soon after` },
    )
  return {
    decode: (chunk: Uint8Array, at: number): string => {
      try {
        return decoder.decode(chunk, { stream: true })
      } catch {
        throw refuse(at)
      }
    },
    end: (at: number): string => {
      try {
        return decoder.decode()
      } catch {
        throw new SourceError('truncated', 'The file ends in the middle of a character', { place: `byte ${at}` })
      }
    },
  }
}
