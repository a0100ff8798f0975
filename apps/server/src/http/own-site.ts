import type { RequestContext } from './request-context.ts'

/**
 * Whether a request that changes something comes from a page of ours, or from something that is no browser (CSRF).
 * Browsers say where a request comes from: Sec-Fetch-Site to addresses that they trust, Origin to all others; a client that
 * sends neither is none that somebody else's page could use.
 */
export function isFromOwnSite(request: Request, context: RequestContext): boolean {
  const site = request.headers.get('sec-fetch-site')
  if (site !== null) return site === 'same-origin' || site === 'none'
  const origin = request.headers.get('origin')
  return origin === null || origin === new URL(context.baseUrl).origin
}
