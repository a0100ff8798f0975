import { bytesOf, type LdapEntry, textOf } from './entry.ts'

/** What an entry is known by while it lives, whatever becomes of its name: of OpenLDAP and of Active Directory. */
export type UniqueIdAttribute = 'entryUUID' | 'objectGUID'

/** As people write it: `6f9619ff-8b86-d011-b42d-00c04fc964ff`. Undefined: the server does not show it. */
export function uniqueIdOf(entry: LdapEntry, attribute: UniqueIdAttribute): string | undefined {
  if (attribute === 'entryUUID') return textOf(entry, attribute)?.toLowerCase()
  const bytes = bytesOf(entry, attribute)
  return bytes?.length === 16 ? printGuid(bytes) : undefined
}

/** What a search for it compares with. */
export function toUniqueIdValue(text: string, attribute: UniqueIdAttribute): string | Buffer {
  return attribute === 'entryUUID' ? text : parseGuid(text)
}

export function isUniqueId(text: string): boolean {
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)
}

/** The first three groups of a GUID are little-endian numbers (MS-DTYP §2.3.4.2). */
const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]

export function printGuid(bytes: Buffer): string {
  return printUuid(Buffer.from(order.map((at) => bytes[at] ?? 0)))
}

/** Its bytes in the order in which they are read (RFC 9562). */
export function printUuid(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function parseGuid(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex')
  return Buffer.from(order.map((at) => bytes[at] ?? 0))
}
