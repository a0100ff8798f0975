import { escapeHtml as escape } from '../../escape-html.ts'
import type { Language } from '../../language.ts'
import { passwordCharactersMin, type PasswordFlaw } from '../../sign-in/password-rules.ts'
import { layOutPage } from '../page.ts'
import { factorWords } from './factor-words/catalog.ts'
import { fillText, signInTexts } from './texts/catalog.ts'

const narrow = { isNarrow: true }

/** A way in besides the password: a button that leads there. */
export type Way = { readonly label: string; readonly href: string }

export type ShownSignIn = {
  readonly organizationName: string
  readonly hasPassword: boolean
  readonly ways: readonly Way[]
  /** To the form for built-in accounts, where passwords are off for all others. */
  readonly builtInHref: string | undefined
  /** Where an owner comes in when single sign-on lets nobody in. */
  readonly emergencyHref: string | undefined
  readonly forgottenHref: string
  readonly name: string
  readonly next: string | undefined
  readonly alert: string | undefined
}

/** What the organization lets one sign in with. */
export function renderSignIn(language: Language, shown: ShownSignIn): string {
  const texts = signInTexts[language]
  const heading = fillText(texts.signInTo, { organization: shown.organizationName })
  const hasNothing = !shown.hasPassword && shown.ways.length === 0
  return layOutPage(
    language,
    heading,
    [
      `<h1>${escape(heading)}</h1>`,
      ...alertOf(shown.alert),
      ...shown.ways.map(
        ({ label, href }) => `<a class="button wide second" href="${escape(href)}">${escape(label)}</a>`,
      ),
      ...(shown.hasPassword && shown.ways.length > 0 ? [`<p class="or">${escape(texts.or)}</p>`] : []),
      ...(shown.hasPassword ? passwordForm(language, shown) : []),
      ...(hasNothing ? [`<p>${escape(texts.noWay)}</p>`] : []),
      ...(shown.builtInHref === undefined
        ? []
        : [
            `<p class="quiet"><a href="${escape(shown.builtInHref)}">${escape(texts.builtIn)}</a><br>${escape(texts.builtInExplain)}</p>`,
          ]),
      ...(shown.emergencyHref === undefined
        ? []
        : [
            `<p class="quiet"><a href="${escape(shown.emergencyHref)}">${escape(factorWords[language].emergencyTitle)}</a></p>`,
          ]),
    ],
    narrow,
  )
}

function passwordForm(language: Language, shown: ShownSignIn): readonly string[] {
  const texts = signInTexts[language]
  return [
    '<form method="post" class="wide">',
    ...hiddenNext(shown.next),
    field({ id: 'name', label: texts.name, type: 'text', autocomplete: 'username', value: shown.name }),
    field({ id: 'password', label: texts.password, type: 'password', autocomplete: 'current-password' }),
    `<button type="submit">${escape(texts.signIn)}</button>`,
    '</form>',
    `<p class="quiet"><a href="${escape(shown.forgottenHref)}">${escape(texts.forgotten)}</a></p>`,
  ]
}

export type ShownDiscovery = {
  readonly email: string
  /** Organizations to choose from. */
  readonly choices: readonly Way[]
  readonly asksOrganization: boolean
  readonly next: string | undefined
  readonly alert: string | undefined
  readonly done?: string | undefined
}

/** Before we know the organization. */
export function renderDiscovery(language: Language, shown: ShownDiscovery): string {
  const texts = signInTexts[language]
  const { choices, asksOrganization } = shown
  return layOutPage(
    language,
    texts.signIn,
    [
      `<h1>${escape(choices.length > 0 ? texts.chooseOrganization : texts.signIn)}</h1>`,
      ...doneOf(shown.done),
      ...alertOf(shown.alert),
      ...choices.map(({ label, href }) => `<a class="button wide second" href="${escape(href)}">${escape(label)}</a>`),
      ...(choices.length > 0
        ? []
        : [
            `<p>${escape(asksOrganization ? texts.noOrganization : texts.whoAreYou)}</p>`,
            '<form method="post" class="wide">',
            ...hiddenNext(shown.next),
            asksOrganization
              ? `<input type="hidden" name="email" value="${escape(shown.email)}">${field({ id: 'organization', label: texts.organization, type: 'text', autocomplete: 'organization' })}`
              : field({ id: 'email', label: texts.email, type: 'email', autocomplete: 'username', value: shown.email }),
            `<button type="submit">${escape(texts.next)}</button>`,
            '</form>',
          ]),
    ],
    narrow,
  )
}

