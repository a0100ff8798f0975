/** The encodings that ConvertFromBase64 knows. */
export const encodings = ['Unicode', 'UTF8', 'ASCII'] as const

export type Encoding = (typeof encodings)[number]

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export function encodeBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    for (let digit = 0; digit < 4; digit++)
      text += at + digit > bytes.length ? '=' : (alphabet[(group >> (18 - 6 * digit)) & 63] ?? '')
  }
  return text
}

/** The bytes of a Base64 text; undefined when it is none. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const plain = text.replaceAll(/\s/g, '')
  if (plain.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(plain)) return undefined
  const digits = plain.replace(/=+$/, '')
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4))
  for (const [index] of bytes.entries()) {
    const at = Math.floor((index * 4) / 3)
    const pair = (alphabet.indexOf(digits[at] ?? 'A') << 6) | alphabet.indexOf(digits[at + 1] ?? 'A')
    bytes[index] = pair >> (4 - 2 * (index % 3))
  }
  return bytes
}

/** The text of bytes; undefined when they are none of this encoding. */
export function decodeText(bytes: Uint8Array, encoding: Encoding): string | undefined {
  if (encoding === 'ASCII') return new TextDecoder().decode(bytes.map((byte) => (byte < 0x80 ? byte : 0x3f)))
  if (encoding === 'Unicode' && bytes.length % 2 === 1) return undefined
  try {
    return new TextDecoder(encoding === 'UTF8' ? 'utf-8' : 'utf-16le', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
