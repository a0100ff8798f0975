import { argon2, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { scimError, type JsonObject } from '@rollcall/scim'
import type { DirectoryContext } from './directory-context.ts'

// OWASP's recommendation for Argon2id: 19 MiB, 2 passes, 1 lane; 16 bytes of salt, 32 of key.
const memoryKib = 19_456
const passes = 2
const parallelism = 1
const saltBytes = 16
const keyBytes = 32
// Normalising a text of a million combining marks would take a minute.
export const passwordCharactersMax = 1_000

/**
 * A password as PHC text, `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`; hashed on a thread of its own.
 * Throws `invalidValue` for one of more than 1,000 characters.
 */
export async function hashPassword(password: string): Promise<string> {
  if (password.length > passwordCharactersMax)
    throw scimError('invalidValue', `"password" may have at most ${passwordCharactersMax} characters`)
  const salt = randomBytes(saltBytes)
  const key = await deriveArgon2(password, salt, { memory: memoryKib, passes, parallelism })
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${parallelism}$${encode(salt)}$${encode(key)}`
}

/** Whether the PHC text was made from this password; false also for a text that is none. */
export async function isPassword(password: string, phc: string): Promise<boolean> {
  if (password.length > passwordCharactersMax) return false
  const [, kind, ...parts] = phc.split('$')
  const [salt = '', hash = ''] = parts.slice(-2).map((part) => Buffer.from(part, 'base64'))
  const key = await derive(password, Buffer.from(salt), { kind, costs: parts.slice(0, -2).join(',') })
  return key !== undefined && key.length === hash.length && timingSafeEqual(key, Buffer.from(hash))
}

/** Made in another way than today: to be made anew when its password is known. */
export function isOutdatedHash(phc: string): boolean {
  return !phc.startsWith(`$argon2id$v=19$m=${memoryKib},t=${passes},p=${parallelism}$`)
}

async function derive(
  password: string,
  salt: Buffer,
  { kind, costs }: { readonly kind: string | undefined; readonly costs: string },
): Promise<Buffer | undefined> {
  const cost = (name: string): number => Number(new RegExp(`(?:^|,)${name}=(\\d+)(?:,|$)`).exec(costs)?.[1] ?? 0)
  if (kind === 'argon2id')
    return deriveArgon2(password, salt, { memory: cost('m'), passes: cost('t'), parallelism: cost('p') })
  // What releases before this one made.
  if (kind === 'scrypt') return deriveScrypt(password, salt, { logN: cost('ln'), r: cost('r'), p: cost('p') })
  return undefined
}

function deriveArgon2(
  password: string,
  nonce: Buffer,
  cost: { readonly memory: number; readonly passes: number; readonly parallelism: number },
): Promise<Buffer> {
  const parameters = { message: toText(password), nonce, tagLength: keyBytes, ...cost }
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, key) => (error === null ? resolve(key) : reject(error)))
  })
}

function deriveScrypt(
  password: string,
  salt: Buffer,
  { logN, r, p }: { readonly logN: number; readonly r: number; readonly p: number },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(toText(password), salt, keyBytes, { N: 2 ** logN, r, p, maxmem: 256 * 1024 * 1024 }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}

// The same password may be typed in several compositions of Unicode (RFC 7644 §7.8).
function toText(password: string): string {
  return password.normalize('NFC')
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
