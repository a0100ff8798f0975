import { isJsonArray, isJsonObject, type JsonObject } from '@rollcall/scim'
import type { SourceGroup } from '../reader.ts'
import { toScimColumns } from './columns.ts'

/** A SCIM group with its members, people and groups, by their ids. */
export function toScimGroup(resource: JsonObject): SourceGroup {
  const { members, ...rest } = resource
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
  const ids = (isJsonArray(members) ? members : []).flatMap((member) => {
    const value = isJsonObject(member) ? member['value'] : undefined
    return typeof value === 'string' ? [value] : []
  })
  const attributes = { ...toScimColumns(rest), name: displayName, type: 'scim' }
  return { kind: 'group', anchor: id, attributes, memberKey: id, members: ids, place }
}
