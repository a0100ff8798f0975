import { escapeHtml as escape } from '../../escape-html.ts'
import type { Language } from '../../language.ts'
import type { SamlOutcome } from '../../sign-in/saml/sign-in.ts'
import { formatTypeId } from '../../type-id.ts'
import { layOutPage } from '../page.ts'
import { kindOf, samlTexts } from './saml-texts.ts'
import { signInTexts } from './texts/catalog.ts'

type Refused = Extract<SamlOutcome, { kind: 'refused' }>

/** Why somebody stays outside: to him in words, to whoever helps him the code and what was compared (AC-G34). */
export function renderSamlRefusal(
  language: Language,
  refused: Refused,
  links: { readonly tryAgain: string | undefined },
): string {
  return renderRefusal(language, { ...refused, text: toText(language, refused) }, links)
}

/** The same for any protocol. */
export function renderRefusal(
  language: Language,
  refused: Pick<Refused, 'comparisons' | 'failureId'> & { readonly code: string; readonly text: string },
  links: { readonly tryAgain: string | undefined },
): string {
  const texts = samlTexts[language]
  const { code, comparisons, failureId, text } = refused
  return layOutPage(language, texts.title, [
    `<h1>${escape(texts.title)}</h1>`,
    `<p class="alert" role="alert">${escape(text)}</p>`,
    ...(comparisons.length > 0 ? [renderComparisons(language, refused)] : []),
    `<p class="quiet">${escape(texts.code)} <code>${escape(code)}</code> <code>${formatTypeId('sif', failureId)}</code></p>`,
    ...(links.tryAgain === undefined
      ? []
      : [`<a class="button" href="${escape(links.tryAgain)}">${escape(texts.tryAgain)}</a>`]),
  ])
}

function toText(language: Language, { code }: Refused): string {
  const kind = kindOf(code)
  if (kind !== undefined) return samlTexts[language].kinds[kind]
  const problems = new Map<string, string>(Object.entries(signInTexts[language].problems))
  return problems.get(code) ?? samlTexts[language].kinds.untrusted
}

function renderComparisons(language: Language, { comparisons }: Pick<Refused, 'comparisons'>): string {
  const { attribute, value, comparedWith } = samlTexts[language]
  const head = [attribute, value, comparedWith].map((text) => `<th scope="col">${escape(text)}</th>`).join('')
  const rows = comparisons.map(
    (each) =>
      `<tr><td><code>${escape(each.attribute)}</code></td><td><code>${escape(each.value)}</code></td><td><code>${each.comparedWith}</code></td></tr>`,
  )
  return `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`
}
