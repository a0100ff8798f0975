import { escapeHtml as escape } from '../escape-html.ts'
import type { Language } from '../language.ts'

export type MailContent = {
  readonly language: Language
  readonly heading: string
  readonly paragraphs: readonly string[]
  readonly button: string | undefined
  readonly link: string | undefined
  readonly copyLink: string
  readonly footer: string
}

export function layOutText({ heading, paragraphs, button, link, footer }: MailContent): string {
  const call = link === undefined ? [] : [`${button ?? ''}:\n${link}`]
  // The button comes after the first paragraph, which says what it is for.
  const [first, ...rest] = paragraphs
  const parts = [heading, ...(first === undefined ? [] : [first]), ...call, ...rest, `-- \n${footer}`]
  return `${parts.join('\n\n')}\n`
}

// Inline styles for clients that drop the head; the head for those that turn dark. Nothing is loaded from anywhere.
const style = `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
body,.page{background:#14171c!important;color:#e8ebf0!important}
.card{background:#1e232b!important;border-color:#353c48!important}
.quiet{color:#a9b1bd!important}
.link{color:#8ab4ff!important}
}`

const font = `font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Apple SD Gothic Neo','Noto Sans KR','Hiragino Sans','Noto Sans JP',sans-serif`

export function layOutHtml({ language, heading, paragraphs, button, link, copyLink, footer }: MailContent): string {
  const [first, ...rest] = paragraphs.map(paragraph)
  const call = link === undefined ? [] : [callToAction(button ?? '', link)]
  const copy = link === undefined ? [] : [copyOf(copyLink, link)]
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escape(heading)}</title>
<style>${style}</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f6f7f9;color:#1c2330;${font}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px"><tr><td class="card" style="padding:28px;background:#ffffff;border:1px solid #d9dee6;border-radius:12px;font-size:16px;line-height:1.6">
<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">${escape(heading)}</h1>
${[...(first === undefined ? [] : [first]), ...call, ...rest, ...copy].join('\n')}
</td></tr><tr><td class="quiet" style="padding:16px 28px;font-size:13px;line-height:1.5;color:#5b6472">${escape(footer)}</td></tr></table>
</td></tr></table>
</body>
</html>
`
}

function paragraph(text: string): string {
  return `<p style="margin:0 0 16px">${escape(text)}</p>`
}

function callToAction(button: string, link: string): string {
  return `<p style="margin:24px 0"><a href="${escape(link)}" style="display:inline-block;padding:12px 24px;border-radius:8px;background:#1f5fd0;color:#ffffff;font-weight:600;text-decoration:none">${escape(button)}</a></p>`
}

function copyOf(copyLink: string, link: string): string {
  return `<p class="quiet" style="margin:0;font-size:13px;color:#5b6472">${escape(copyLink)}<br><a class="link" href="${escape(link)}" style="color:#1f5fd0;word-break:break-all">${escape(link)}</a></p>`
}
