import type { JsonObject } from '@rollcall/scim'
import type { MailTemplate } from '../db/queries/mails.ts'
import { findLanguage, type Language } from '../language.ts'
import { mailCatalogs } from './catalogs.ts'
import { layOutHtml, layOutText } from './layout.ts'
import { templateValues } from './template-data.ts'

export type RenderedMail = {
  readonly language: Language
  readonly subject: string
  readonly text: string
  readonly html: string
}

export type MailToRender = {
  readonly template: MailTemplate
  /** BCP 47. */
  readonly locale: string
  readonly organizationName: string
  readonly data: JsonObject
  /** What the button opens, where the mail has one. */
  readonly link?: string | undefined
}

/** The longest value that a mail repeats; a name that somebody made up must not fill the mail with advertising. */
const valueCharactersMax = 200

/** A mail in the recipient's language, as text and as HTML. */
export function renderMail(mail: MailToRender): RenderedMail {
  const language = findLanguage(mail.locale) ?? 'en'
  const catalog = mailCatalogs[language]
  const words = catalog.mails[mail.template]
  const values = toValues(mail, language)
  const content = {
    language,
    heading: fill(words.heading, values) ?? '',
    paragraphs: words.paragraphs.map((text) => fill(text, values)).filter((text) => text !== undefined),
    button: words.button,
    link: words.button === undefined ? undefined : mail.link,
    copyLink: catalog.copyLink,
    footer: fill(catalog.footer, values) ?? '',
  }
  return {
    language,
    subject: fill(words.subject, values) ?? content.heading,
    text: layOutText(content),
    html: layOutHtml(content),
  }
}

function toValues({ template, organizationName, data }: MailToRender, language: Language): ReadonlyMap<string, string> {
  const values = new Map([['organization', toLine(organizationName)]])
  for (const name of templateValues[template]) {
    const value = data[name]
    const text = name === 'at' || name.endsWith('At') ? toInstant(value, language) : toText(value, language)
    if (text !== undefined && text !== '') values.set(name, text)
  }
  return values
}

function toText(value: JsonObject[string], language: Language): string | undefined {
  if (typeof value === 'string') return toLine(value)
  if (typeof value === 'number') return value.toLocaleString(language)
  if (!Array.isArray(value)) return undefined
  return toLine(value.filter((item) => typeof item === 'string').join(', '))
}

function toInstant(value: JsonObject[string], language: Language): string | undefined {
  const at = typeof value === 'string' ? new Date(value) : undefined
  if (at === undefined || Number.isNaN(at.getTime())) return undefined
  return `${at.toLocaleString(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })} UTC`
}

/** One line without control or direction characters: nothing in a name ends a header or turns the text around. */
function toLine(text: string): string {
  const line = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim()
    .replace(/\s+/g, ' ')
  return line.length > valueCharactersMax ? `${line.slice(0, valueCharactersMax - 1)}…` : line
}

/** Undefined when a value is missing. */
function fill(text: string, values: ReadonlyMap<string, string>): string | undefined {
  let isComplete = true
  const filled = text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values.get(name)
    if (value === undefined) isComplete = false
    return value ?? ''
  })
  return isComplete ? filled : undefined
}
