import { isJsonObject } from '@rollcall/scim'
import type { Encryption } from '../../encryption.ts'
import { listCookies } from '../read-cookies.ts'

/** So long the page of a link works before the link must be opened again. */
const visitSeconds = 3_600

type Place = { readonly baseUrl: string; readonly now: Date }
type Name = { readonly organizationId: string; readonly id: string }

const sealedFor = 'set-up visit'

/** RFC 6265bis §4.1.3.1: a `__Secure-` cookie comes over https only. Loopback without TLS must do without. */
function nameFor({ baseUrl }: Place): string {
  return baseUrl.startsWith('https:') ? '__Secure-rollcall_setup' : 'rollcall_setup'
}

/** `Set-Cookie` that lets a browser act by the link for an hour. Nothing is stored: it is sealed, and the link is asked each time. */
export function toVisitCookie(encryption: Encryption, { organizationId, id }: Name, place: Place): string {
  const untilMs = place.now.getTime() + visitSeconds * 1_000
  const value = encryption.seal(JSON.stringify({ organizationId, id, untilMs }), sealedFor)
  return `${nameFor(place)}=${value}; Max-Age=${visitSeconds}; ${attributesFor(place)}`
}

export function toEmptyVisitCookie(place: Place): string {
  return `${nameFor(place)}=; Max-Age=0; ${attributesFor(place)}`
}

/** Strict: nobody but our own page ever needs it. */
function attributesFor({ baseUrl }: Place): string {
  const { pathname, protocol } = new URL(baseUrl)
  const path = `${pathname.replace(/\/$/, '')}/api/v1/set-up`
  return `Path=${path}; HttpOnly; SameSite=Strict${protocol === 'https:' ? '; Secure' : ''}`
}

/** Undefined where there is none, where it is not ours, or where its hour is over. */
export function readVisitCookie(encryption: Encryption, cookies: string, place: Place): Name | undefined {
  const [value] = listCookies(cookies, nameFor(place))
  if (value === undefined) return undefined
  try {
    const opened: unknown = JSON.parse(encryption.open(value, sealedFor))
    if (!isJsonObject(opened)) return undefined
    const { organizationId, id, untilMs } = opened
    if (typeof organizationId !== 'string' || typeof id !== 'string' || typeof untilMs !== 'number') return undefined
    return untilMs > place.now.getTime() ? { organizationId, id } : undefined
  } catch {
    return undefined
  }
}
