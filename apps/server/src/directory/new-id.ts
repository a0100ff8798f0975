import { randomFillSync } from 'node:crypto'

const poolBytes = 4_096
const idBytes = 8

/**
 * Makes UUIDv7 whose order is the order of their making, also within a millisecond (RFC 9562 §6.2, method 1):
 * lists without sortBy are ordered by them.
 */
export function createIdSource(nowMs: () => number = Date.now): () => string {
  const nextRandom = createRandomSource()
  let lastMs = 0
  let counter = 0
  return () => {
    const ms = nowMs()
    if (ms > lastMs) {
      lastMs = ms
      counter = 0
    } else if (++counter > 0xfff) {
      lastMs++
      counter = 0
    }
    const random = nextRandom()
    const time = lastMs.toString(16).padStart(12, '0')
    const middle = `7${counter.toString(16).padStart(3, '0')}`
    return `${time.slice(0, 8)}-${time.slice(8)}-${middle}-${random.slice(0, 4)}-${random.slice(4)}`
  }
}

// Random bytes are fetched in bulk: asking for eight at a time costs more than everything else about an id.
function createRandomSource(): () => string {
  const pool = Buffer.alloc(poolBytes)
  let used = poolBytes
  return () => {
    if (used >= poolBytes) {
      randomFillSync(pool)
      used = 0
    }
    const bytes = pool.subarray(used, used + idBytes)
    used += idBytes
    // RFC 9562 §4.1: the variant is 10.
    bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x80, 0)
    return bytes.toString('hex')
  }
}
