import { scimError } from '../errors.ts'

/** What a cursor continues: the same list, cut in pages of the same size. */
export type CursorPosition = {
  /** Where the store goes on; opaque here. */
  readonly after: string
  readonly count: number
  /** Which of several resource types the list has come to (root search); 0 otherwise. */
  readonly typeIndex: number
}

/** What a cursor is bound to: it is refused for another organization, endpoint, filter or order. */
export type CursorBinding = {
  readonly secret: Uint8Array<ArrayBuffer>
  readonly scope: string
  readonly endpoint: string
  /** Canonical text of the filter. */
  readonly filter: string
  readonly sort: string
  readonly nowSeconds: number
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Makes the text of `nextCursor`: unreserved characters only (RFC 9865 §2), signed, with its expiry inside. */
export async function signCursor(
  position: CursorPosition,
  binding: CursorBinding,
  secondsMax: number,
): Promise<string> {
  const expires = binding.nowSeconds + secondsMax
  const payload = toBase64Url(
    encoder.encode(JSON.stringify([expires, position.count, position.typeIndex, position.after])),
  )
  const signature = await crypto.subtle.sign('HMAC', await importKey(binding.secret), signedBytes(payload, binding))
  return `${payload}.${toBase64Url(new Uint8Array(signature))}`
}

/**
 * Reads a cursor back. Throws `invalidCursor` for one that was changed or made for another list, `expiredCursor` for
 * one that is too old. The answer is the same for every kind of mismatch (RFC 9865 §5.2).
 */
export async function openCursor(cursor: string, binding: CursorBinding): Promise<CursorPosition> {
  const [payload, signature, ...rest] = cursor.split('.')
  const isForm = payload !== undefined && signature !== undefined && rest.length === 0
  const mac = isForm ? fromBase64Url(signature) : undefined
  const bytes = isForm ? fromBase64Url(payload) : undefined
  if (!isForm || mac === undefined || bytes === undefined) throw invalidCursor()
  const key = await importKey(binding.secret)
  if (!(await crypto.subtle.verify('HMAC', key, mac, signedBytes(payload, binding)))) throw invalidCursor()
  // The signature proves that signCursor wrote it.
  const [expires, count, typeIndex, after] = JSON.parse(decoder.decode(bytes)) as [number, number, number, string]
  if (expires <= binding.nowSeconds)
    throw scimError('expiredCursor', 'The cursor has expired; begin again with an empty cursor')
  return { after, count, typeIndex }
}

function invalidCursor(): Error {
  return scimError(
    'invalidCursor',
    'The cursor belongs to no list with these parameters; begin again with an empty cursor',
  )
}

function signedBytes(payload: string, binding: CursorBinding): Uint8Array<ArrayBuffer> {
  return encoder.encode(JSON.stringify([binding.scope, binding.endpoint, binding.filter, binding.sort, payload]))
}

const keys = new WeakMap<Uint8Array, Promise<CryptoKey>>()

function importKey(secret: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const known = keys.get(secret)
  if (known !== undefined) return known
  const key = crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])
  keys.set(secret, key)
  return key
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return undefined
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    return Uint8Array.from(binary, (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}
