const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const bitsOfByte = 8
const bitsOfCharacter = 5

/** RFC 4648 §6, without padding: what authenticator apps read. */
export function toBase32(bytes: Uint8Array): string {
  let text = ''
  let value = 0
  let bits = 0
  for (const byte of bytes) {
    value = (value << bitsOfByte) | byte
    bits += bitsOfByte
    for (; bits >= bitsOfCharacter; bits -= bitsOfCharacter)
      text += alphabet[(value >>> (bits - bitsOfCharacter)) & 31] ?? ''
    value &= (1 << bits) - 1
  }
  if (bits > 0) text += alphabet[(value << (bitsOfCharacter - bits)) & 31] ?? ''
  return text
}
