import type { CsvFormat } from '@rollcall/admin-api'
import type { SourceFile } from '../file.ts'
import { decodeText } from './decode-text.ts'

/** The text of a file, and what was seen of it so far. */
export type FileText = {
  readonly chunks: AsyncGenerator<string>
  /** Bytes that were read. */
  readonly doneBytes: () => number
  /** What was read last is the end of a line. */
  readonly endsInLine: () => boolean
  /** The one that was named or found; undefined: nothing was read yet. */
  readonly encoding: () => string | undefined
}

export function textOfFile(file: SourceFile, encoding: CsvFormat['encoding']): FileText {
  let doneBytes = 0
  let last = ''
  let found: string | undefined
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of file.chunks) {
      doneBytes += chunk.byteLength
      yield chunk
    }
  }
  async function* noted(): AsyncGenerator<string> {
    for await (const text of decodeText(counted(), encoding, (known) => (found = known))) {
      last = text.at(-1) ?? last
      yield text
    }
  }
  return {
    chunks: noted(),
    doneBytes: () => doneBytes,
    endsInLine: () => last === '\n' || last === '\r',
    encoding: () => found,
  }
}
