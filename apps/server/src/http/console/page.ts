import { createHash, randomBytes } from 'node:crypto'
import { escapeHtml } from '../../escape-html.ts'
import type { Language } from '../../language.ts'
import type { ConsoleFiles } from './assets.ts'

/** Where the console lives, below the public address. */
export const consolePath = '/console'

const nonceBytes = 18

/** What scripts of the console may do: run what we sent, and talk to nobody but us. */
function policyOf(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'self'",
    "object-src 'none'",
  ].join('; ')
}

/**
 * The console's one page. A browser asks for it at every visit and is told that it has it already: then the policy that came
 * with it, and its nonce, stay as they were.
 */
export function answerConsolePage(
  request: Request,
  files: ConsoleFiles,
  { baseUrl, language }: { readonly baseUrl: string; readonly language: Language },
): Response {
  const base = `${new URL(baseUrl).pathname.replace(/\/$/, '')}${consolePath}/`
  const tag = createHash('sha256').update(`${files.fingerprint} ${base} ${language}`).digest('base64url').slice(0, 22)
  const headers = new Headers({
    'cache-control': 'no-cache',
    etag: `"${tag}"`,
    vary: 'accept-language, cookie',
    'content-language': language,
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  })
  if (request.headers.get('if-none-match') === headers.get('etag')) return new Response(null, { status: 304, headers })
  const nonce = randomBytes(nonceBytes).toString('base64url')
  headers.set('content-type', 'text/html; charset=utf-8')
  headers.set('content-security-policy', policyOf(nonce))
  const html = files.page
    .replaceAll('ROLLCALL_NONCE', nonce)
    .replace('<html lang="en"', `<html lang="${language}"`)
    .replace('<base href="/console/"', `<base href="${escapeHtml(base)}"`)
  return new Response(request.method === 'HEAD' ? null : html, { headers })
}
