import { foldCase } from '../fold.ts'
import type { BoundElementFilter } from '../filter/ast.ts'
import type { MemberInput, MemberStep } from '../resource/draft.ts'

/**
 * Collects what a PATCH does to members, in a form that a store applies without reading the group (TRAP-F6, TRAP-F7).
 *
 * What is said about one member is coalesced: the last word counts. Between two `removeWhere` there is at most one
 * `replace`, or one `remove` and one `add` that have no member in common.
 */
export type MemberSteps = {
  add(members: readonly MemberInput[]): void
  remove(values: readonly string[]): void
  removeWhere(filter: BoundElementFilter): void
  replace(members: readonly MemberInput[]): void
  list(): readonly MemberStep[]
}

type Segment = {
  readonly replaces: boolean
  readonly added: Map<string, MemberInput>
  readonly removed: Map<string, string>
}

export function createMemberSteps(): MemberSteps {
  let done: MemberStep[] = []
  let segment = createSegment(false)
  return {
    add(members) {
      for (const member of members) addTo(segment, member)
    },
    remove(values) {
      for (const value of values) removeFrom(segment, value)
    },
    removeWhere(filter) {
      done.push(...toSteps(segment), { kind: 'removeWhere', filter })
      segment = createSegment(false)
    },
    replace(members) {
      // Whatever came before has no effect any more.
      done = []
      segment = createSegment(true)
      for (const member of members) addTo(segment, member)
    },
    list: () => [...done, ...toSteps(segment)],
  }
}

function createSegment(replaces: boolean): Segment {
  return { replaces, added: new Map(), removed: new Map() }
}

function addTo(segment: Segment, member: MemberInput): void {
  const key = foldCase(member.value)
  segment.removed.delete(key)
  if (!segment.added.has(key)) segment.added.set(key, member)
}

function removeFrom(segment: Segment, value: string): void {
  const key = foldCase(value)
  segment.added.delete(key)
  // After a replacement nobody is there but those added since.
  if (!segment.replaces) segment.removed.set(key, value)
}

function toSteps({ replaces, added, removed }: Segment): readonly MemberStep[] {
  const members = [...added.values()]
  if (replaces) return [{ kind: 'replace', members }]
  const steps: MemberStep[] = []
  if (removed.size > 0) steps.push({ kind: 'remove', values: [...removed.values()] })
  if (members.length > 0) steps.push({ kind: 'add', members })
  return steps
}
