import type { LdapEntry } from '../../ldap/entry.ts'
import type { LdapFilter } from '../../ldap/filters.ts'
import { toUniqueIdValue } from '../../ldap/unique-id.ts'
import { toColumns } from './columns.ts'
import type { DirectoryRead } from './directory-read.ts'

/** Entries below all bases, page by page. Throws LdapError: an end that is not told is none. */
export async function* readByFilter(
  { source, session, signal }: DirectoryRead,
  filter: string,
  attributes: readonly string[],
): AsyncGenerator<readonly LdapEntry[]> {
  const { bases, scope, pageSize } = source.pull
  for (const base of bases) {
    const pages = session.pages({ base, scope, filter: { kind: 'text', text: filter }, attributes }, pageSize)
    for (let page = await pages.next(signal); page !== undefined; page = await pages.next(signal)) yield page
  }
}

/** Ids of all that are there. */
export async function readIds(read: DirectoryRead): Promise<ReadonlySet<string>> {
  const { source } = read
  const ids = new Set<string>()
  for await (const entries of readByFilter(read, source.filter, [source.idAttribute]))
    for (const entry of entries) {
      const id = toColumns(entry, source)[source.idAttribute]
      if (typeof id === 'string') ids.add(id)
    }
  return ids
}

/** Those of these ids that are below the bases and are let through by the filter. */
export async function readByIds(
  { source, session, signal }: DirectoryRead,
  ids: readonly string[],
): Promise<readonly LdapEntry[]> {
  const { bases, scope } = source.pull
  const anyOf = ids.map((id): LdapFilter => ({
    kind: 'equal',
    attribute: source.idAttribute,
    value: toValue(id, source),
  }))
  const filter: LdapFilter = {
    kind: 'all',
    filters: [
      { kind: 'text', text: source.filter },
      { kind: 'any', filters: anyOf },
    ],
  }
  const found: LdapEntry[] = []
  for (const base of bases)
    found.push(...(await session.search({ base, scope, filter, attributes: source.attributes }, signal)))
  return found
}

function toValue(id: string, { idAttribute }: DirectoryRead['source']): string | Buffer {
  return idAttribute.toLowerCase() === 'objectguid' ? toUniqueIdValue(id, 'objectGUID') : id
}
