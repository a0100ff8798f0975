const startBytes = 16_384
/** A larger buffer is given up with the message that needed it. */
const keptBytesMax = 1024 * 1024
const code = { parse: 0x50, describe: 0x44, bind: 0x42, execute: 0x45, sync: 0x53 } as const
const statementKind = 0x53
const utf8BytesMax = 3

/** A value that can be written as it is; lists and objects are left to pg, which knows how to write them. */
export type Plain = string | number | bigint | boolean | Date | Uint8Array | null | undefined

export function arePlain(values: readonly unknown[]): values is readonly Plain[] {
  return values.every(isPlain)
}

function isPlain(value: unknown): value is Plain {
  if (typeof value !== 'object') return typeof value !== 'function' && typeof value !== 'symbol'
  return value === null || value instanceof Uint8Array || value instanceof Date
}

/** Messages to PostgreSQL one behind the other in one buffer (manual, §54.7), so that they leave in one write. */
export class MessageWriter {
  #buffer = Buffer.allocUnsafe(startBytes)
  #length = 0

  /** Prepares a statement; PostgreSQL finds out the types of its parameters. */
  parse(name: string, text: string): void {
    const start = this.#begin(code.parse, (name.length + text.length) * utf8BytesMax)
    this.#name(name)
    this.#name(text)
    this.#int16(0)
    this.#end(start)
  }

  /** Asks for the columns of a prepared statement. */
  describe(name: string): void {
    const start = this.#begin(code.describe, name.length * utf8BytesMax)
    this.#buffer[this.#length++] = statementKind
    this.#name(name)
    this.#end(start)
  }

  /** Binds values to a prepared statement and runs it; every column comes back as text. */
  run(name: string, values: readonly Plain[]): void {
    const start = this.#begin(code.bind, name.length * utf8BytesMax + values.length * 2)
    this.#name('')
    this.#name(name)
    this.#int16(values.length)
    for (const value of values) this.#int16(value instanceof Uint8Array ? 1 : 0)
    this.#int16(values.length)
    for (const value of values) this.#value(value)
    this.#int16(0)
    this.#end(start)
    const execute = this.#begin(code.execute, 0)
    this.#name('')
    this.#int32(0)
    this.#end(execute)
  }

  /** Ends a batch: PostgreSQL sends what it has answered and forgets an error. */
  sync(): void {
    this.#end(this.#begin(code.sync, 0))
  }

  /** What was written; the writer begins anew. */
  take(): Buffer {
    const bytes = Buffer.from(this.#buffer.subarray(0, this.#length))
    this.clear()
    return bytes
  }

  /** Forgets what was written, also half of a message. */
  clear(): void {
    this.#length = 0
    if (this.#buffer.length > keptBytesMax) this.#buffer = Buffer.allocUnsafe(startBytes)
  }

  #begin(message: number, bytes: number): number {
    // Room for the code, the lengths and the zeroes of any message besides what it carries.
    this.#reserve(bytes + 32)
    this.#buffer[this.#length] = message
    const start = this.#length + 1
    this.#length += 5
    return start
  }

  #end(start: number): void {
    this.#buffer.writeInt32BE(this.#length - start, start)
  }

  #value(value: Plain): void {
    if (value === null || value === undefined) {
      this.#reserve(16)
      this.#int32(-1)
    } else if (value instanceof Uint8Array) {
      this.#reserve(value.length + 16)
      this.#int32(value.length)
      this.#buffer.set(value, this.#length)
      this.#length += value.length
    } else {
      const text = value instanceof Date ? value.toISOString() : String(value)
      this.#reserve(text.length * utf8BytesMax + 16)
      const bytes = this.#buffer.write(text, this.#length + 4)
      this.#int32(bytes)
      this.#length += bytes
    }
  }

  #name(text: string): void {
    this.#length += this.#buffer.write(text, this.#length)
    this.#buffer[this.#length++] = 0
  }

  #int16(value: number): void {
    this.#length = this.#buffer.writeInt16BE(value, this.#length)
  }

  #int32(value: number): void {
    this.#length = this.#buffer.writeInt32BE(value, this.#length)
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe((this.#length + bytes) * 2)
    this.#buffer.copy(larger, 0, 0, this.#length)
    this.#buffer = larger
  }
}
