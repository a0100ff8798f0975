import type { JsonObject } from '@rollcall/scim'
import { escapeHtml as escape } from '../../escape-html.ts'
import type { Language } from '../../language.ts'
import type { Factors } from '../../sign-in/factors.ts'
import type { TotpEnrolment } from '../../sign-in/one-time-codes.ts'
import { formatTypeId } from '../../type-id.ts'
import { layOutPage } from '../page.ts'
import { act, renderPasskeyAdder, renderTotpEnrolment } from './factor-parts.ts'
import { factorWords } from './factor-words/catalog.ts'
import { alertOf } from './pages.ts'
import { passkeyScript } from './passkey-script.ts'
import { fillText } from './texts/catalog.ts'

export type ShownFactors = {
  readonly factors: Factors
  /** Where passkeys work; undefined: nowhere at this address. */
  readonly host: string | undefined
  readonly passkeyOptions: JsonObject | undefined
  /** While an app is being set up. */
  readonly enrolment: TotpEnrolment | undefined
  readonly accountHref: string
  readonly alert: string | undefined
}

export function renderFactors(language: Language, shown: ShownFactors): string {
  const words = factorWords[language]
  return layOutPage(language, words.factorsTitle, [
    `<h1>${escape(words.factorsTitle)}</h1>`,
    ...alertOf(shown.alert),
    ...renderPasskeys(language, shown),
    ...renderApp(language, shown),
    ...renderCodes(language, shown),
    `<p><a href="${escape(shown.accountHref)}">${escape(words.back)}</a></p>`,
    passkeyScript,
  ])
}

function renderPasskeys(language: Language, { factors, host, passkeyOptions }: ShownFactors): readonly string[] {
  const words = factorWords[language]
  const rows = factors.passkeys.map((passkey) => renderPasskey(language, passkey, host))
  return [
    `<h2 id="passkeys">${escape(words.passkeysHeading)}</h2><p>${escape(words.passkeysIntro)}</p>`,
    ...(rows.length === 0 ? [] : ['<ul class="rows" aria-labelledby="passkeys">', ...rows, '</ul>']),
    passkeyOptions === undefined
      ? `<p class="alert">${escape(words.passkeysImpossible)}</p>`
      : renderPasskeyAdder(language, passkeyOptions),
  ]
}

function renderPasskey(language: Language, passkey: Factors['passkeys'][number], host: string | undefined): string {
  const words = factorWords[language]
  const { name, rpId, createdAt, lastUsedAt } = passkey
  const id = formatTypeId('psk', passkey.id)
  const times = [
    fillText(words.passkeyMade, { date: toDate(language, createdAt) }),
    ...(lastUsedAt === null ? [] : [fillText(words.passkeyUsed, { date: toDate(language, lastUsedAt) })]),
  ]
  const hidden = `<input type="hidden" name="id" value="${id}">`
  return [
    `<li><div><p><strong>${escape(name)}</strong></p><p class="quiet">${escape(times.join(' · '))}</p>`,
    rpId === host ? '' : `<p class="alert">${escape(fillText(words.passkeyStranded, { host: rpId }))}</p>`,
    `<details><summary>${escape(words.rename)}</summary><form method="post">${act('rename')}${hidden}`,
    `<label for="${id}">${escape(words.passkeyName)}</label><input id="${id}" name="name" type="text" required maxlength="120" value="${escape(name)}">`,
    `<button class="second small">${escape(words.rename)}</button></form></details></div>`,
    `<form method="post">${act('remove')}${hidden}<button class="second small" aria-label="${escape(`${words.remove}: ${name}`)}">${escape(words.remove)}</button></form></li>`,
  ].join('')
}

function renderApp(language: Language, { factors, enrolment }: ShownFactors): readonly string[] {
  const words = factorWords[language]
  const heading = `<h2>${escape(words.totpHeading)}</h2><p>${escape(words.totpIntro)}</p>`
  if (enrolment !== undefined) return [heading, renderTotpEnrolment(language, enrolment)]
  const { totp } = factors
  const begin = (label: string) =>
    `<form method="post">${act('beginTotp')}<button class="second">${escape(label)}</button></form>`
  if (totp === undefined) return [heading, begin(words.totpSetUp)]
  return [
    heading,
    `<p class="done">${escape(fillText(words.totpOn, { date: toDate(language, totp.createdAt) }))}</p>`,
    begin(words.totpReplace),
    `<form method="post">${act('remove')}<button class="second" aria-label="${escape(`${words.remove}: ${words.totpHeading}`)}">${escape(words.remove)}</button></form>`,
  ]
}

function renderCodes(language: Language, { factors: { recoveryCodes } }: ShownFactors): readonly string[] {
  const words = factorWords[language]
  const state =
    recoveryCodes === undefined
      ? words.codesNone
      : fillText(words.codesLeft, { left: recoveryCodes.left, date: toDate(language, recoveryCodes.createdAt) })
  const button = recoveryCodes === undefined ? words.codesMake : words.codesMakeAgain
  return [
    `<h2>${escape(words.codesHeading)}</h2><p>${escape(words.codesIntro)}</p><p>${escape(state)}</p>`,
    `<form method="post">${act('makeCodes')}<button class="second">${escape(button)}</button></form>`,
  ]
}

function toDate(language: Language, at: Date): string {
  return at.toLocaleDateString(language, { dateStyle: 'long', timeZone: 'UTC' })
}
