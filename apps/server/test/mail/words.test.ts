import assert from 'node:assert/strict'
import { test } from 'node:test'
import { invitationTexts } from '../../src/http/invitations/texts.ts'
import { emailTexts } from '../../src/http/sign-in/email-texts.ts'
import { mailBannerTexts } from '../../src/http/sign-in/mail-banner-texts.ts'
import { signInTexts } from '../../src/http/sign-in/texts/catalog.ts'
import { setupTexts } from '../../src/http/setup/texts.ts'
import { languages } from '../../src/language.ts'
import { mailCatalogs } from '../../src/mail/catalogs.ts'
import { renderMail } from '../../src/mail/render.ts'
import { templateValues } from '../../src/mail/template-data.ts'
import type { MailTemplate } from '../../src/db/queries/mails.ts'

// Object.keys forgets the key type.
const templates = Object.keys(templateValues) as readonly MailTemplate[]

test('CON-J3: every language has every text of mails and pages, with the same values in it', () => {
  for (const catalog of [mailCatalogs, invitationTexts, setupTexts, signInTexts, emailTexts, mailBannerTexts])
    for (const language of languages) {
      const [own, english] = [flatten(catalog[language]), flatten(catalog.en)]
      assert.deepEqual([...own.keys()], [...english.keys()], language)
      for (const [key, text] of own) {
        assert.notEqual(text.trim(), '', `${language} ${key}`)
        assert.deepEqual(valuesIn(text), valuesIn(english.get(key) ?? ''), `${language} ${key}`)
        // Lines of nothing but values and punctuation are the same in several languages.
        const isWords = /\p{L}{4}/u.test(text.replace(/\{\w+\}/g, ''))
        if (language !== 'en' && isWords && !cognates.has(text))
          assert.notEqual(text, english.get(key), `${language} ${key}`)
      }
    }
})

test('a mail asks for no value that its template does not know', () => {
  for (const language of languages)
    for (const template of templates) {
      const known = new Set<string>(['organization', ...templateValues[template]])
      for (const text of flatten(mailCatalogs[language].mails[template]).values())
        for (const value of valuesIn(text)) assert.ok(known.has(value), `${language} ${template} {${value}}`)
    }
})

test('CON-J3: every mail in every language reads whole, and loads and runs nothing', () => {
  const at = '2026-11-21T09:00:00.000Z'
  const data = {
    hours: 48,
    minutes: 60,
    address: 'new@example.com',
    serviceAccount: 'okta-sync',
    key: 'Okta',
    hint: 'rc_scm_…abcd',
    scopes: ['scim', 'people:read'],
    expiresAt: at,
    actor: 'key_01h4zpwq00e008000000000000',
    owner: 'Ada Lovelace',
    connection: 'SCIM',
    source: 'https://example.com/.env',
    revokedAt: at,
    openKey: 'Okta',
    identityProvider: 'Entra',
    fingerprint: '9f86d081',
    reason: 'The metadata is not signed',
    webhook: 'CRM',
    host: 'hooks.example.com',
    goneAt: at,
    failingSinceAt: at,
    app: 'CRM',
    sinceAt: at,
    meaning: 'The app does not take the credentials (401).',
    remedy: 'Give new credentials.',
    detail: 'token expired',
    count: 340,
    allowance: 20,
    cause: 'department is emptied',
    causeCount: 338,
    lapsesAt: at,
    changes: 3,
    openedAt: at,
    at,
  }
  const years = { en: 'November 21, 2026', ko: '2026년 11월 21일', ja: '2026年11月21日', fr: '21 novembre 2026' }
  for (const language of languages)
    for (const template of templates) {
      const link = 'https://rollcall.test/invitations/x?a=1&b=2'
      const mail = renderMail({ template, locale: language, organizationName: 'Acme <b>&', data, link })
      for (const text of [mail.subject, mail.text])
        assert.doesNotMatch(text, /[{}]|undefined/, `${language} ${template}`)
      assert.match(mail.html, new RegExp(`^<!doctype html>\n<html lang="${language}">`))
      assert.doesNotMatch(mail.html, /<img|<link|<script|<b>|url\(|src=|@import|http-equiv/i)
      const hasLink = mailCatalogs[language].mails[template].button !== undefined
      if (!hasLink) assert.ok(mail.text.includes(years[language]), `${language} ${template}`)
      assert.equal(mail.text.includes(link), hasLink)
      assert.equal(mail.html.includes('href="https://rollcall.test/invitations/x?a=1&#38;b=2"'), hasLink)
    }
})

const cognates = new Set(['Invitation', 'Organisation'])

function valuesIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''))].toSorted()
}

/** All texts by their path. */
function flatten(value: object, path = ''): ReadonlyMap<string, string> {
  const entries = Object.entries(value).flatMap(([key, item]: [string, unknown]): (readonly [string, string])[] => {
    if (typeof item === 'string') return [[`${path}/${key}`, item]]
    return typeof item === 'object' && item !== null ? [...flatten(item, `${path}/${key}`)] : []
  })
  return new Map(entries)
}
