/** What an id names: the prefix makes a stray id in a log recognisable. */
export const idPrefixes = {
  organization: 'org',
  connection: 'con',
  key: 'key',
  serviceAccount: 'sa',
  request: 'req',
  hold: 'hold',
  user: 'usr',
  team: 'team',
  role: 'role',
  roleMapping: 'rmap',
  invitation: 'inv',
  mail: 'mail',
  domain: 'dom',
  override: 'ovr',
  externalGroup: 'grp',
  run: 'run',
  notice: 'note',
} as const

export type IdPrefix = (typeof idPrefixes)[keyof typeof idPrefixes]

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** 26 characters hold 130 bits: the first one carries only 3 of the 128. */
export const idSuffixPattern = '[0-7][0-9a-hjkmnp-tv-z]{25}'
const suffix = new RegExp(`^${idSuffixPattern}$`)
const digits = new Map([...alphabet].map((character, value) => [character, BigInt(value)]))

/**
 * How an id looks outside of the database (TypeID 0.3): prefix, underscore, the UUID in Crockford's base32.
 * It sorts like the UUID.
 *
 * @param prefix - one of `idPrefixes`
 * @param id - a UUID with hyphens
 * @throws RangeError when `id` is no UUID
 * @example
 * ```ts
 * import { formatTypeId } from '@rollcall/admin-api'
 *
 * console.log(formatTypeId('org', '01893f6e-5c00-7000-8000-000000000000')) // org_01h4zpwq00e008000000000000
 * ```
 */
export function formatTypeId(prefix: IdPrefix, id: string): string {
  if (!uuidPattern.test(id)) throw new RangeError(`Not a UUID: ${id}`)
  // Five bits at a time out of windows of three hex digits: every request is given such an id, and BigInt takes five times as long.
  const hex = `${id.replaceAll('-', '')}00`
  let text = alphabet.charAt(Number.parseInt(hex.charAt(0), 16) >> 1)
  for (let bit = 3; bit < 128; bit += 5) {
    const nibble = bit >> 2
    const window = Number.parseInt(hex.slice(nibble, nibble + 3), 16)
    text += alphabet.charAt((window >> (7 - (bit & 3))) & 31)
  }
  return `${prefix}_${text}`
}

/**
 * The UUID behind an id of that prefix, or behind a bare UUID.
 *
 * @returns the UUID in lower case; undefined when the text is neither
 * @example
 * ```ts
 * import { formatTypeId, parseTypeId } from '@rollcall/admin-api'
 *
 * const id = formatTypeId('key', '01893f6e-5c00-7000-8000-000000000001')
 * console.log(parseTypeId('key', id)) // 01893f6e-5c00-7000-8000-000000000001
 * console.log(parseTypeId('usr', id)) // undefined
 * ```
 */
export function parseTypeId(prefix: IdPrefix, text: string): string | undefined {
  if (uuidPattern.test(text)) return text.toLowerCase()
  if (!text.startsWith(`${prefix}_`)) return undefined
  const body = text.slice(prefix.length + 1)
  if (!suffix.test(body)) return undefined
  let value = 0n
  for (const character of body) value = (value << 5n) | (digits.get(character) ?? 0n)
  const hex = value.toString(16).padStart(32, '0')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
