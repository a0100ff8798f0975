const startBytes = 1024
const utf8BytesMax = 3

/** Lines as bytes: outside of the heap, where thousands of them would be carried about by the garbage collector. */
export class LineBuffer {
  readonly #end: string
  #buffer = Buffer.allocUnsafeSlow(startBytes)
  #length = 0
  #lines = 0

  /** What stands behind each line, a character of one byte; no line may hold it. */
  constructor(end: string) {
    this.#end = end
  }

  get lines(): number {
    return this.#lines
  }

  get bytes(): number {
    return this.#length
  }

  /** Adds a line and says how many bytes it took. */
  add(line: string): number {
    const start = this.#length
    this.#reserve(line.length * utf8BytesMax + 1)
    this.#length += this.#buffer.write(line, this.#length)
    this.#buffer[this.#length++] = this.#end.charCodeAt(0)
    this.#lines++
    return this.#length - start
  }

  /** All lines, each with its end; good until the next one is added. */
  toBytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  toLines(): readonly string[] {
    return this.toBytes().toString().split(this.#end).slice(0, -1)
  }

  /** Begins anew in the same memory. */
  clear(): void {
    this.#length = 0
    this.#lines = 0
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return
    const larger = Buffer.allocUnsafeSlow((this.#length + bytes) * 2)
    this.#buffer.copy(larger, 0, 0, this.#length)
    this.#buffer = larger
  }
}
