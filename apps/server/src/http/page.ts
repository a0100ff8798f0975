import { createHash } from 'node:crypto'
import { escapeHtml } from '../escape-html.ts'
import type { Language } from '../language.ts'

const style = `:root{color-scheme:light dark}
body{margin:0;font:16px/1.6 system-ui,sans-serif;background:light-dark(#f6f7f9,#14171c);color:light-dark(#1c2330,#e8ebf0)}
main{max-width:42rem;margin:12vh auto 0;padding:2rem;border-radius:.75rem;background:light-dark(#fff,#1e232b);border:1px solid light-dark(#d9dee6,#353c48)}
h1{margin:0 0 .5rem;font-size:1.5rem;line-height:1.3}
button{margin-top:1rem;padding:.7rem 1.4rem;border:0;border-radius:.5rem;font:inherit;font-weight:600;background:#1f5fd0;color:#fff;cursor:pointer}
button:focus-visible{outline:3px solid light-dark(#1c2330,#fff);outline-offset:2px}
pre{padding:1rem;border-radius:.5rem;background:light-dark(#eef1f5,#11141a);overflow-x:auto;user-select:all}
:lang(ko){word-break:keep-all;overflow-wrap:anywhere}
@media(max-width:46rem){main{margin:0;min-height:100vh;box-sizing:border-box;border:0;border-radius:0}}`

const styleHash = createHash('sha256').update(style).digest('base64')

/** Nothing may be loaded, framed, cached or told to another site; the one style is named by its hash. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  vary: 'accept-language',
} as const

/** A page of one column, the same wherever a person meets one before signing in. `content` is HTML. */
export function layOutPage(language: Language, title: string, content: readonly string[]): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${content.join('\n')}
</main>
</body>
</html>
`
}
