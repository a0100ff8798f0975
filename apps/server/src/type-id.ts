import { randomUUIDv7 } from 'node:crypto'

/** What an id names; the prefix makes a stray id recognisable. */
export type IdPrefix = 'org' | 'con' | 'key' | 'req' | 'sa' | 'usr' | 'team' | 'hold'

// Of `tttttttt-tttt-7ccc-vrrr-rrrrrrrrrrrr`: the milliseconds, and where the random part begins.
const timeCharacters = 13
const randomFrom = 18
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const digits = new Map([...alphabet].map((character, value) => [character, BigInt(value)]))
const suffix = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

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

/** How an id looks outside of the database (TypeID): prefix, underscore, 26 characters of Crockford base32. */
export function formatTypeId(prefix: IdPrefix, id: string): string {
  let rest = BigInt(`0x${id.replaceAll('-', '')}`)
  let text = ''
  for (let place = 0; place < 26; place++) {
    text = `${alphabet[Number(rest & 31n)] ?? ''}${text}`
    rest >>= 5n
  }
  return `${prefix}_${text}`
}

/** The UUID behind a TypeID of that prefix, or behind a bare UUID; undefined when the text is neither. */
export function parseTypeId(prefix: IdPrefix, text: string): string | undefined {
  if (uuid.test(text)) return text.toLowerCase()
  if (!text.startsWith(`${prefix}_`)) return undefined
  const body = text.slice(prefix.length + 1)
  if (!suffix.test(body)) return undefined
  let value = 0n
  for (const character of body) value = (value << 5n) | (digits.get(character) ?? 0n)
  const hex = value.toString(16).padStart(32, '0')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
