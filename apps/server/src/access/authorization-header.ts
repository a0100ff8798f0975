/** What an Authorization header holds: a secret, or the reason why there is none. */
export type Presented = { readonly kind: 'secret'; readonly text: string } | { readonly kind: 'missing' | 'malformed' }

const schemeAlone = /^(?:bearer|basic)$/i
const tokenText = /^[A-Za-z0-9\-._~+/]+=*$/

/**
 * `Bearer <key>` (RFC 6750), `<key>` alone (Okta's header mode), `Basic` with the key as the password (RFC 7617).
 * Schemes compare without regard to case (RFC 9110 §11.1).
 */
export function parseAuthorization(header: string | null): Presented {
  const text = header?.trim() ?? ''
  if (text === '') return { kind: 'missing' }
  const space = text.indexOf(' ')
  if (space < 0) return schemeAlone.test(text) ? { kind: 'malformed' } : secretOf(text)
  const scheme = text.slice(0, space).toLowerCase()
  const rest = text.slice(space + 1).trim()
  if (scheme === 'bearer') return secretOf(rest)
  return scheme === 'basic' ? secretOf(passwordOf(rest)) : { kind: 'malformed' }
}

/** User name and password of a Basic header; undefined when it is none. */
export function parseBasic(header: string | null): { readonly user: string; readonly password: string } | undefined {
  const match = /^basic +([A-Za-z0-9+/]+=*)$/i.exec(header?.trim() ?? '')
  const decoded = match?.[1] === undefined ? '' : Buffer.from(match[1], 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  return colon < 0 ? undefined : { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) }
}

function secretOf(text: string): Presented {
  return tokenText.test(text) ? { kind: 'secret', text } : { kind: 'malformed' }
}

function passwordOf(encoded: string): string {
  return parseBasic(`Basic ${encoded}`)?.password ?? ''
}
