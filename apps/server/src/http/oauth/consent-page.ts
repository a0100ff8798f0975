import { escapeHtml as escape } from '../../escape-html.ts'
import type { Language } from '../../language.ts'
import { layOutPage } from '../page.ts'
import { consentTexts, type ConsentMistake } from './texts.ts'

/** What the client asked for goes along with the decision. */
const carried = [
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
] as const

export type ShownConsent = {
  readonly organization: string
  readonly client: string
  readonly scopes: readonly string[]
  readonly redirectUri: string
  readonly mistake: ConsentMistake | undefined
}

/** The page on which an administrator decides. The key is typed into it and goes nowhere but back to us. */
export function renderConsent(language: Language, shown: ShownConsent, values: URLSearchParams): string {
  const texts = consentTexts[language]
  const hidden = carried.flatMap((name) => {
    const value = values.get(name)
    return value === null ? [] : [`<input type="hidden" name="${name}" value="${escape(value)}">`]
  })
  return layOutPage(language, texts.title, [
    `<h1>${escape(fill(texts.heading, shown))}</h1>`,
    ...(shown.mistake === undefined ? [] : [`<p role="alert"><strong>${escape(texts[shown.mistake])}</strong></p>`]),
    `<p>${escape(fill(texts.explain, shown))}</p>`,
    `<pre>${escape(shown.scopes.join('\n'))}</pre>`,
    `<p>${escape(fill(texts.goesTo, shown))}</p>`,
    '<form method="post" autocomplete="off">',
    ...hidden,
    `<p><label for="key">${escape(texts.key)}</label><br><input id="key" name="key" type="password" autocomplete="off" spellcheck="false" size="40"></p>`,
    `<button type="submit" name="decision" value="approve">${escape(texts.approve)}</button>`,
    `<button type="submit" name="decision" value="deny">${escape(texts.deny)}</button>`,
    '</form>',
  ])
}

/** Why nothing can be decided here. */
export function renderMistake(language: Language, mistake: ConsentMistake): string {
  const texts = consentTexts[language]
  return layOutPage(language, texts.title, [`<h1>${escape(texts.refused)}</h1>`, `<p>${escape(texts[mistake])}</p>`])
}

function fill(text: string, { client, organization, redirectUri }: ShownConsent): string {
  const values = new Map([
    ['client', client],
    ['organization', organization],
    ['host', new URL(redirectUri).host],
  ])
  return text.replace(/\{(\w+)\}/g, (_, name: string) => values.get(name) ?? '')
}
