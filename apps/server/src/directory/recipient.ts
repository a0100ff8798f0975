import { isJsonObject, type JsonObject } from '@rollcall/scim'
import { findLanguage, type Language } from '../language.ts'
import { isMailAddress } from '../access/mail-address.ts'

/** Where mails to a person go, and in which language. */
export type Recipient = {
  /** Null: none of what the person has is one mail address. */
  readonly address: string | null
  /** Undefined: the person has said nothing about it. */
  readonly language: Language | undefined
}

/** The primary address, else that of work, else the first; else a user name that is an address. */
export function toRecipient(attributes: JsonObject): Recipient {
  const { emails, userName, preferredLanguage, locale } = attributes
  const listed = Array.isArray(emails) ? emails.filter(isJsonObject) : []
  const ranked = [
    ...listed.filter(({ primary }) => primary === true),
    ...listed.filter(({ type }) => type === 'work'),
    ...listed,
  ]
  const addresses = [...ranked.map(({ value }) => value), userName].filter((text) => typeof text === 'string')
  return {
    address: addresses.map((text) => text.trim()).find(isMailAddress) ?? null,
    language: languageOf(preferredLanguage) ?? languageOf(locale),
  }
}

function languageOf(value: unknown): Language | undefined {
  return typeof value === 'string' ? findLanguage(value) : undefined
}
