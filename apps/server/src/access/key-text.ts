import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

/**
 * scm: SCIM; adm: admin API; cli: OAuth client secret; tok: access token; ref: refresh token; api: names the organization, belongs to nobody;
 * ins: the whole instance; set: owner set-up link; ses: session of a browser.
 * Secret scanners find all of them by `keyPattern`.
 */
export const keyKinds = ['scm', 'adm', 'cli', 'tok', 'ref', 'api', 'ins', 'set', 'ses'] as const
export type KeyKind = (typeof keyKinds)[number]

/** The published expression for secret scanning: kind, short id (6), random (22: 131 bits), CRC-32 (6). */
export const keyPattern = /\brc_(?:scm|adm|cli|tok|ref|api|ins|set|ses)_[0-9A-Za-z]{34}\b/g

/** In the place of an organization's short id, where a secret belongs to the instance. */
export const instanceShortId = '000000'

const shape = /^rc_(scm|adm|cli|tok|ref|api|ins|set|ses)_([0-9A-Za-z]{6})([0-9A-Za-z]{22})([0-9A-Za-z]{6})$/
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const randomCharacters = 22
const shortIdCharacters = 6
const checksumCharacters = 6

/** What a key text says by itself, without any database. */
export type KeyText = { readonly kind: KeyKind; readonly shortId: string }

/** A new secret: `rc_<kind>_<short id><random><checksum>`. */
export function createKeyText(kind: KeyKind, shortId: string): string {
  const body = `rc_${kind}_${shortId}${randomBase62(randomCharacters)}`
  return body + checksumOf(body)
}

/** A new short id of an organization. */
export function createShortId(): string {
  return randomBase62(shortIdCharacters)
}

/** Kind and short id of a text that could be a key; undefined when its form or its checksum is wrong. */
export function parseKeyText(text: string): KeyText | undefined {
  const match = shape.exec(text)
  if (match === null) return undefined
  const [, kind, shortId, , checksum] = match
  if (shortId === undefined || checksum !== checksumOf(text.slice(0, -checksumCharacters))) return undefined
  const known = keyKinds.find((candidate) => candidate === kind)
  return known === undefined ? undefined : { kind: known, shortId }
}

/** What is stored in place of the key: 131 random bits need no slow hash. */
export function hashKeyText(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** What a list may show: the prefix and the last four characters. */
export function hintOf(text: string): string {
  return `${text.slice(0, 'rc_scm_'.length)}…${text.slice(-4)}`
}

/** Texts with key-like secrets blanked; for whatever is about to be logged or stored. */
export function redactKeyTexts(text: string): string {
  return text.includes('rc_') ? text.replace(keyPattern, (key) => `${key.slice(0, 'rc_scm_'.length)}[redacted]`) : text
}

/** CRC-32 (ISO 3309) of everything before it, in six base62 digits, as GitHub's tokens do. */
function checksumOf(body: string): string {
  let rest = crc32(body)
  let text = ''
  for (let place = 0; place < checksumCharacters; place++) {
    text = `${alphabet[rest % 62] ?? ''}${text}`
    rest = Math.floor(rest / 62)
  }
  return text
}

function randomBase62(length: number): string {
  let text = ''
  while (text.length < length) {
    // 248 is the largest multiple of 62 below 256: bytes above it would make some characters likelier than others.
    for (const byte of randomBytes(length)) if (byte < 248 && text.length < length) text += alphabet[byte % 62] ?? ''
  }
  return text
}
