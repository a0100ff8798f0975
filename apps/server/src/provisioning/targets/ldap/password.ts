import { randomInt } from 'node:crypto'
import type { LdapSession, LdapValues } from '../../../ldap/session.ts'
import { LdapRefusal } from './refusal.ts'

/** Without characters that look like each other; each of the four kinds is there, as policies ask for. */
const kinds = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnopqrstuvwxyz', '23456789', '!#$%&*+-.:;=?@_']
const all = kinds.join('')
const passwordCharacters = 32

/** One that nobody knows: it is in no log and no answer, and forgotten with the request. */
export function createPassword(): string {
  const characters = [...kinds, ...Array.from({ length: passwordCharacters - kinds.length }, () => all)].map(pick)
  for (let at = characters.length - 1; at > 0; at--) {
    const other = randomInt(at + 1)
    const [left = '', right = ''] = [characters[at], characters[other]]
    characters[at] = right
    characters[other] = left
  }
  return characters.join('')
}

function pick(from: string): string {
  return from.charAt(randomInt(from.length))
}

/** Throws LdapRefusal where others on the way could read it. */
export function requireTls({ isEncrypted }: Pick<LdapSession, 'isEncrypted'>, attribute: string): void {
  if (isEncrypted) return
  const message = 'Passwords are sent over TLS only: use ldaps:// or StartTLS, or take the password out of the mappings'
  throw new LdapRefusal('broken', 'TlsRequired', { message, attribute })
}

/** A password as the directory takes it. Throws LdapRefusal where others on the way could read it. */
export function toPasswordValue(
  password: string,
  { isEncrypted }: LdapSession,
  isActiveDirectory: boolean,
): { readonly attribute: string; readonly values: LdapValues } {
  requireTls({ isEncrypted }, 'password')
  if (!isActiveDirectory) return { attribute: 'userPassword', values: [password] }
  // MS-ADTS §3.1.1.3.1.5: in quotation marks, as UTF-16.
  return { attribute: 'unicodePwd', values: [Buffer.from(`"${password}"`, 'utf16le')] }
}
