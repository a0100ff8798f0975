import { randomBytes } from 'node:crypto'

/**
 * Makes UUIDv7 whose order is the order of their making, also within a millisecond (RFC 9562 §6.2, method 1):
 * lists without sortBy are ordered by them.
 */
export function createIdSource(nowMs: () => number = Date.now): () => string {
  let lastMs = 0
  let counter = 0
  return () => {
    const ms = nowMs()
    if (ms > lastMs) {
      lastMs = ms
      counter = randomBytes(1).readUInt8()
    } else if (++counter > 0xfff) {
      lastMs++
      counter = 0
    }
    const random = randomBytes(8)
    random.writeUInt8((random.readUInt8(0) & 0x3f) | 0x80, 0)
    const time = lastMs.toString(16).padStart(12, '0')
    const tail = random.toString('hex')
    const middle = `7${counter.toString(16).padStart(3, '0')}`
    return `${time.slice(0, 8)}-${time.slice(8)}-${middle}-${tail.slice(0, 4)}-${tail.slice(4)}`
  }
}
