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
  readonly consenter: Consenter
}

/** Who looks at the page: whoever is signed in and may consent needs no key. */
export type Consenter =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unconfirmed'; readonly confirmHref: string }
  | { readonly kind: 'stranger'; readonly signInHref: string }
  /** Signed in, without the right to. */
  | { readonly kind: 'other' }

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
    ...renderDecision(language, shown, hidden),
  ])
}

function renderDecision(language: Language, shown: ShownConsent, hidden: readonly string[]): readonly string[] {
  const texts = consentTexts[language]
  const { consenter } = shown
  const keyField = `<p><label for="key">${escape(texts.key)}</label><br><input id="key" name="key" type="password" autocomplete="off" spellcheck="false" size="40"></p>`
  const approve = `<button type="submit" name="decision" value="approve">${escape(texts.approve)}</button>`
  const deny = `<button type="submit" class="second" name="decision" value="deny">${escape(texts.deny)}</button>`
  const form = (...parts: readonly string[]) => [
    '<form method="post" autocomplete="off">',
    ...hidden,
    ...parts,
    '</form>',
  ]
  const withKey = ['<details>', `<summary>${escape(texts.orKey)}</summary>`, ...form(keyField, approve), '</details>']
  const lead = (href: string, label: string) => `<p><a class="button" href="${escape(href)}">${escape(label)}</a></p>`
  switch (consenter.kind) {
    case 'ready':
      return [`<p>${escape(fill(texts.signedIn, shown))}</p>`, ...form(approve, deny), ...withKey]
    case 'unconfirmed':
      return [
        `<p>${escape(texts.confirmFirst)}</p>`,
        lead(consenter.confirmHref, texts.confirm),
        ...form(deny),
        ...withKey,
      ]
    case 'stranger':
      return [...form(keyField, approve, deny), lead(consenter.signInHref, texts.signIn)]
    case 'other':
      return form(keyField, approve, deny)
    default:
      return consenter satisfies never
  }
}

/** What a client asked for, as a query that asks for it again. */
export function toCarriedQuery(values: URLSearchParams): string {
  const pairs = carried.flatMap((name) => {
    const value = values.get(name)
    return value === null ? [] : [[name, value]]
  })
  return new URLSearchParams(pairs).toString()
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
