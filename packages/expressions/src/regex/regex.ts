import { patternStepsMax } from '../limits.ts'
import { parsePattern } from './parse-pattern.ts'
import type { Edge, PatternNode, UnitTest } from './pattern.ts'
import { refusePattern } from './reader.ts'

/** One step of the automaton. */
export type Step =
  | { readonly kind: 'unit'; readonly test: UnitTest }
  | { readonly kind: 'edge'; readonly edge: Edge }
  | { readonly kind: 'save'; readonly slot: number }
  /** Go on at `first`, and at `second` if that leads nowhere. */
  | { first: number; second: number; readonly kind: 'split' }
  | { to: number; readonly kind: 'jump' }
  | { readonly kind: 'found' }

/** A pattern that can be searched: an automaton that visits each step at most once a character. */
export type Regex = {
  readonly steps: readonly Step[]
  /** Two slots a group, the whole match first. */
  readonly slots: number
  /** Number or name → group. .NET counts groups without names first. */
  readonly groups: ReadonlyMap<string, number>
}

/** Makes a pattern searchable; with `isWhole` it matches the whole text or nothing. Throws `BadRegex`. */
export function compileRegex(source: string, isWhole = false): Regex {
  const { node, names } = parsePattern(source)
  const steps: Step[] = []
  emit(steps, { kind: 'save', slot: 0 })
  if (isWhole) emit(steps, { kind: 'edge', edge: 'textStart' })
  emitNode(steps, node)
  if (isWhole) emit(steps, { kind: 'edge', edge: 'textEnd' })
  emit(steps, { kind: 'save', slot: 1 })
  emit(steps, { kind: 'found' })
  return { steps, slots: 2 * names.length + 2, groups: numberGroups(names) }
}

function numberGroups(names: readonly (string | undefined)[]): ReadonlyMap<string, number> {
  const groups = new Map<string, number>([['0', 0]])
  const unnamed = names.flatMap((name, index) => (name === undefined ? [index] : []))
  const named = names.flatMap((name, index) => (name === undefined ? [] : [index]))
  for (const index of [...unnamed, ...named]) {
    const name = names[index]
    if (name !== undefined && groups.has(name)) throw refusePattern(`the group ${name} stands in it twice`)
    if (name !== undefined) groups.set(name, index + 1)
    if (name === undefined || !/^\d/.test(name))
      groups.set(String([...unnamed, ...named].indexOf(index) + 1), index + 1)
  }
  return groups
}

function emit(steps: Step[], step: Step): void {
  if (steps.length >= patternStepsMax) throw refusePattern('it is too large when its repetitions are written out')
  steps.push(step)
}

function emitNode(steps: Step[], node: PatternNode): void {
  switch (node.kind) {
    case 'unit':
    case 'edge':
      return emit(steps, node)
    case 'sequence':
      return node.parts.forEach((part) => emitNode(steps, part))
    case 'choice':
      return emitChoice(steps, node.options)
    case 'capture':
      emit(steps, { kind: 'save', slot: 2 * node.group + 2 })
      emitNode(steps, node.part)
      return emit(steps, { kind: 'save', slot: 2 * node.group + 3 })
    case 'repeat':
      return emitRepeat(steps, node)
    default:
      return node satisfies never
  }
}

function emitChoice(steps: Step[], options: readonly PatternNode[]): void {
  const jumps: { to: number; readonly kind: 'jump' }[] = []
  for (const [index, option] of options.entries()) {
    if (index === options.length - 1) {
      emitNode(steps, option)
      break
    }
    const split = { kind: 'split' as const, first: steps.length + 1, second: 0 }
    emit(steps, split)
    emitNode(steps, option)
    const jump = { kind: 'jump' as const, to: 0 }
    emit(steps, jump)
    jumps.push(jump)
    split.second = steps.length
  }
  for (const jump of jumps) jump.to = steps.length
}

type Repeat = PatternNode & { readonly kind: 'repeat' }

function emitRepeat(steps: Step[], { part, minimum, maximum, isGreedy }: Repeat): void {
  for (let count = 0; count < minimum; count++) emitOne(steps, part)
  if (maximum === Infinity) return emitLoop(steps, part, isGreedy)
  const splits: (Step & { kind: 'split' })[] = []
  for (let count = minimum; count < maximum; count++) {
    splits.push(emitSplit(steps))
    emitOne(steps, part)
  }
  for (const split of splits) aim(split, split.first, steps.length, isGreedy)
}

// A part that emits nothing would let a large count run without reaching the limit of steps.
function emitOne(steps: Step[], part: PatternNode): void {
  const before = steps.length
  emitNode(steps, part)
  if (steps.length === before) emit(steps, { kind: 'jump', to: before + 1 })
}

function emitLoop(steps: Step[], part: PatternNode, isGreedy: boolean): void {
  const start = steps.length
  const split = emitSplit(steps)
  emitNode(steps, part)
  emit(steps, { kind: 'jump', to: start })
  aim(split, split.first, steps.length, isGreedy)
}

function emitSplit(steps: Step[]): Step & { kind: 'split' } {
  const split = { kind: 'split' as const, first: steps.length + 1, second: 0 }
  emit(steps, split)
  return split
}

function aim(split: Step & { kind: 'split' }, inside: number, behind: number, isGreedy: boolean): void {
  split.first = isGreedy ? inside : behind
  split.second = isGreedy ? behind : inside
}
