import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'
import { scimError, type JsonObject } from '@rollcall/scim'
import type { DirectoryContext } from './directory-context.ts'

// OWASP's recommendation for scrypt: N = 2^16, r = 8, p = 2 (64 MiB); 16 bytes of salt, 32 of key.
const logN = 16
const blockSize = 8
const parallelism = 2
const saltBytes = 16
const keyBytes = 32
// Normalising a text of a million combining marks would take a minute.
const passwordCharactersMax = 1_000

/**
 * A password as PHC text, `$scrypt$ln=16,r=8,p=2$salt$hash`; hashed on a thread of its own.
 * Throws `invalidValue` for one of more than 1,000 characters.
 */
export async function hashPassword(password: string): Promise<string> {
  if (password.length > passwordCharactersMax)
    throw scimError('invalidValue', `"password" may have at most ${passwordCharactersMax} characters`)
  const salt = randomBytes(saltBytes)
  const key = await derive(password, salt, { N: 2 ** logN, r: blockSize, p: parallelism })
  return `$scrypt$ln=${logN},r=${blockSize},p=${parallelism}$${encode(salt)}$${encode(key)}`
}

/** Whether the PHC text was made from this password; false also for a text that is none. */
export async function isPassword(password: string, phc: string): Promise<boolean> {
  const match = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(phc)
  if (match === null) return false
  const [, n, r, p, salt = '', hash = ''] = match
  const expected = Buffer.from(hash, 'base64')
  const key = await derive(password, Buffer.from(salt, 'base64'), { N: 2 ** Number(n), r: Number(r), p: Number(p) })
  return key.length === expected.length && timingSafeEqual(key, expected)
}

function derive(password: string, salt: Buffer, cost: ScryptOptions): Promise<Buffer> {
  // The same password may be typed in several compositions of Unicode (RFC 7644 §7.8).
  const text = password.normalize('NFC')
  return new Promise((resolve, reject) => {
    scrypt(text, salt, keyBytes, { ...cost, maxmem: 256 * 1024 * 1024 }, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}

// PHC texts carry base64 without padding.
function encode(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}

/** Without the setting a password is forgotten at once (RFC 7643 §4.1.1: writeOnly, never returned). */
export async function hashOf(context: DirectoryContext, writeOnly: JsonObject): Promise<string | undefined> {
  const password = writeOnly['password']
  if (!context.settings.passwordSync || typeof password !== 'string') return undefined
  return hashPassword(password)
}
