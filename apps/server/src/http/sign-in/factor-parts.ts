import type { JsonObject } from '@rollcall/scim'
import { escapeHtml as escape } from '../../escape-html.ts'
import type { Language } from '../../language.ts'
import type { TotpEnrolment } from '../../sign-in/one-time-codes.ts'
import { factorWords } from './factor-words/catalog.ts'
import { renderPasskeyForm } from './passkey-script.ts'
import { toQrCodeSvg } from './qr-code.ts'

type CodeField = { readonly id: string; readonly label: string; readonly isNumeric: boolean }

function codeField({ id, label, isNumeric }: CodeField): string {
  const keyboard = isNumeric ? ' inputmode="numeric" autocomplete="one-time-code"' : ' autocomplete="off"'
  return `<label for="${id}">${escape(label)}</label><input id="${id}" name="code" type="text" required maxlength="40" autocapitalize="none" spellcheck="false"${keyboard}>`
}

export function act(name: string): string {
  return `<input type="hidden" name="act" value="${name}">`
}

/** All ways to show who one is that this person has. */
export function renderProofs(
  language: Language,
  proofs: {
    readonly passkey: JsonObject | undefined
    readonly hasTotp: boolean
    readonly hasRecoveryCodes: boolean
  },
): readonly string[] {
  const words = factorWords[language]
  const parts = []
  if (proofs.passkey !== undefined)
    parts.push(
      renderPasskeyForm(language, { options: { get: proofs.passkey }, act: 'passkey', button: words.usePasskey }),
    )
  if (proofs.hasTotp) {
    const input = codeField({ id: 'code', label: words.codeLabel, isNumeric: true })
    parts.push(
      `<form method="post" class="wide">${act('code')}${input}<button>${escape(words.continue)}</button></form>`,
    )
  }
  if (proofs.hasRecoveryCodes) {
    const input = codeField({ id: 'recovery', label: words.recoveryLabel, isNumeric: false })
    parts.push(
      `<details${parts.length === 0 ? ' open' : ''}><summary>${escape(words.recoveryHeading)}</summary><form method="post" class="wide">${act('recovery')}${input}<p class="quiet">${escape(words.recoveryHint)}</p><button class="second">${escape(words.continue)}</button></form></details>`,
    )
  }
  return parts
}

export function renderPasskeyAdder(language: Language, options: JsonObject): string {
  const words = factorWords[language]
  return renderPasskeyForm(language, {
    options: { create: options },
    act: 'addPasskey',
    button: words.addPasskey,
    fields: [
      `<label for="name">${escape(words.passkeyName)}</label><input id="name" name="name" type="text" required maxlength="120" value="${escape(words.passkeyNewName)}">`,
    ],
  })
}

/** The picture to scan, the same as text, and the field for the code that proves that the app has it. */
export function renderTotpEnrolment(language: Language, enrolment: TotpEnrolment): string {
  const words = factorWords[language]
  // Four groups of four fit the narrowest screen.
  const groups = enrolment.secretText.match(/.{1,4}/g) ?? []
  const grouped = [groups.slice(0, 4), groups.slice(4)].map((line) => line.join(' ')).join('\n')
  return [
    `<p>${escape(words.totpScan)}</p>`,
    `<p>${toQrCodeSvg(enrolment.uri, words.totpPicture)}</p>`,
    `<p class="quiet">${escape(words.totpByHand)}</p><pre>${grouped}</pre>`,
    '<form method="post" class="wide">',
    `${act('confirmTotp')}<input type="hidden" name="enrolment" value="${escape(enrolment.sealed)}">`,
    codeField({ id: 'totp-code', label: words.codeLabel, isNumeric: true }),
    `<button>${escape(words.totpConfirm)}</button></form>`,
  ].join('')
}

/** The only page that ever shows them. */
export function renderRecoveryCodes(language: Language, codes: readonly string[], nextHref: string): readonly string[] {
  const words = factorWords[language]
  return [
    `<h1>${escape(words.codesTitle)}</h1>`,
    `<p role="status">${escape(words.codesKeep)}</p>`,
    `<pre>${codes.join('\n')}</pre>`,
    `<a class="button" href="${escape(nextHref)}">${escape(words.codesKept)}</a>`,
  ]
}
