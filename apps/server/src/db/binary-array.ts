const startBytes = 65_536
const utf8BytesMax = 3
const textType = 25
const uuidType = 2950
const uuidBytes = 16

/** Grows with the largest column so far; what is handed out is a copy. */
let room = Buffer.allocUnsafe(startBytes)
/** A larger one is given up with the column that needed it. */
const keptBytesMax = 1024 * 1024

/**
 * A `text[]` as PostgreSQL reads it in its binary format: lengths and bytes, so nothing is escaped and nothing is parsed.
 * Bind it to a parameter that is cast to `text[]`.
 */
export function toTextArray(values: readonly (string | null)[]): Buffer {
  let at = writeHead(values, textType)
  for (const value of values) {
    if (value === null) {
      reserve(at, 4)
      at = room.writeInt32BE(-1, at)
      continue
    }
    reserve(at, value.length * utf8BytesMax + 4)
    const bytes = room.write(value, at + 4)
    room.writeInt32BE(bytes, at)
    at += bytes + 4
  }
  return take(at)
}

/** A `uuid[]` in the same format. */
export function toUuidArray(values: readonly string[]): Buffer {
  let at = writeHead(values, uuidType)
  for (const value of values) {
    reserve(at, uuidBytes + 4)
    at = room.writeInt32BE(uuidBytes, at)
    const bytes = room.write(value.replaceAll('-', ''), at, 'hex')
    if (bytes !== uuidBytes) throw new TypeError(`"${value}" is no UUID`)
    at += bytes
  }
  return take(at)
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
