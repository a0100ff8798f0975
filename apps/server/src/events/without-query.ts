/** An address as everybody may read it: its query may hold a token. */
export function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/, '')
}
