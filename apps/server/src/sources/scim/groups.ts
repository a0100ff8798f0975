import { isJsonObject } from '@rollcall/scim'
import type { SourceGroup } from '../reader.ts'
import { toScimColumns } from './columns.ts'
import type { WholeGroup } from './group-members.ts'

/** A SCIM group with its members, people and groups, by their ids. */
export function toScimGroup({ group, members }: WholeGroup): SourceGroup {
  const { members: _, ...rest } = group
  const { id, displayName } = rest
  const place = `Groups/${typeof id === 'string' ? id : '?'}`
  const bad = { kind: 'bad', place } as const
  if (typeof id !== 'string' || id === '') {
    const detail = 'The group has no "id", which would name it'
    return { ...bad, anchor: undefined, attribute: 'id', reason: 'anchorMissing', detail }
  }
  if (typeof displayName !== 'string' || displayName.trim() === '') {
    const detail = 'The group has no "displayName", so nobody knows what it is called'
    return { ...bad, anchor: id, attribute: 'displayName', reason: 'nameMissing', detail }
  }
  if (members === undefined) {
    const detail =
      'The server shows the members of its groups in no way: neither in lists nor one by one, and it finds nobody by them. The group stays as it was; let `teams.column` name the column of people that lists theirs'
    return { ...bad, anchor: id, attribute: 'members', reason: 'membersHidden', detail }
  }
  const ids = members.flatMap((member) => {
    const value = isJsonObject(member) ? member['value'] : undefined
    return typeof value === 'string' ? [value] : []
  })
  const attributes = { ...toScimColumns(rest), name: displayName, type: 'scim' }
  return { kind: 'group', anchor: id, attributes, memberKey: id, members: ids, place }
}
