import { isJsonObject, type JsonObject } from '@rollcall/scim'
import { addMembers, type PatchOperationInput, removeMembers } from '@rollcall/scim/client'
import type { MemberChange } from '../target.ts'
import { keyOf } from './draft-resource.ts'
import type { TargetProfile } from './profile.ts'

/** Whether a change of members can only be told by telling all of them. */
export function replacesMembers(profile: TargetProfile): boolean {
  return profile.writes === 'put' || profile.memberAdding === 'whole' || profile.memberRemoval === 'whole'
}

/** Removals go first, so that a swap at the limit of a group passes. */
export function toMemberOperations(change: MemberChange, profile: TargetProfile): readonly PatchOperationInput[] {
  if (replacesMembers(profile)) return [{ op: 'replace', path: 'members', value: toValues(change.all ?? []) }]
  return [...toRemovals(change.remove, profile), ...addMembers(change.add)]
}

function toRemovals(ids: readonly string[], profile: TargetProfile): readonly PatchOperationInput[] {
  if (profile.memberRemoval === 'path' || ids.length === 0) return removeMembers(ids)
  return [{ op: 'remove', path: 'members', value: toValues(ids) }]
}

function toValues(ids: readonly string[]): readonly { readonly value: string }[] {
  return ids.map((value) => ({ value }))
}

/** The members after a change, from what the group showed. */
export function mergeMembers(group: JsonObject, change: MemberChange): readonly { readonly value: string }[] {
  if (change.all !== undefined) return toValues(change.all)
  const removed = new Set(change.remove)
  const kept = readMembers(group).filter((id) => !removed.has(id))
  return toValues([...new Set([...kept, ...change.add])])
}

function readMembers(group: JsonObject): readonly string[] {
  const members = group[keyOf(group, 'members')]
  if (!Array.isArray(members)) return []
  return members.flatMap((member) =>
    isJsonObject(member) && typeof member['value'] === 'string' ? [member['value']] : [],
  )
}
