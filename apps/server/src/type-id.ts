import { randomUUIDv7 } from 'node:crypto'

// One codec for the server and for whoever reads its answers.
export { formatTypeId, parseTypeId, type IdPrefix } from '@rollcall/admin-api/ids'

// Of `tttttttt-tttt-7ccc-vrrr-rrrrrrrrrrrr`: the milliseconds, and where the random part begins.
const timeCharacters = 13
const randomFrom = 18

/** The first UUIDv7 of a millisecond (RFC 9562 §5.7). */
export function firstIdOf(timeMs: number): string {
  const hex = Math.max(0, timeMs).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}

/** When a UUIDv7 was made, in milliseconds. */
export function timeMsOf(id: string): number {
  return Number.parseInt(id.slice(0, timeCharacters).replace('-', ''), 16)
}

/** A UUIDv7. Those of one process sort in the order of their making, within a millisecond too (RFC 9562 §6.2, method 1). */
export const createId = createIdSource()

function createIdSource(): () => string {
  let lastTime = ''
  let counter = 0
  return () => {
    const fresh = randomUUIDv7()
    const time = fresh.slice(0, timeCharacters)
    if (time > lastTime) {
      lastTime = time
      counter = 0
    } else {
      // 4,096 within a millisecond, or a clock that was set back, only make later ones share their place.
      counter = Math.min(counter + 1, 0xfff)
    }
    return `${lastTime}-7${counter.toString(16).padStart(3, '0')}${fresh.slice(randomFrom)}`
  }
}
