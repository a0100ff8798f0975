const startBytes = 65_536
/** A larger one is given up with the column that needed it. */
const keptBytesMax = 1024 * 1024
const utf8BytesMax = 3
const uuidBytes = 16
/** PostgreSQL counts time from 2000 on, in microseconds. */
const epochMs = Date.UTC(2000, 0, 1)
const microseconds = 1_000

/** A value of an array: of what kind it is, the array's type says. */
export type ArrayValue = string | number | boolean | Date | Uint8Array | null

/** The types whose arrays are written here, by their names in SQL. */
export type ArrayType = keyof typeof elements

type Element = {
  /** In `pg_type`, the same in every PostgreSQL. */
  readonly oid: number
  /** Writes a value, which is not null, behind its length; gives where it ends. */
  readonly write: (value: NonNullable<ArrayValue>, at: number) => number
}

/** Grows with the largest column so far; what is handed out is a copy. */
let room = Buffer.allocUnsafe(startBytes)

const writeText: Element['write'] = (value, at) => {
  const text = String(value)
  reserve(at, text.length * utf8BytesMax)
  return at + room.write(text, at)
}

// The formats of each type's `recv` function (src/backend/utils/adt).
const elements = {
  text: { oid: 25, write: writeText },
  json: { oid: 114, write: writeText },
  uuid: { oid: 2950, write: (value, at) => writeUuid(String(value), at) },
  boolean: { oid: 16, write: (value, at) => room.writeUInt8(value === true ? 1 : 0, at) },
  smallint: { oid: 21, write: (value, at) => room.writeInt16BE(Number(value), at) },
  integer: { oid: 23, write: (value, at) => room.writeInt32BE(Number(value), at) },
  bigint: { oid: 20, write: (value, at) => writeInt64(Number(value), at) },
  timestamptz: { oid: 1184, write: (value, at) => writeTime(value, at) },
  bytea: { oid: 17, write: (value, at) => writeBytes(value, at) },
} as const satisfies { readonly [type: string]: Element }

/**
 * An array as PostgreSQL reads it in its binary format: lengths and bytes, so nothing is escaped and nothing is parsed, where
 * the text of an array is looked at letter by letter. Bind it to a parameter that is cast to an array of the type.
 */
export function toBinaryArray(type: ArrayType, values: readonly ArrayValue[]): Buffer {
  const { oid, write }: Element = elements[type]
  let at = writeHead(values, oid)
  for (const value of values) {
    // Room for the length, and for a value of a fixed size.
    reserve(at, uuidBytes + 4)
    const start = at + 4
    at = value === null ? start : write(value, start)
    room.writeInt32BE(value === null ? -1 : at - start, start - 4)
  }
  return take(at)
}

export function toTextArray(values: readonly (string | null)[]): Buffer {
  return toBinaryArray('text', values)
}

export function toUuidArray(values: readonly string[]): Buffer {
  return toBinaryArray('uuid', values)
}

/** One dimension, counted from 1 (src/backend/utils/adt/arrayfuncs.c, array_recv). */
function writeHead(values: readonly unknown[], elementType: number): number {
  let at = room.writeInt32BE(values.length === 0 ? 0 : 1, 0)
  at = room.writeInt32BE(values.includes(null) ? 1 : 0, at)
  at = room.writeInt32BE(elementType, at)
  if (values.length === 0) return at
  at = room.writeInt32BE(values.length, at)
  return room.writeInt32BE(1, at)
}

/** What each character stands for as a hexadecimal digit; -1: it is none. */
const digits = Int8Array.from({ length: 128 }, (_, code) => '0123456789abcdef'.indexOf(toLower(code)))

function toLower(code: number): string {
  return String.fromCodePoint(code).toLowerCase()
}

/** Two digits a byte, and hyphens anywhere: by hand, since this is a third of what an engine that sends has to write. */
function writeUuid(value: string, at: number): number {
  const end = at + uuidBytes
  let next = at
  let high = -1
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index)
    if (code === 0x2d) continue
    const digit = digits[code] ?? -1
    if (digit < 0 || next === end) throw new TypeError(`"${value}" is no UUID`)
    if (high < 0) high = digit
    else {
      room[next++] = high * 16 + digit
      high = -1
    }
  }
  if (next !== end || high >= 0) throw new TypeError(`"${value}" is no UUID`)
  return end
}

function writeInt64(value: number, at: number): number {
  if (!Number.isSafeInteger(value)) throw new TypeError(`${value} is no whole number that can be told exactly`)
  const high = Math.floor(value / 2 ** 32)
  return room.writeUInt32BE(value - high * 2 ** 32, room.writeInt32BE(high, at))
}

function writeTime(value: NonNullable<ArrayValue>, at: number): number {
  const sinceMs = (value instanceof Date ? value.getTime() : Number.NaN) - epochMs
  const since = sinceMs * microseconds
  // A time that means "never" lies behind what a number tells exactly.
  return Number.isSafeInteger(since) ? writeInt64(since, at) : room.writeBigInt64BE(BigInt(sinceMs) * 1_000n, at)
}

function writeBytes(value: NonNullable<ArrayValue>, at: number): number {
  if (!(value instanceof Uint8Array)) throw new TypeError('Only bytes go into an array of bytes')
  reserve(at, value.length)
  room.set(value, at)
  return at + value.length
}

function reserve(used: number, bytes: number): void {
  if (used + bytes <= room.length) return
  const larger = Buffer.allocUnsafe((used + bytes) * 2)
  room.copy(larger, 0, 0, used)
  room = larger
}

function take(length: number): Buffer {
  const taken = Buffer.from(room.subarray(0, length))
  if (room.length > keptBytesMax) room = Buffer.allocUnsafe(startBytes)
  return taken
}
