import type { Entry as RawEntry } from 'ldapts'

/** An entry as a server showed it. */
export type LdapEntry = {
  readonly dn: string
  /** By the name in small letters, without `;range=0-1499` and `;binary`; other options, such as `;lang-de`, name another attribute. */
  readonly attributes: ReadonlyMap<string, LdapAttribute>
}

export type LdapAttribute = {
  /** As the server writes it. */
  readonly name: string
  readonly values: readonly (string | Buffer)[]
  /** There are more values, from this one on (Active Directory shows 1,500 at once). */
  readonly nextFrom?: number
}

/** What is asked for as bytes: what they look like as text says nothing. */
export const binaryAttributes = [
  'objectGUID',
  'objectSid',
  'thumbnailPhoto',
  'jpegPhoto',
  'userCertificate;binary',
  'userCertificate',
  'unicodePwd',
  'logonHours',
  'mS-DS-ConsistencyGuid',
  'msExchMailboxGuid',
]

/** `member;range=0-1499` (Active Directory, MS-ADTS §3.1.1.3.1.3.3); the last piece ends in `*`. */
const rangeOption = /;range=(\d+)-(\d+|\*)/i

export function toEntry({ dn, ...raw }: RawEntry): LdapEntry {
  const attributes = new Map<string, LdapAttribute>()
  for (const [type, value] of Object.entries(raw)) {
    const values: readonly (string | Buffer)[] = Array.isArray(value) ? value : [value]
    // What was asked for and is not there comes as an empty list; pieces of a range come beside an empty whole.
    if (values.length === 0) continue
    const range = rangeOption.exec(type)
    const name = type.replace(/;(?:range=[^;]*|binary)(?=;|$)/gi, '')
    const last = range?.[2]
    const nextFrom = last === undefined || last === '*' ? undefined : Number(last) + 1
    attributes.set(name.toLowerCase(), { name, values, ...(nextFrom !== undefined && { nextFrom }) })
  }
  return { dn, attributes }
}

/** All values of an attribute, as text. */
export function textsOf({ attributes }: LdapEntry, name: string): readonly string[] {
  const values = attributes.get(name.toLowerCase())?.values ?? []
  return values.map((value) => (typeof value === 'string' ? value : value.toString('utf8')))
}

/** The first value as text. */
export function textOf(entry: LdapEntry, name: string): string | undefined {
  return textsOf(entry, name)[0]
}

/** The first value as bytes. */
export function bytesOf({ attributes }: LdapEntry, name: string): Buffer | undefined {
  const value = attributes.get(name.toLowerCase())?.values[0]
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : value
}
