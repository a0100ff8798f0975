import { listCookies } from '../read-cookies.ts'

/** Where the browser keeps the secret of its session. */
const name = 'rollcall_session'

type Place = {
  /** Absolute address of Rollcall: over https the cookie is bound to that host. */
  readonly baseUrl: string
}

/** RFC 6265bis §4.1.3.2: a `__Host-` cookie comes from this host only, over https only. Loopback without TLS must do without. */
function nameFor({ baseUrl }: Place): string {
  return baseUrl.startsWith('https:') ? `__Host-${name}` : name
}

/** The secret that the browser sends; undefined: none. */
export function readCookie(request: Request, place: Place): string | undefined {
  return listCookies(request.headers.get('cookie'), nameFor(place))[0] || undefined
}

/** `Set-Cookie` for a session that was started. Lax: a link from a mail or from an identity provider finds the person signed in. */
export function toCookie(
  session: { readonly secret: string; readonly expiresAt: Date },
  place: Place & { readonly now: Date },
): string {
  const seconds = Math.max(0, Math.ceil((session.expiresAt.getTime() - place.now.getTime()) / 1000))
  return `${nameFor(place)}=${session.secret}; Max-Age=${seconds}; ${attributesFor(place)}`
}

/** `Set-Cookie` that makes the browser forget. */
export function toEmptyCookie(place: Place): string {
  return `${nameFor(place)}=; Max-Age=0; ${attributesFor(place)}`
}

function attributesFor({ baseUrl }: Place): string {
  return `Path=/; HttpOnly; SameSite=Lax${baseUrl.startsWith('https:') ? '; Secure' : ''}`
}
