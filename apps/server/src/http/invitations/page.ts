import { escapeHtml as escape } from '../../escape-html.ts'
import type { ShownInvitation } from '../../directory/accept-invitation.ts'
import type { Language } from '../../language.ts'
import { layOutPage } from '../page.ts'
import { invitationTexts, type RefusalReason } from './texts.ts'

type Names = Pick<ShownInvitation, 'organizationName' | 'recipient'>

/** The page with the button. A form without an action posts to the page's own address, under any sub-path. */
export function renderOpen(language: Language, names: Names): string {
  const texts = invitationTexts[language]
  const explain = names.recipient === null ? texts.explainWithoutAddress : texts.explain
  return layOutPage(language, texts.title, [
    heading(texts.welcome, names),
    paragraph(explain, names),
    `<form method="post"><button type="submit">${escape(texts.button)}</button></form>`,
  ])
}

/** After the button: what has happened and what comes next. */
export function renderAccepted(
  language: Language,
  names: Names,
  ways: { readonly password: string | undefined; readonly signIn: string },
): string {
  const texts = invitationTexts[language]
  return layOutPage(language, texts.title, [
    heading(texts.done, names),
    paragraph(texts.doneExplain, names),
    paragraph(ways.password === undefined ? texts.next : texts.nextPassword, names),
    ...(ways.password === undefined
      ? []
      : [`<a class="button" href="${escape(ways.password)}">${escape(texts.choosePassword)}</a>`]),
    `<a class="button second" href="${escape(ways.signIn)}">${escape(texts.signIn)}</a>`,
  ])
}

/** Why the link does nothing, and what to do instead. */
export function renderRefusal(language: Language, reason: RefusalReason, names: Names): string {
  const texts = invitationTexts[language]
  const { what, todo } = texts.refusals[reason]
  return layOutPage(language, texts.refusedTitle, [
    heading(texts.refusedTitle, names),
    paragraph(what, names),
    paragraph(todo, names),
  ])
}

function heading(text: string, names: Names): string {
  return `<h1>${escape(fill(text, names))}</h1>`
}

function paragraph(text: string, names: Names): string {
  return `<p>${escape(fill(text, names))}</p>`
}

function fill(text: string, { organizationName, recipient }: Names): string {
  return text.replaceAll('{organization}', () => organizationName).replaceAll('{address}', () => recipient ?? '')
}
