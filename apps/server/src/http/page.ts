import { createHash } from 'node:crypto'
import { escapeHtml } from '../escape-html.ts'
import type { Language } from '../language.ts'

const style = `:root{color-scheme:light dark}
body{margin:0;font:16px/1.6 system-ui,sans-serif;background:light-dark(#f6f7f9,#14171c);color:light-dark(#1c2330,#e8ebf0)}
main{max-width:42rem;margin:12vh auto 0;padding:2rem;border-radius:.75rem;background:light-dark(#fff,#1e232b);border:1px solid light-dark(#d9dee6,#353c48)}
h1{margin:0 0 .5rem;font-size:1.5rem;line-height:1.3}
h2{margin:2rem 0 .5rem;font-size:1.15rem}
a{color:light-dark(#1f5fd0,#8ab4ff)}
button,.button{display:inline-block;margin-top:1rem;padding:.7rem 1.4rem;border:1px solid #1f5fd0;border-radius:.5rem;font:inherit;font-weight:600;line-height:1.4;background:#1f5fd0;color:#fff;cursor:pointer;text-decoration:none;text-align:center}
button.second,.button.second{background:none;border-color:light-dark(#b9c2d0,#4a5364);color:inherit}
button.small{flex:none;margin:0;padding:.3rem .8rem;font-size:.9rem;white-space:nowrap}
form.wide button,.wide{width:100%;box-sizing:border-box}
button:focus-visible,a:focus-visible,input:focus-visible,select:focus-visible{outline:3px solid light-dark(#1c2330,#fff);outline-offset:2px}
label{display:block;margin-top:1rem;font-weight:600}
input:not([type=hidden]):not([type=checkbox]):not([type=radio]),select{display:block;width:100%;box-sizing:border-box;margin-top:.25rem;padding:.6rem .75rem;border:1px solid light-dark(#8a94a6,#5b6577);border-radius:.5rem;font:inherit;background:light-dark(#fff,#14171c);color:inherit}
.quiet{color:light-dark(#556074,#a7b0c0);font-size:.92rem}
.alert,.done{padding:.75rem 1rem;border-radius:.5rem;border-left:4px solid #c62828;background:light-dark(#fdecea,#3a2024)}
section.alert{margin-top:1.5rem}
section.alert h2{margin:0 0 .5rem}
.done{border-color:#2e7d32;background:light-dark(#e8f5e9,#1d3323)}
.rows{margin:1rem 0;padding:0;list-style:none}
.rows li{display:flex;gap:1rem;align-items:center;justify-content:space-between;padding:.75rem 0;border-top:1px solid light-dark(#d9dee6,#353c48)}
.rows p{margin:0}
.or{display:flex;align-items:center;gap:1rem;margin:1.5rem 0 .5rem;color:light-dark(#556074,#a7b0c0)}
.or:before,.or:after{content:"";flex:1;border-top:1px solid light-dark(#d9dee6,#353c48)}
main.narrow{max-width:24rem}
table{width:100%;border-collapse:collapse;margin:1rem 0;font-size:.92rem}
th,td{padding:.5rem .5rem .5rem 0;border-top:1px solid light-dark(#d9dee6,#353c48);text-align:start;vertical-align:top;overflow-wrap:anywhere}
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

/** A page of one column, the same wherever a person meets one. `content` is HTML. */
export function layOutPage(
  language: Language,
  title: string,
  content: readonly string[],
  options: { readonly isNarrow?: boolean } = {},
): string {
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
<main${options.isNarrow === true ? ' class="narrow"' : ''}>
${content.join('\n')}
</main>
</body>
</html>
`
}
