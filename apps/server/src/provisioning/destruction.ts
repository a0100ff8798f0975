import type { DesiredAttributes } from './desired.ts'
import type { Link } from '../db/queries/provisioning-links.ts'
import { hasAccount } from './export/link.ts'
import { switchesOff } from './switches-off.ts'
import type { Wanted } from './export/protocol.ts'
import { reasons, type ReasonCode } from './reasons.ts'

/** What could cost somebody something, and is counted before it is sent. */
export type Destruction = {
  readonly class: 'disable' | 'delete' | 'clear'
  readonly facts: {
    /** What many have in common, in the words of people. */
    readonly cause: string
    readonly cleared?: readonly string[]
    readonly changed?: readonly string[]
  }
}

/** Undefined: it harms nobody. */
export function destructionOf(
  link: Link & { readonly sent: string | null },
  wanted: Wanted,
  reason: ReasonCode | undefined,
): Destruction | undefined {
  if (!hasAccount(link)) return undefined
  const cause = reason === undefined ? '' : reasons[reason].meaning
  if (wanted.intent === 'delete') return { class: 'delete', facts: { cause } }
  if (wanted.intent === 'disable') return link.state === 'disabled' ? undefined : { class: 'disable', facts: { cause } }
  if (wanted.intent !== 'provision' || link.state !== 'linked') return undefined
  return changesOf(link, wanted)
}

/** A change of one account is nothing; the same change of every fifth is what the gate looks for. */
function changesOf(link: Link & { readonly sent: string | null }, { desired, hash }: Wanted): Destruction | undefined {
  // What is not known for certain cannot be compared: it was let through before.
  if (link.appliedHash === null || link.sent === null || hash.equals(link.appliedHash)) return undefined
  const before = parseSent(link.sent)
  const cleared: string[] = []
  const changed: string[] = []
  for (const [path, value] of Object.entries(desired)) {
    const old = before[path]
    // Also where nothing was written before: a new mapping may switch everybody off.
    if (switchesOff(path, old, value)) return { class: 'disable', facts: { cause: `${path} switches accounts off` } }
    if (old === undefined || old === null || isSame(old, value)) continue
    if (value === null) cleared.push(path)
    else changed.push(path)
  }
  if (cleared.length + changed.length === 0) return undefined
  const [first = ''] = [...cleared, ...changed]
  return {
    class: 'clear',
    facts: { cause: `${first} ${cleared.length > 0 ? 'is emptied' : 'changes'}`, cleared, changed },
  }
}

/** Whoever lets one attribute change has not let others change with it. */
export function isCovered(
  { class: kind, facts }: Destruction,
  admitted: { readonly destructive: string | null },
): boolean {
  if (kind !== 'clear') return true
  if (admitted.destructive === null) return false
  // Written by whoever put it before the gate.
  const { cleared = [], changed = [] } = JSON.parse(admitted.destructive) as Destruction['facts']
  const isAmong = (names: readonly string[] | undefined, all: readonly string[]): boolean =>
    (names ?? []).every((name) => all.includes(name))
  return isAmong(facts.cleared, cleared) && isAmong(facts.changed, [...changed, ...cleared])
}

function isSame(left: unknown, right: unknown): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right)
}

export function parseSent(sent: string): DesiredAttributes {
  // Written by printDesired and nobody else.
  return JSON.parse(sent) as DesiredAttributes
}
