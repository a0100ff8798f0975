/** Where mail for somebody goes, and in which language (BCP 47). */
export type Contact = { readonly address: string; readonly locale: string }

/** The primary address of a person, else the first one; undefined when there is none. `document` is the stored resource. */
export function findContact(document: string): Contact | undefined {
  const person: unknown = JSON.parse(document)
  const addresses = listOf(memberOf(person, 'emails')).filter((email) => typeof memberOf(email, 'value') === 'string')
  const email = addresses.find((one) => memberOf(one, 'primary') === true) ?? addresses[0]
  const address = memberOf(email, 'value')
  if (typeof address !== 'string') return undefined
  const locale = memberOf(person, 'preferredLanguage') ?? memberOf(person, 'locale')
  return { address, locale: typeof locale === 'string' ? locale : 'en' }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Only names that are written here are asked for. */
function memberOf(value: unknown, name: 'emails' | 'value' | 'primary' | 'preferredLanguage' | 'locale'): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined
}
