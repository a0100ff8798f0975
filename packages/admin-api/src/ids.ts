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
  session: 'ses',
  passkey: 'psk',
  identityProvider: 'idp',
  signInFailure: 'sif',
  auditEvent: 'aud',
  auditStream: 'ast',
  event: 'evt',
  webhook: 'whk',
  delivery: 'dlv',
  eventStream: 'evs',
  transmitter: 'trm',
} as const

export type IdPrefix = (typeof idPrefixes)[keyof typeof idPrefixes]

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** 26 characters hold 130 bits: the first one carries only 3 of the 128. */
export const idSuffixPattern = '[0-7][0-9a-hjkmnp-tv-z]{25}'
const suffix = new RegExp(`^${idSuffixPattern}$`)
// Ten bits as two characters.
const pairs = [...alphabet].flatMap((first) => [...alphabet].map((second) => first + second))
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
  // Every request is given such an id: few large pieces take a fifth of the time of a character at a time, or of BigInt.
  const hex = id.replaceAll('-', '')
  // 26 characters hold 130 bits, so the first pair begins with two that are zero; five hex digits are two pairs.
  let text = pairOf(Number.parseInt(hex.slice(0, 2), 16))
  for (let digit = 2; digit < hex.length; digit += 5) {
    const bits = Number.parseInt(hex.slice(digit, digit + 5), 16)
    text += pairOf(bits >> 10) + pairOf(bits & 0x3ff)
  }
  return `${prefix}_${text}`
}

function pairOf(bits: number): string {
  return pairs[bits] ?? ''
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
