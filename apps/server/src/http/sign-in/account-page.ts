import { escapeHtml as escape } from '../../escape-html.ts'
import type { Language } from '../../language.ts'
import type { Account } from '../../sign-in/account.ts'
import type { ListedSession } from '../../sign-in/list-sessions.ts'
import { layOutPage } from '../page.ts'
import { emailTexts } from './email-texts.ts'
import { factorWords } from './factor-words/catalog.ts'
import { alertOf, doneOf, field, newPasswordFields } from './pages.ts'
import { fillText, signInTexts } from './texts/catalog.ts'

export type ShownAccount = {
  readonly organizationName: string
  readonly account: Account
  readonly sessions: readonly ListedSession[]
  readonly sessionId: string
  readonly signOutHref: string
  readonly factorsHref: string
  readonly emailHref: string
  /** What administrators should know; HTML. */
  readonly banner: readonly string[]
  readonly alert: string | undefined
  readonly done: string | undefined
}

/** A person's own page: where one is signed in, and the password. */
export function renderAccount(language: Language, shown: ShownAccount): string {
  const texts = signInTexts[language]
  const { userName } = shown.account
  const { organizationName: organization } = shown
  return layOutPage(language, texts.account, [
    `<h1>${escape(texts.account)}</h1>`,
    `<p>${escape(fillText(texts.accountOf, { address: userName, organization }))}</p>`,
    `<form method="post" action="${escape(shown.signOutHref)}"><button type="submit" class="second">${escape(texts.signOut)}</button></form>`,
    ...alertOf(shown.alert),
    ...doneOf(shown.done),
    ...shown.banner,
    `<p><a class="button second" href="${escape(shown.factorsHref)}">${escape(factorWords[language].factorsTitle)}</a></p>`,
    `<p><a class="button second" href="${escape(shown.emailHref)}">${escape(emailTexts[language].title)}</a></p>`,
    `<h2 id="sessions">${escape(texts.sessions)}</h2>`,
    `<p class="quiet">${escape(texts.sessionsExplain)}</p>`,
    '<ul class="rows" aria-labelledby="sessions">',
    ...shown.sessions.map((session) => renderSession(language, session, session.id === shown.sessionId)),
    '</ul>',
    ...(shown.sessions.length > 1
      ? [
          `<form method="post"><button type="submit" class="second" name="end" value="others">${escape(texts.endOthers)}</button></form>`,
        ]
      : []),
    ...(shown.account.hasPassword ? renderPasswordForm(language, userName) : []),
  ])
}

function renderSession(language: Language, session: ListedSession, isThis: boolean): string {
  const texts = signInTexts[language]
  const at = (date: Date): string =>
    `${date.toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })} UTC`
  const what = [describeBrowser(session.userAgent), session.ip ?? ''].filter((text) => text !== '').join(' · ')
  const when = [
    texts.methods[session.method],
    fillText(texts.since, { at: at(session.startedAt) }),
    fillText(texts.lastSeen, { at: at(session.lastSeenAt) }),
  ].join(' · ')
  const mark = isThis ? ` <span class="quiet">(${escape(texts.thisSession)})</span>` : ''
  const button = isThis
    ? ''
    : `<form method="post"><button type="submit" class="second small" name="end" value="${session.id}" aria-label="${escape(`${texts.end}: ${what}`)}">${escape(texts.end)}</button></form>`
  return `<li><div><p><strong>${escape(what)}</strong>${mark}</p><p class="quiet">${escape(when)}</p></div>${button}</li>`
}

function renderPasswordForm(language: Language, userName: string): readonly string[] {
  const texts = signInTexts[language]
  return [
    `<h2>${escape(texts.changePassword)}</h2>`,
    '<form method="post">',
    `<input type="hidden" name="username" value="${escape(userName)}" autocomplete="username">`,
    field({ id: 'before', label: texts.oldPassword, type: 'password', autocomplete: 'current-password' }),
    ...newPasswordFields(language),
    `<button type="submit">${escape(texts.save)}</button>`,
    '</form>',
  ]
}

/** Browser and system, as far as people know them by name. */
function describeBrowser(userAgent: string | null): string {
  if (userAgent === null) return ''
  const browser = browsers.find(([, mark]) => mark.test(userAgent))?.[0]
  const system = systems.find(([, mark]) => mark.test(userAgent))?.[0]
  const known = [browser, system].filter((text) => text !== undefined)
  return known.length > 0 ? known.join(', ') : userAgent.slice(0, 60)
}

const browsers: readonly (readonly [name: string, mark: RegExp])[] = [
  ['Edge', /\bEdgA?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|HeadlessChrome|CriOS)\//],
  ['Safari', /\bSafari\//],
]
const systems: readonly (readonly [name: string, mark: RegExp])[] = [
  ['Android', /\bAndroid\b/],
  ['iOS', /\b(?:iPhone|iPad)\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['Linux', /\bLinux\b/],
]
