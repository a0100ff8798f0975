import { lineEnd, toSingleLine, type PackedRead } from '../db/queries/packed-line.ts'
import { packBytesMax, packSpanMs } from '../db/queries/packed-reads.ts'
import { timeOfId } from '../id-time.ts'
import { LineBuffer } from './line-buffer.ts'

/** Fewer are not worth a pack: they become rows, which are found faster. */
export const packLinesLeast = 8
const rowEnd = Buffer.from('\n')

/** Whose reads a pack holds. */
type Owner = Pick<PackedRead, 'organizationId' | 'connectionId' | 'keyId'>

/** Reads with one key that wait to be written together. */
export class ReadPack {
  readonly #lines = new LineBuffer(lineEnd)
  #owner: Owner = { organizationId: '', connectionId: '', keyId: '' }
  #firstId = ''
  #lastId = ''
  #firstMs = 0
  #lastMs = 0

  /** Begins anew in the same memory, with the key of that read. */
  begin({ organizationId, connectionId, keyId, id, at }: PackedRead): void {
    this.#owner = { organizationId, connectionId, keyId }
    this.#lines.clear()
    this.#firstId = this.#lastId = id
    this.#firstMs = this.#lastMs = at.getTime()
  }

  hasRoomFor(line: string): boolean {
    return this.#lines.bytes + line.length < packBytesMax
  }

  /** Adds a line of `toPackedLine` and says how many bytes it took. */
  add({ id, at }: PackedRead, line: string): number {
    const ms = at.getTime()
    if (id < this.#firstId) this.#firstId = id
    if (id > this.#lastId) this.#lastId = id
    if (ms < this.#firstMs) this.#firstMs = ms
    if (ms > this.#lastMs) this.#lastMs = ms
    return this.#lines.add(line)
  }

  get isWorthwhile(): boolean {
    return this.#lines.lines >= packLinesLeast && timeOfId(this.#lastId) - timeOfId(this.#firstId) <= packSpanMs
  }

  /** The pack as COPY reads it, in pieces, and a line feed. */
  toPieces(): readonly Buffer[] {
    return [Buffer.from(this.#toHead()), this.#toBytes(), rowEnd]
  }

  /** The same as text, without the line feed. */
  toText(): string {
    return this.#toHead() + this.#toBytes().toString()
  }

  /** Its lines as rows of the request log. */
  toSingleLines(): readonly string[] {
    return this.#lines.toLines().map((line) => toSingleLine(this.#owner, line))
  }

  /** Nothing stands behind the last line. */
  #toBytes(): Buffer {
    return this.#lines.toBytes().subarray(0, -1)
  }

  #toHead(): string {
    const { organizationId, connectionId, keyId } = this.#owner
    const [firstAt, lastAt] = [new Date(this.#firstMs).toISOString(), new Date(this.#lastMs).toISOString()]
    return `${organizationId}\t${this.#lastId}\t${this.#firstId}\t${connectionId}\t${keyId}\t${firstAt}\t${lastAt}\t${this.#lines.lines}\t`
  }
}
