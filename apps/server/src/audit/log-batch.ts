const startBytes = 64 * 1024
const utf8BytesMax = 3
const lineFeed = 0x0a

/**
 * Lines that wait to be written, as bytes: outside of the heap, where thousands of them would be carried about by the
 * garbage collector for as long as they wait.
 */
export class LogBatch {
  #buffer = Buffer.allocUnsafeSlow(startBytes)
  #length = 0
  #lines = 0

  get lines(): number {
    return this.#lines
  }

  get bytes(): number {
    return this.#length
  }

  /** Adds a line, which must hold no line feed, and says how many bytes it took. */
  add(line: string): number {
    const start = this.#length
    this.#reserve(line.length * utf8BytesMax + 1)
    this.#length += this.#buffer.write(line, this.#length)
    this.#buffer[this.#length++] = lineFeed
    this.#lines++
    return this.#length - start
  }

  /** All lines, each with a line feed behind it; good until the next one is added. */
  toBytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  toLines(): readonly string[] {
    return this.toBytes().toString().split('\n').slice(0, -1)
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