/** Asks for the address to which a link goes. */
export function renderForgotten(
  language: Language,
  shown: { readonly backHref: string; readonly alert?: string | undefined },
): string {
  const texts = signInTexts[language]
  return layOutPage(
    language,
    texts.forgottenTitle,
    [
      `<h1>${escape(texts.forgottenTitle)}</h1>`,
      ...alertOf(shown.alert),
      `<p>${escape(texts.forgottenExplain)}</p>`,
      '<form method="post" class="wide">',
      field({ id: 'name', label: texts.name, type: 'text', autocomplete: 'username' }),
      `<button type="submit">${escape(texts.forgottenSend)}</button>`,
      '</form>',
      `<p class="quiet"><a href="${escape(shown.backHref)}">${escape(texts.back)}</a></p>`,
    ],
    narrow,
  )
}

/** Chooses a password by a link from a mail. */
export function renderChoosePassword(
  language: Language,
  shown: { readonly organizationName: string; readonly userName: string; readonly flaw?: PasswordFlaw | undefined },
): string {
  const texts = signInTexts[language]
  return layOutPage(
    language,
    texts.choosePassword,
    [
      `<h1>${escape(texts.choosePassword)}</h1>`,
      ...alertOf(shown.flaw === undefined ? undefined : describeFlaw(language, shown.flaw)),
      `<p>${escape(fillText(texts.chooseExplain, { organization: shown.organizationName }))}</p>`,
      '<form method="post" class="wide">',
      // Password managers file the new password under it.
      `<input type="text" name="username" value="${escape(shown.userName)}" autocomplete="username" readonly aria-label="${escape(texts.name)}">`,
      ...newPasswordFields(language),
      `<button type="submit">${escape(texts.save)}</button>`,
      '</form>',
    ],
    narrow,
  )
}

export function newPasswordFields(language: Language): readonly string[] {
  const texts = signInTexts[language]
  return [
    field({
      id: 'password',
      label: texts.newPassword,
      type: 'password',
      autocomplete: 'new-password',
      describedBy: 'rule',
    }),
    `<p class="quiet" id="rule">${escape(fillText(texts.passwordHint, { characters: passwordCharactersMin }))}</p>`,
  ]
}

export function describeFlaw(language: Language, flaw: PasswordFlaw): string {
  return fillText(signInTexts[language].flaws[flaw], { characters: passwordCharactersMin })
}

/** A page that only says something. */
export function renderMessage(
  language: Language,
  shown: {
    readonly title: string
    readonly alert?: string | undefined
    readonly text?: string | undefined
    readonly link?: Way | undefined
  },
): string {
  return layOutPage(
    language,
    shown.title,
    [
      `<h1>${escape(shown.title)}</h1>`,
      ...alertOf(shown.alert),
      ...(shown.text === undefined ? [] : [`<p role="status">${escape(shown.text)}</p>`]),
      ...(shown.link === undefined
        ? []
        : [`<a class="button second" href="${escape(shown.link.href)}">${escape(shown.link.label)}</a>`]),
    ],
    narrow,
  )
}

export function field(input: {
  readonly id: string
  readonly label: string
  readonly type: 'text' | 'email' | 'password'
  readonly autocomplete: string
  readonly value?: string
  readonly describedBy?: string
}): string {
  const value = input.value === undefined || input.value === '' ? '' : ` value="${escape(input.value)}"`
  const described = input.describedBy === undefined ? '' : ` aria-describedby="${input.describedBy}"`
  return `<label for="${input.id}">${escape(input.label)}</label><input id="${input.id}" name="${input.id}" type="${input.type}" autocomplete="${input.autocomplete}" required${value}${described}>`
}

export function alertOf(alert: string | undefined): readonly string[] {
  return alert === undefined ? [] : [`<p class="alert" role="alert">${escape(alert)}</p>`]
}

export function doneOf(done: string | undefined): readonly string[] {
  return done === undefined ? [] : [`<p class="done" role="status">${escape(done)}</p>`]
}

function hiddenNext(next: string | undefined): readonly string[] {
  return next === undefined ? [] : [`<input type="hidden" name="next" value="${escape(next)}">`]
}
