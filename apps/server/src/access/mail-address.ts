import { AccessError } from './access-error.ts'

/** RFC 5321 §4.5.3.1: octets of a path without its angle brackets, of a local part, of a domain, of a label. */
const limits = { address: 254, localPart: 64, domain: 253, label: 63 } as const

// RFC 5322 atext, and letters and digits of every script (RFC 6531). No quotes, comments, lists, routes or address literals.
const localPart = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u
const label = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u

/**
 * Whether the text is one bare mail address and nothing else: no name, no list, nothing that a header could be broken
 * with. We never let a mail library parse what somebody wrote.
 */
export function isMailAddress(text: string): boolean {
  const at = text.lastIndexOf('@')
  const [local, domain] = [text.slice(0, at), text.slice(at + 1)]
  return (
    at > 0 &&
    octets(text) <= limits.address &&
    octets(local) <= limits.localPart &&
    octets(domain) <= limits.domain &&
    localPart.test(local) &&
    domain.split('.').every((part) => part.length <= limits.label && label.test(part))
  )
}

/** One plain address, which no header can be broken with. Throws `invalidEmail`. */
export function parseMailAddress(text: string, field: string): string {
  const address = text.trim()
  if (isMailAddress(address)) return address
  throw new AccessError('invalidEmail', `${field} must be one mail address such as okta-sync@example.com`, { field })
}

function octets(text: string): number {
  return Buffer.byteLength(text)
}
