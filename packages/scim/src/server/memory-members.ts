import { scimError } from '../errors.ts'
import { matchElement } from '../filter/match-filter.ts'
import type { MemberInput, MemberStep } from '../resource/draft.ts'
import type { MemoryState, StoredResource } from './memory-state.ts'
import type { GroupReference, MemberReference } from './storage.ts'

const chunkSize = 500

/** Carries out the steps; true when a membership changed. Throws `invalidValue` for a member that does not exist. */
export function applyMemberSteps(
  state: MemoryState,
  groupId: string,
  steps: readonly MemberStep[],
  isHidden: (member: StoredResource) => boolean,
): boolean {
  const ids = steps.map((step) => resolveStep(state, groupId, step))
  let isChanged = false
  for (const [index, step] of steps.entries()) {
    const named = ids[index] ?? []
    if (step.kind === 'add') isChanged = addMembers(state, groupId, named) || isChanged
    else if (step.kind === 'remove') isChanged = removeMembers(state, groupId, named) || isChanged
    else if (step.kind === 'removeWhere') {
      const found = listMembers(state, groupId, isHidden).filter((member) => matchElement(step.filter, member))
      const isGone = removeMembers(
        state,
        groupId,
        found.map((member) => member.value),
      )
      isChanged = isGone || isChanged
    } else {
      const kept = new Set(named)
      const shown = listMembers(state, groupId, isHidden).map((member) => member.value)
      const isGone = removeMembers(
        state,
        groupId,
        shown.filter((id) => !kept.has(id)),
      )
      isChanged = addMembers(state, groupId, named) || isGone || isChanged
    }
  }
  return isChanged
}

/** The ids that a step names, checked before anything changes. */
function resolveStep(state: MemoryState, groupId: string, step: MemberStep): readonly string[] {
  if (step.kind === 'remove') return step.values.map((value) => findId(state, value) ?? value)
  if (step.kind === 'removeWhere') return []
  return step.members.map((member) => getMemberId(state, groupId, member))
}

function getMemberId(state: MemoryState, groupId: string, member: MemberInput): string {
  const id = findId(state, member.value)
  const stored = id === undefined ? undefined : state.resources.get(id)
  if (id === undefined || (stored?.typeName !== 'User' && stored?.typeName !== 'Group'))
    throw scimError('invalidValue', `members: "${member.value.slice(0, 200)}" is no user or group here`)
  if (id === groupId) throw scimError('invalidValue', `members: a group cannot be its own member ("${id}")`)
  return id
}

// The schema makes members.value case-insensitive; ids here are in lower case.
function findId(state: MemoryState, value: string): string | undefined {
  if (state.resources.has(value)) return value
  const folded = value.toLowerCase()
  return state.resources.has(folded) ? folded : undefined
}

function addMembers(state: MemoryState, groupId: string, ids: readonly string[]): boolean {
  const members = state.members.get(groupId) ?? new Set()
  state.members.set(groupId, members)
  const before = members.size
  for (const id of ids) {
    members.add(id)
    const groups = state.memberships.get(id) ?? new Set()
    state.memberships.set(id, groups.add(groupId))
  }
  return members.size !== before
}

function removeMembers(state: MemoryState, groupId: string, ids: readonly string[]): boolean {
  const members = state.members.get(groupId)
  let isChanged = false
  for (const id of ids) {
    isChanged = members?.delete(id) === true || isChanged
    state.memberships.get(id)?.delete(groupId)
  }
  return isChanged
}

/** Takes a resource out of every group, and every member out of it; gives the groups that lost a member. */
export function removeMemberships(state: MemoryState, id: string): readonly string[] {
  const groups = [...(state.memberships.get(id) ?? [])]
  for (const groupId of groups) state.members.get(groupId)?.delete(id)
  for (const memberId of state.members.get(id) ?? []) state.memberships.get(memberId)?.delete(id)
  state.memberships.delete(id)
  state.members.delete(id)
  return groups
}

/** All members of a group, but for those that are hidden. */
export function listMembers(
  state: MemoryState,
  groupId: string,
  isHidden: (member: StoredResource) => boolean,
): readonly MemberReference[] {
  return [...(state.members.get(groupId) ?? [])].flatMap((id) => {
    const member = state.resources.get(id)
    return member === undefined || isHidden(member) ? [] : [toMember(member)]
  })
}

/** The members in chunks; who comes or goes while a slow client reads is seen or not. */
export function* chunkMembers(
  state: MemoryState,
  groupId: string,
  isHidden: (member: StoredResource) => boolean,
): Generator<readonly MemberReference[]> {
  let chunk: MemberReference[] = []
  for (const id of state.members.get(groupId) ?? []) {
    const member = state.resources.get(id)
    if (member === undefined || isHidden(member)) continue
    chunk.push(toMember(member))
    if (chunk.length < chunkSize) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}

function toMember(member: StoredResource): MemberReference {
  return { value: member.id, display: displayOf(member), type: member.typeName === 'Group' ? 'Group' : 'User' }
}

function displayOf({ attributes }: StoredResource): string | undefined {
  const name = attributes['displayName'] ?? attributes['userName']
  return typeof name === 'string' ? name : undefined
}

/** The groups of a resource: those it is in, and those that these are in (RFC 7643 §4.1.2); circles end. */
export function listGroups(state: MemoryState, id: string): readonly GroupReference[] {
  const found = new Map<string, GroupReference>()
  let level: readonly string[] = [...(state.memberships.get(id) ?? [])]
  for (let type: GroupReference['type'] = 'direct'; level.length > 0; type = 'indirect') {
    const next: string[] = []
    for (const groupId of level) {
      const group = state.resources.get(groupId)
      if (group === undefined || found.has(groupId)) continue
      found.set(groupId, { value: groupId, display: displayOf(group), type })
      next.push(...(state.memberships.get(groupId) ?? []))
    }
    level = next
  }
  return [...found.values()]
}
