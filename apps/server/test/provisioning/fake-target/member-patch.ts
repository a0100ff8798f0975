import { isObject, parsePath } from './attribute-path.ts'
import type { FakeQuirks } from './quirks.ts'
import { Refusal } from './refusal.ts'

type Operation = { readonly op: string; readonly path: string | undefined; readonly value: unknown }

/** The operations on members are done to the set; the others are given back. */
export function applyMemberOperations(
  members: Set<string>,
  operations: readonly Operation[],
  quirks: FakeQuirks,
): readonly Operation[] {
  const rest: Operation[] = []
  let named = 0
  const draft = new Set(members)
  for (const operation of operations) {
    const change = toMemberChange(operation)
    if (change === undefined) rest.push(operation)
    else named += applyChange(draft, change, quirks)
  }
  if (named > quirks.membersMax)
    throw new Refusal(quirks.membersRefusal, `At most ${quirks.membersMax} members a request`, 'tooMany')
  members.clear()
  for (const id of draft) members.add(id)
  return rest
}

type MemberChange = { readonly op: string; readonly ids: readonly string[] | undefined; readonly byPath: boolean }

function toMemberChange({ op, path, value }: Operation): MemberChange | undefined {
  if (path === undefined) {
    if (!isObject(value) || !('members' in value)) return undefined
    return { op, ids: idsOf(value['members']), byPath: false }
  }
  const parsed = parsePath(path)
  if (parsed.attribute.toLowerCase() !== 'members') return undefined
  const chosen = parsed.element?.[0]
  if (chosen !== undefined) return { op, ids: [String(chosen.value)], byPath: true }
  return { op, ids: value === undefined ? undefined : idsOf(value), byPath: false }
}

export function idsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.map((item) => {
    const id = isObject(item) ? item['value'] : item
    if (typeof id !== 'string') throw new Refusal(400, 'A member has no value', 'invalidValue')
    return id
  })
}

function applyChange(members: Set<string>, { op, ids, byPath }: MemberChange, quirks: FakeQuirks): number {
  if (op === 'add' || op === 'replace') {
    if (op === 'replace' || quirks.addReplacesMembers) members.clear()
    for (const id of ids ?? []) members.add(id)
    return ids?.length ?? 0
  }
  if (ids === undefined) members.clear()
  else removeMembers(members, ids, byPath ? quirks.memberPathRemoval : quirks.memberListRemoval)
  return ids?.length ?? 0
}

function removeMembers(members: Set<string>, ids: readonly string[], how: FakeQuirks['memberListRemoval']): void {
  if (how === 'refused') throw new Refusal(400, 'Members cannot be removed like that', 'invalidPath')
  if (how === 'all') members.clear()
  if (how === 'works') for (const id of ids) members.delete(id)
}
