import type { BoundElementFilter, MemberStep } from '@rollcall/scim'
import { findValue } from '../db/filter-sql/membership.ts'

/** Membership steps, put together so that each phase is one or two statements. */
export type MemberPhase =
  /** The last word on each named member; ids over SCIM, in lower case. */
  | { readonly kind: 'named'; readonly add: readonly string[]; readonly remove: readonly string[] }
  | { readonly kind: 'replace'; readonly values: readonly string[] }
  | { readonly kind: 'removeWhere'; readonly filter: BoundElementFilter }

/** Joins neighbouring steps: of several operations on one member the last one counts. */
export function toPhases(steps: readonly MemberStep[]): readonly MemberPhase[] {
  const phases: MemberPhase[] = []
  for (const step of steps) {
    const phase = toPhase(step)
    const last = phases.at(-1)
    // Whatever came before a replacement does not matter, but for members that do not exist.
    if (phase.kind === 'named' && last?.kind === 'named') phases.splice(-1, 1, joinNamed(last, phase))
    else phases.push(phase)
  }
  return phases.filter((phase) => phase.kind !== 'named' || phase.add.length + phase.remove.length > 0)
}

function toPhase(step: MemberStep): MemberPhase {
  switch (step.kind) {
    case 'add':
      return { kind: 'named', add: toIds(step.members.map((member) => member.value)), remove: [] }
    case 'remove':
      return { kind: 'named', add: [], remove: toIds(step.values) }
    case 'replace':
      return { kind: 'replace', values: toIds(step.members.map((member) => member.value)) }
    case 'removeWhere': {
      const id = step.filter.kind === 'compare' ? findValue(step.filter) : undefined
      return id === undefined ? step : { kind: 'named', add: [], remove: toIds([id]) }
    }
    default:
      return step satisfies never
  }
}

type NamedPhase = Extract<MemberPhase, { kind: 'named' }>

function joinNamed(first: NamedPhase, second: NamedPhase): NamedPhase {
  const added = new Set(second.add)
  const removed = new Set(second.remove)
  return {
    kind: 'named',
    add: [...new Set([...first.add.filter((id) => !removed.has(id)), ...second.add])],
    remove: [...new Set([...first.remove.filter((id) => !added.has(id)), ...second.remove])],
  }
}

// members.value is compared without regard to case (RFC 7643 §8.7.1), and our ids are in lower case.
function toIds(values: readonly string[]): readonly string[] {
  return [...new Set(values.map((value) => value.toLowerCase()))]
}
