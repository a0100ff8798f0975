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
  signInTest: 'sit',
  auditEvent: 'aud',
  auditStream: 'ast',
  event: 'evt',
  webhook: 'whk',
  delivery: 'dlv',
  eventStream: 'evs',
  savedView: 'view',
  transmitter: 'trm',
  app: 'app',
  cycle: 'cyc',
  plan: 'plan',
  gateHold: 'ghold',
  logEntry: 'plog',
  trace: 'ptrc',
  source: 'src',
  sourceRead: 'srd',
  sourceFile: 'sfl',
  sourceBatch: 'sbt',
  sourceEscrow: 'sesc',
  setupLink: 'slnk',
} as const

export type IdPrefix = (typeof idPrefixes)[keyof typeof idPrefixes]

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** 26 characters hold 130 bits: the first one carries only 3 of the 128. */
export const idSuffixPattern = '[0-7][0-9a-hjkmnp-tv-z]{25}'
const suffix = new RegExp(`^${idSuffixPattern}$`)
// Ten bits as two characters.
const pairs = [...alphabet].flatMap((first) => [...alphabet].map((second) => first + second))
const digitPlaces = [...'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx'].flatMap((mark, place) => (mark === 'x' ? [place] : []))
// By character code, in either case.
const hexValues = new Uint8Array(128)
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  hexValues[digit.charCodeAt(0)] = value
  hexValues[digit.toUpperCase().charCodeAt(0)] = value
}
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
  // Every request is given such an id: nothing is cut out of the text, and two characters are found at once.
  // 26 characters hold 130 bits, so the first pair begins with two that are zero; five hex digits are two pairs.
  let text = pairOf((digitAt(id, 0) << 4) | digitAt(id, 1))
  for (let digit = 2; digit < digitPlaces.length; digit += 5) {
    const middle = digitAt(id, digit + 2)
    text += pairOf((digitAt(id, digit) << 6) | (digitAt(id, digit + 1) << 2) | (middle >> 2))
    text += pairOf(((middle & 3) << 8) | (digitAt(id, digit + 3) << 4) | digitAt(id, digit + 4))
  }
  return `${prefix}_${text}`
}

/** The value of a hex digit of a UUID, hyphens not counted. */
function digitAt(id: string, digit: number): number {
  return hexValues[id.charCodeAt(digitPlaces[digit] ?? 0)] ?? 0
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
