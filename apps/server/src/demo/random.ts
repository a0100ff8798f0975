import { createHash } from 'node:crypto'

/** Numbers and ids that are the same for the same seed, on every machine. */
export type SeededRandom = {
  /** From 0 up to, not including, `below`. */
  integer(below: number): number
  pick<T>(list: readonly [T, ...(readonly T[])]): T
  /** A UUIDv7; later ones sort behind earlier ones. */
  readonly id: () => string
}

const idsFrom = Date.UTC(2026, 0, 1)

/** sfc32 by Chris Doty-Humphrey: small, fast and good enough for names. Never for secrets. */
export function createSeededRandom(seed: string): SeededRandom {
  const digest = createHash('sha256').update(seed).digest()
  let [a, b, c, counter] = [0, 4, 8, 12].map((at) => digest.readUInt32LE(at)) as [number, number, number, number]
  const next = (): number => {
    const sum = (a + b + counter) >>> 0
    counter = (counter + 1) >>> 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) >>> 0
    c = ((c << 21) | (c >>> 11)) >>> 0
    c = (c + sum) >>> 0
    return sum
  }
  const hex = (length: number): string => next().toString(16).padStart(8, '0').slice(-length)
  let made = 0
  return {
    integer: (below) => next() % below,
    pick: (list) => list[next() % list.length] ?? list[0],
    id: () => {
      const time = (idsFrom + made++).toString(16).padStart(12, '0')
      return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-8${hex(3)}-${hex(8)}${hex(4)}`
    },
  }
}
