import { createHash, randomBytes } from 'node:crypto'

/** Crockford's alphabet: nothing in it looks like something else. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const charactersOfCode = 16
const charactersOfGroup = 4
const shape = new RegExp(`^[${alphabet}]{${charactersOfCode}}$`)

/** 80 random bits, so that a hash without salt keeps it: `xxxx-xxxx-xxxx-xxxx`. */
export function createRecoveryCode(): string {
  const characters = [...randomBytes(charactersOfCode)].map((byte) => alphabet[byte & 31] ?? '').join('')
  return characters.match(new RegExp(`.{${charactersOfGroup}}`, 'g'))?.join('-') ?? ''
}

/** SHA-256 of a code as people type it: spaces, hyphens and capitals do not count. Undefined: no such code can exist. */
export function hashRecoveryCode(text: string): Buffer | undefined {
  const code = text.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1')
  return shape.test(code) ? createHash('sha256').update(code).digest() : undefined
}
