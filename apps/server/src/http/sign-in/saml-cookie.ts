import { randomBytes } from 'node:crypto'
import { listCookies } from '../read-cookies.ts'

const name = '__Host-rollcall_saml'
/** As long as a request may be answered. */
const seconds = 600
const shape = /^[\w-]{43}$/

/**
 * What binds a sign-in to the browser that began it. The identity provider answers with a form that it makes the browser
 * post, so it must be `SameSite=None`, which browsers take over https only; without https there is none.
 */
export function readBrowserSecret(request: Request): string | undefined {
  return listCookies(request.headers.get('cookie'), name).find((value) => shape.test(value))
}

/** The one that is there, so that two tabs may sign in at once, else a new one. */
export function chooseBrowserSecret(request: Request, baseUrl: string): string | undefined {
  if (!baseUrl.startsWith('https:')) return undefined
  return readBrowserSecret(request) ?? randomBytes(32).toString('base64url')
}

export function toBrowserCookie(secret: string): string {
  return `${name}=${secret}; Max-Age=${seconds}; Path=/; HttpOnly; SameSite=None; Secure`
}
