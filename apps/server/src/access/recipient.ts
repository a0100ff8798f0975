import { isJsonObject, type JsonObject } from '@rollcall/scim'
import { findLanguage, type Language } from '../language.ts'
import { toOrganizationLanguage } from './invitation-settings.ts'
import { isMailAddress } from './mail-address.ts'

/** Where mails to a person go, and in which language. */
export type Recipient = {
  /** Null: none of what the person has is one mail address. */
  readonly address: string | null
  /** The person's, else the organization's. */
  readonly language: Language
}

/**
 * The primary address, else that of work, else the first; else a user name that is an address. `document` is the stored
 * resource, `settings` are those of the organization.
 */
export function toRecipient(document: string, settings: JsonObject): Recipient {
  const person: unknown = JSON.parse(document)
  const { emails, userName, preferredLanguage, locale } = isJsonObject(person) ? person : {}
  const listed = Array.isArray(emails) ? emails.filter(isJsonObject) : []
  const ranked = [
    ...listed.filter(({ primary }) => primary === true),
    ...listed.filter(({ type }) => type === 'work'),
    ...listed,
  ]
  const addresses = [...ranked.map(({ value }) => value), userName].filter((text) => typeof text === 'string')
  return {
    address: addresses.map((text) => text.trim()).find(isMailAddress) ?? null,
    language: languageOf(preferredLanguage) ?? languageOf(locale) ?? toOrganizationLanguage(settings),
  }
}

function languageOf(value: unknown): Language | undefined {
  return typeof value === 'string' ? findLanguage(value) : undefined
}
