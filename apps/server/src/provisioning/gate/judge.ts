import type { GateCount, GateVerdict } from '../../db/queries/gate.ts'
import type { GateNumbers } from '../numbers.ts'
import { destructiveClasses, type DestructiveClass } from './destructive.ts'

/** So many at once are still what a person asked for by hand; more is a mass change. */
const byHandMax = 5
/** An attribute that changes is looked at when it changes in more than this share of the accounts. */
const changedShare = 0.2
/** A team may not lose more than this share of its members, unless it is so few. */
const teamShare = 0.5
const teamMembersMin = 10

export type GateSituation = {
  readonly numbers: GateNumbers
  readonly counts: readonly GateCount[]
  /** What passed in the window: by class and detail. */
  readonly usage: readonly { readonly class: DestructiveClass; readonly detail: string; readonly count: number }[]
  /** Accounts and groups that stand, those included that went in the window. */
  readonly liveLinks: number
}

/** A class that is held, with the numbers that a person is shown. */
export type HeldClass = { readonly class: DestructiveClass; readonly allowance: number; readonly used: number }

export type Judgement = GateVerdict & { readonly holds: readonly HeldClass[] }

const passes: Judgement = { classes: [], cleared: [], changed: [], teams: [], holds: [] }

/** Above the allowance everything of a class is held: no part of a mistake is sent because it came first. */
export function judgeGate(situation: GateSituation): Judgement {
  const { numbers } = situation
  return numbers.kind === 'cycle' ? judgeCycle(situation, numbers.threshold) : judgeRolling(situation, numbers)
}

/** So many of a class may pass in the window. */
export function allowanceOf(numbers: GateNumbers & { kind: 'rolling' }, liveLinks: number): number {
  return Math.min(numbers.max, Math.max(numbers.min, Math.floor(liveLinks * numbers.share)))
}

/** Entra's accidental deletions: accounts and groups that are disabled or deleted, together. */
function judgeCycle(situation: GateSituation, threshold: number | null): Judgement {
  if (threshold === null) return passes
  const counted: readonly DestructiveClass[] = ['disable', 'delete']
  const used = sum(counted.map((name) => usedOf(situation, name)))
  const count = sum(counted.map((name) => countOf(situation, name)))
  if (used + count <= threshold) return passes
  const held = counted.filter((name) => countOf(situation, name) > 0)
  return {
    ...passes,
    classes: held.map((name) => ({ class: name, byHand: isByHandHeld(situation, name) })),
    holds: held.map((name) => ({ class: name, allowance: threshold, used })),
  }
}

function judgeRolling(situation: GateSituation, numbers: GateNumbers & { kind: 'rolling' }): Judgement {
  const allowance = allowanceOf(numbers, situation.liveLinks)
  const teams = emptiedTeams(situation)
  const held = destructiveClasses.filter((name) => name !== 'clear' && isOver(situation, { name, allowance, teams }))
  const cleared = overdrawn(situation, 'cleared', allowance)
  const changed = overdrawn(situation, 'changed', Math.max(numbers.min, Math.floor(situation.liveLinks * changedShare)))
  const holds = new Set<DestructiveClass>(held)
  if (teams.length > 0) holds.add('memberRemoval')
  if (cleared.length + changed.length > 0) holds.add('clear')
  return {
    classes: held.map((name) => ({ class: name, byHand: isByHandHeld(situation, name) })),
    cleared,
    changed,
    teams,
    holds: [...holds].map((name) => ({ class: name, allowance, used: usedOf(situation, name) })),
  }
}

function isOver(
  situation: GateSituation,
  { name, allowance, teams }: { name: DestructiveClass; allowance: number; teams: readonly string[] },
): boolean {
  const apart = name === 'memberRemoval' ? sum(teams.map((team) => removedFrom(situation, team))) : 0
  const count = countOf(situation, name) - apart
  // What a person asked for by hand is counted and does not wait; by itself it holds nothing.
  return hasOthers(situation, name) && count > 0 && usedOf(situation, name) + count > allowance
}

function hasOthers(situation: GateSituation, name: DestructiveClass): boolean {
  return isByHandHeld(situation, name) || classCounts(situation, name).some((one) => !one.is_by_hand)
}

function isByHandHeld(situation: GateSituation, name: DestructiveClass): boolean {
  return sum(classCounts(situation, name).map((one) => (one.is_by_hand ? one.count : 0))) > byHandMax
}

function emptiedTeams({ counts, usage }: GateSituation): readonly string[] {
  return counts.flatMap((one) => {
    if (one.about !== 'team') return []
    const used = usage.find((row) => row.class === 'memberRemoval' && row.detail === one.name)?.count ?? 0
    const gone = used + one.count
    // Those that left before are not among its members any more.
    return gone > teamMembersMin && gone > (one.members + used) * teamShare ? [one.name] : []
  })
}

function overdrawn({ counts, usage }: GateSituation, effect: 'cleared' | 'changed', max: number): readonly string[] {
  return counts.flatMap((one) => {
    if (one.about !== effect) return []
    const used = usage.find((row) => row.class === 'clear' && row.detail === `${effect} ${one.name}`)?.count ?? 0
    return used + one.count > max ? [one.name] : []
  })
}

function classCounts({ counts }: GateSituation, name: DestructiveClass): readonly (GateCount & { about: 'class' })[] {
  return counts.filter((one) => one.about === 'class').filter((one) => one.name === name)
}

const countOf = (situation: GateSituation, name: DestructiveClass): number =>
  sum(classCounts(situation, name).map((one) => one.count))

const usedOf = ({ usage }: GateSituation, name: DestructiveClass): number =>
  usage.find((row) => row.class === name && row.detail === '')?.count ?? 0

const removedFrom = ({ counts }: GateSituation, team: string): number =>
  counts.find((one) => one.about === 'team' && one.name === team)?.count ?? 0

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
