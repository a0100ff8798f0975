import { escapeHtml as escape } from '../../escape-html.ts'
import type { SetupLinkState } from '../../access/setup-links.ts'
import type { Language } from '../../language.ts'
import type { FirstOwner, FirstOwnerFlaw } from '../../sign-in/first-owner.ts'
import { layOutPage as page } from '../page.ts'
import { alertOf, describeFlaw, field, newPasswordFields } from '../sign-in/pages.ts'
import { setupTexts } from './texts.ts'

/** The page with the forms. One without an action posts to the page's own address, under any sub-path. */
export function renderInvitation(
  language: Language,
  given: Partial<FirstOwner> & { readonly flaw?: FirstOwnerFlaw },
): string {
  const texts = setupTexts[language]
  return page(language, texts.title, [
    `<h1>${escape(texts.welcome)}</h1>`,
    `<p>${escape(texts.explain)}</p>`,
    ...alertOf(given.flaw === undefined ? undefined : describe(language, given.flaw)),
    `<h2>${escape(texts.account)}</h2>`,
    `<p>${escape(texts.accountExplain)}</p>`,
    '<form method="post">',
    field({ id: 'slug', label: texts.slug, type: 'text', autocomplete: 'organization', value: given.slug ?? '' }),
    field({ id: 'email', label: texts.email, type: 'email', autocomplete: 'username', value: given.email ?? '' }),
    ...newPasswordFields(language),
    `<button type="submit">${escape(texts.accountButton)}</button>`,
    '</form>',
    `<h2>${escape(texts.keyOnly)}</h2>`,
    `<p>${escape(texts.keyOnlyExplain)}</p>`,
    `<form method="post"><button type="submit" class="second">${escape(texts.button)}</button></form>`,
  ])
}

/** The only page that ever shows the key, with what to do next. */
export function renderKey(
  language: Language,
  result: { readonly key: string; readonly url: string; readonly slug?: string; readonly accountHref?: string },
): string {
  const texts = setupTexts[language]
  const commands = [
    ...(result.slug === undefined ? ['npm run -s rollcall -- organization create --slug acme --json'] : []),
    `npm run -s rollcall -- key create --organization ${result.slug ?? 'acme'} --scope scim --json`,
  ]
  return page(language, texts.title, [
    `<h1>${escape(texts.ready)}</h1>`,
    `<p>${escape(texts.keepKey)}</p>`,
    `<pre>${escape(result.key)}</pre>`,
    `<p>${escape(texts.nextSteps)}</p>`,
    `<pre>${escape(`export ROLLCALL_URL=${result.url}\nexport ROLLCALL_KEY=${result.key}`)}</pre>`,
    `<pre>${escape(commands.join('\n'))}</pre>`,
    ...(result.accountHref === undefined
      ? []
      : [`<a class="button" href="${escape(result.accountHref)}">${escape(texts.toAccount)}</a>`]),
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

function describe(language: Language, flaw: FirstOwnerFlaw): string {
  const { flaws } = setupTexts[language]
  return flaw === 'slug' || flaw === 'slugTaken' || flaw === 'email' ? flaws[flaw] : describeFlaw(language, flaw)
}
