import type { LdapPull } from '@rollcall/admin-api'
import type { Json, JsonObject } from '@rollcall/scim'
import { foldDn } from '../../ldap/distinguished-name.ts'
import { type LdapEntry, textOf } from '../../ldap/entry.ts'
import type { LdapValues } from '../../ldap/session.ts'
import { readWholeValues } from '../../ldap/whole-values.ts'
import { toColumns } from './columns.ts'
import type { DirectoryRead } from './directory-read.ts'

/** Groups that people are direct members of. */
export type Memberships = {
  /** The columns of somebody with these others. */
  columnsOf(columns: JsonObject): { readonly groups: readonly string[]; readonly groupIds: readonly string[] }
}

type Group = { readonly id: string; readonly name: string }

/** Members may be many, and an answer is held as a whole. */
const groupsPerPage = 50

/** Reads all groups with their members, or the first ones for a look; undefined where nobody asked for them. Throws LdapError. */
export async function readMemberships(
  read: DirectoryRead,
  { isLook }: { readonly isLook: boolean },
): Promise<Memberships | undefined> {
  const { groups } = read.source.pull
  if (groups === undefined || groups.columns === false) return undefined
  const keyOf = groups.memberAttribute === 'memberUid' ? (text: string) => text.toLowerCase() : foldDn
  const nameColumn = groups.memberAttribute === 'memberUid' ? 'uid' : 'dn'
  const found = new Map<string, Group[]>()
  for await (const { group, members } of readGroups(read, { groups, isLook }))
    for (const member of members) {
      const own = found.get(keyOf(String(member)))
      if (own === undefined) found.set(keyOf(String(member)), [group])
      else own.push(group)
    }
  return {
    columnsOf: (columns) => {
      const own = (found.get(keyOf(firstText(columns[nameColumn]))) ?? []).toSorted(byId)
      return { groups: own.map(({ name }) => name), groupIds: own.map(({ id }) => id) }
    },
  }
}

function byId(one: Group, other: Group): number {
  return one.id < other.id ? -1 : 1
}

async function* readGroups(
  read: DirectoryRead,
  { groups, isLook }: { readonly groups: NonNullable<LdapPull['groups']>; readonly isLook: boolean },
): AsyncGenerator<{ readonly group: Group; readonly members: LdapValues }> {
  const { session, signal } = read
  let left = isLook ? groupsPerPage : Infinity
  for await (const entry of readGroupEntries(read, groups)) {
    if (left-- === 0) return
    const group = toGroup(entry, read)
    const members = await readWholeValues(session, entry, groups.memberAttribute, signal)
    if (group !== undefined) yield { group, members }
  }
}

async function* readGroupEntries(
  { source, session, signal }: DirectoryRead,
  { bases, scope, filter: text, nameAttribute, memberAttribute }: NonNullable<LdapPull['groups']>,
): AsyncGenerator<LdapEntry> {
  const attributes = [nameAttribute, source.idAttribute, memberAttribute]
  for (const base of bases ?? source.pull.bases) {
    const search = { base, scope, filter: { kind: 'text', text }, attributes } as const
    const pages = session.pages(search, Math.min(source.pull.pageSize, groupsPerPage))
    for (let page = await pages.next(signal); page !== undefined; page = await pages.next(signal)) yield* page
  }
}

function toGroup(entry: LdapEntry, { source }: DirectoryRead): Group | undefined {
  const name = textOf(entry, source.pull.groups?.nameAttribute ?? 'cn')
  const id = toColumns(entry, source)[source.idAttribute]
  return name === undefined || typeof id !== 'string' ? undefined : { id, name }
}

function firstText(value: Json | undefined): string {
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' ? first : ''
}
