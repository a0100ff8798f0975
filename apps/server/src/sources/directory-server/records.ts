import type { LdapEntry } from '../../ldap/entry.ts'
import { readWholeValues } from '../../ldap/whole-values.ts'
import type { SourceEntry } from '../reader.ts'
import { anchorOf, toColumns } from './columns.ts'
import type { DirectoryRead } from './directory-read.ts'
import { type Memberships, readMemberships } from './memberships.ts'
import { createReferences, type References } from './references.ts'

/** Makes of entries what a source says of them. */
export type EntryMaker<Entry> = { from(entries: readonly LdapEntry[]): Promise<readonly Entry[]> }

/** Makes records of entries. */
export type Records = EntryMaker<SourceEntry> & { readonly memberships: Memberships | undefined }

/** Reads what records need besides their own entries. Throws LdapError. */
export async function openRecords(read: DirectoryRead, { isLook = false } = {}): Promise<Records> {
  const memberships = await readMemberships(read, { isLook })
  const references = createReferences(read)
  return {
    memberships,
    from: async (entries) => {
      const records: ReturnType<typeof toRecord>[] = []
      // One connection answers one question after the other.
      for (const entry of entries) records.push(toRecord(await toWhole(read, entry), read, memberships))
      for (const record of records) if (record.kind === 'record') references.learn(record.place, record.anchor)
      const complete: SourceEntry[] = []
      for (const record of records) complete.push(await withAnchors(record, read, references))
      return complete
    },
  }
}

/** With the values that the server showed in pieces only. Throws LdapError. */
async function toWhole({ session, signal }: DirectoryRead, entry: LdapEntry): Promise<LdapEntry> {
  const pieces = [...entry.attributes].filter(([, { nextFrom }]) => nextFrom !== undefined)
  if (pieces.length === 0) return entry
  const attributes = new Map(entry.attributes)
  for (const [folded, { name }] of pieces)
    attributes.set(folded, { name, values: await readWholeValues(session, entry, name, signal) })
  return { dn: entry.dn, attributes }
}

function toRecord(
  entry: LdapEntry,
  { source }: DirectoryRead,
  memberships: Memberships | undefined,
): Exclude<SourceEntry, { readonly kind: 'deleted' }> {
  const columns = toColumns(entry, source)
  const anchor = anchorOf(columns, source)
  const place = entry.dn
  if (anchor === undefined)
    return {
      kind: 'bad',
      anchor: undefined,
      place,
      attribute: source.anchor,
      reason: 'anchorMissing',
      detail: `The entry has no single "${source.anchor}", which would name it`,
    }
  const attributes = memberships === undefined ? columns : Object.assign(columns, memberships.columnsOf(columns))
  return { kind: 'record', anchor, attributes, place }
}

/** Whom it refers to. Throws LdapError. */
async function withAnchors(
  record: ReturnType<typeof toRecord>,
  { source }: DirectoryRead,
  references: References,
): Promise<SourceEntry> {
  if (record.kind !== 'record') return record
  const anchors: Record<string, string> = {}
  for (const name of source.pull.references) {
    const dn = record.attributes[name]
    const anchor = typeof dn === 'string' ? await references.anchorOf(dn) : undefined
    if (anchor !== undefined) anchors[`${name}Anchor`] = anchor
  }
  return { ...record, attributes: Object.assign(record.attributes, anchors) }
}
