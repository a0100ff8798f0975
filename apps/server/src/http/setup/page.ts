import { escapeHtml as escape } from '../../escape-html.ts'
import type { SetupLinkState } from '../../access/setup-links.ts'
import type { Language } from '../../language.ts'
import { layOutPage as page } from '../page.ts'
import { setupTexts } from './texts.ts'

/** The page with the button. A form without an action posts to the page's own address, under any sub-path. */
export function renderInvitation(language: Language): string {
  const texts = setupTexts[language]
  return page(language, texts.title, [
    `<h1>${escape(texts.welcome)}</h1>`,
    `<p>${escape(texts.explain)}</p>`,
    `<form method="post"><button type="submit">${escape(texts.button)}</button></form>`,
  ])
}

/** The only page that ever shows the key, with what to do next. */
export function renderKey(language: Language, result: { readonly key: string; readonly url: string }): string {
  const texts = setupTexts[language]
  const commands = [
    'npm run -s rollcall -- organization create --slug acme --json',
    'npm run -s rollcall -- key create --organization acme --scope scim --json',
  ]
  return page(language, texts.title, [
    `<h1>${escape(texts.ready)}</h1>`,
    `<p>${escape(texts.keepKey)}</p>`,
    `<pre>${escape(result.key)}</pre>`,
    `<p>${escape(texts.nextSteps)}</p>`,
    `<pre>${escape(`export ROLLCALL_URL=${result.url}\nexport ROLLCALL_KEY=${result.key}`)}</pre>`,
    `<pre>${escape(commands.join('\n'))}</pre>`,
  ])
}

/** Why the link opens nothing, and what to do instead. */
export function renderRefusal(language: Language, state: Exclude<SetupLinkState, 'open'>): string {
  const texts = setupTexts[language]
  return page(language, texts.refusedTitle, [
    `<h1>${escape(texts.refusedTitle)}</h1>`,
    `<p>${escape(texts[state])}</p>`,
    `<p>${escape(texts.howToGetIn)}</p>`,
  ])
}
