/** Where the console stands: `/console/`, below the path of the public address when that has one. */
export const consoleUrl = new URL(document.baseURI)

/** Where everything else of the server stands, without a slash at its end: `https://id.example` or `https://id.example/rollcall`. */
export const serverUrl = new URL('..', consoleUrl).href.replace(/\/$/, '')

/** The path of the router, without a slash at its end. */
export const basePath = consoleUrl.pathname.replace(/\/$/, '')

/** A path as the server's own pages take it in `?next=`. */
export function currentPath(): string {
  const prefix = new URL(serverUrl).pathname.replace(/\/$/, '')
  return location.pathname.slice(prefix.length) + location.search
}

/** Leaves for the page to sign in, which leads back here. */
export function goToSignIn(): void {
  const slug = location.pathname.slice(basePath.length + 1).split('/', 1)[0] ?? ''
  const page = slug === '' ? '/sign-in' : `/o/${encodeURIComponent(slug)}/sign-in`
  location.assign(`${serverUrl}${page}?next=${encodeURIComponent(currentPath())}`)
}
