import { randomBytes } from 'node:crypto'
import { requestMs } from '../../sign-in/oidc/requests.ts'
import { listCookies } from '../read-cookies.ts'

const name = 'rollcall_oidc'
const shape = /^[\w-]{43}$/

/** What binds a sign-in to the browser that began it. The answer comes by a link, so `Lax` suffices. */
export function readOidcCookie(request: Request, baseUrl: string): string | undefined {
  return listCookies(request.headers.get('cookie'), nameFor(baseUrl)).find((value) => shape.test(value))
}

/** The one that is there, so that two tabs may sign in at once, else a new one. */
export function chooseOidcSecret(request: Request, baseUrl: string): string {
  return readOidcCookie(request, baseUrl) ?? randomBytes(32).toString('base64url')
}

export function toOidcCookie(secret: string, baseUrl: string): string {
  const secure = baseUrl.startsWith('https:') ? '; Secure' : ''
  return `${nameFor(baseUrl)}=${secret}; Max-Age=${requestMs / 1000}; Path=/; HttpOnly; SameSite=Lax${secure}`
}

/** RFC 6265bis §4.1.3.2; loopback without TLS must do without. */
function nameFor(baseUrl: string): string {
  return baseUrl.startsWith('https:') ? `__Host-${name}` : name
}
