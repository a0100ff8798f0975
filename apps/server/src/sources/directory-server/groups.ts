import { foldDn } from '../../ldap/distinguished-name.ts'
import { type LdapEntry, textOf, textsOf } from '../../ldap/entry.ts'
import { readWholeValues } from '../../ldap/whole-values.ts'
import type { SourceGroup } from '../reader.ts'
import { toColumns } from './columns.ts'
import type { DirectoryRead } from './directory-read.ts'
import type { DirectorySource } from './directory-source.ts'
import type { EntryMaker } from './records.ts'

/** Groups read as things of their own: as people are, in pages and by what changed, from where groups are. */
export type GroupRead = { readonly read: DirectoryRead; readonly maker: EntryMaker<SourceGroup> }

/** Members may be many, and an answer is held as a whole. */
const groupsPerPage = 50

/** What is asked for of every group besides its name, its id and its members. */
const asked = ['objectClass', 'description', 'displayName', 'mail', 'gidNumber', 'groupType', 'managedBy']

/** Undefined: the settings do not say where groups are. */
export function openGroups(people: DirectoryRead): GroupRead | undefined {
  const source = toGroupSource(people.source)
  const { groups } = people.source.pull
  if (source === undefined || groups === undefined) return undefined
  const read = { ...people, source }
  const maker = {
    from: async (entries: readonly LdapEntry[]): Promise<readonly SourceGroup[]> => {
      const found: SourceGroup[] = []
      // One connection answers one question after the other.
      for (const entry of entries) found.push(await toGroup(read, groups, entry))
      return found
    },
  }
  return { read, maker }
}

function toGroupSource(source: DirectorySource): DirectorySource | undefined {
  const { pull, idAttribute } = source
  const { groups } = pull
  if (groups === undefined) return undefined
  const { bases = pull.bases, scope, filter, nameAttribute, memberAttribute, attributes = [] } = groups
  const names = [idAttribute, nameAttribute, memberAttribute, ...asked, ...attributes]
  return {
    ...source,
    pull: {
      ...pull,
      bases,
      scope,
      filter,
      attributes: names,
      references: [],
      lists: [],
      groups: undefined,
      pageSize: Math.min(pull.pageSize, groupsPerPage),
    },
    anchor: idAttribute,
    filter,
    attributes: [...new Map(names.map((name) => [name.toLowerCase(), name])).values()],
  }
}

type GroupPlace = NonNullable<DirectorySource['pull']['groups']>

async function toGroup(read: DirectoryRead, groups: GroupPlace, entry: LdapEntry): Promise<SourceGroup> {
  const { source, session, signal } = read
  const { memberAttribute, nameAttribute } = groups
  const { accountEnabled: _, [memberAttribute]: __, ...columns } = toColumns(entry, source)
  const place = entry.dn
  const id = columns[source.idAttribute]
  const name = textOf(entry, nameAttribute)
  const bad = { kind: 'bad', place } as const
  if (typeof id !== 'string') {
    const detail = `The group has no single "${source.idAttribute}", which would name it`
    return { ...bad, anchor: undefined, attribute: source.idAttribute, reason: 'anchorMissing', detail }
  }
  if (name === undefined) {
    const detail = `The group has no "${nameAttribute}", so nobody knows what it is called`
    return { ...bad, anchor: id, attribute: nameAttribute, reason: 'nameMissing', detail }
  }
  const isByUid = memberAttribute === 'memberUid'
  const members = (await readWholeValues(session, entry, memberAttribute, signal)).map(String)
  return {
    kind: 'group',
    anchor: id,
    attributes: { ...columns, id, name, type: findType(entry) },
    memberKey: isByUid ? undefined : foldDn(entry.dn),
    members: members.map((member) => (isByUid ? member.toLowerCase() : foldDn(member))),
    place,
  }
}

/** MS-ADTS §2.2.12. */
const securityBit = 0x8000_0000
const classes = ['groupOfNames', 'groupOfUniqueNames', 'posixGroup', 'group']

function findType(entry: LdapEntry): string {
  const bits = textOf(entry, 'groupType')
  if (bits !== undefined) return (Number(bits) & securityBit) === 0 ? 'distribution' : 'security'
  const own = new Set(textsOf(entry, 'objectClass').map((name) => name.toLowerCase()))
  return classes.find((name) => own.has(name.toLowerCase())) ?? 'group'
}
