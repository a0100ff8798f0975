import { ExpressionError } from '../errors.ts'
import { patternInputUnitsMax, patternWorkMax } from '../limits.ts'
import { isWordEdgeUnit } from './characters.ts'
import type { Edge } from './pattern.ts'
import type { Regex } from './regex.ts'

/** Offsets of the match and its groups, two each; -1 where a group took no part. */
export type Match = readonly number[]

/** All searches of one pattern in one text, which share the work that they may spend; each visit of a step costs one. */
export type Search = {
  readonly regex: Regex
  readonly text: string
  /** The stamp under which a step was visited last: never twice at one offset, hence linear time. */
  readonly visited: Int32Array
  /** The first stamp of the search that runs; its offsets count up from it. */
  stamp: number
  left: number
}

/** Begins the searches of a pattern in a text; throws for a text that is too long. */
export function createSearch(regex: Regex, text: string): Search {
  if (text.length > patternInputUnitsMax)
    throw new ExpressionError('TooLong', `Patterns are searched in at most ${patternInputUnitsMax} characters`)
  return { regex, text, visited: new Int32Array(regex.steps.length), stamp: 1, left: patternWorkMax }
}

type Thread = { readonly step: number; readonly slots: readonly number[] }

/**
 * The leftmost match at or behind `from`, and of those the one that a backtracking search would find first.
 * All ways are followed side by side (Thompson, Pike), so that no pattern takes exponential time.
 */
export function findMatch(search: Search, from: number): Match | undefined {
  const none = Array.from({ length: search.regex.slots }, () => -1)
  let best: Match | undefined
  let threads: Thread[] = []
  for (let at = from; at <= search.text.length; at++, search.stamp++) {
    if (best === undefined) follow(search, threads, at, { step: 0, slots: none })
    if (threads.length === 0 && best !== undefined) break
    const next: Thread[] = []
    search.stamp++
    best = advanceAll(search, threads, next, at) ?? best
    search.stamp--
    threads = next
  }
  search.stamp += 2
  return best
}

// The first thread that is through wins over those behind it, not over those before.
function advanceAll(search: Search, threads: readonly Thread[], next: Thread[], at: number): Match | undefined {
  const unit = at < search.text.length ? search.text.charCodeAt(at) : -1
  for (const thread of threads) {
    const step = search.regex.steps[thread.step]
    if (step?.kind === 'found') return thread.slots
    if (step?.kind === 'unit' && unit !== -1 && step.test(unit))
      follow(search, next, at + 1, { step: thread.step + 1, slots: thread.slots })
  }
  return undefined
}

/** Follows the steps that read nothing, in the order of their preference, up to those that read a unit. */
function follow(search: Search, threads: Thread[], at: number, first: Thread): void {
  const waiting: Thread[] = [first]
  for (let thread = waiting.pop(); thread !== undefined; thread = waiting.pop()) {
    const { step: index, slots } = thread
    const step = search.regex.steps[index]
    if (step === undefined || search.visited[index] === search.stamp) continue
    search.visited[index] = search.stamp
    spend(search, step.kind === 'save' ? 1 + (slots.length >> slotsShift) : 1)
    if (step.kind === 'jump') waiting.push({ step: step.to, slots })
    else if (step.kind === 'split') waiting.push({ step: step.second, slots }, { step: step.first, slots })
    else if (step.kind === 'save') waiting.push({ step: index + 1, slots: slots.with(step.slot, at) })
    else if (step.kind === 'edge') {
      if (isAtEdge(step.edge, search.text, at)) waiting.push({ step: index + 1, slots })
    } else threads.push(thread)
  }
}

// To save is to copy all slots, which shows where a pattern has many groups.
const slotsShift = 5

function spend(search: Search, work: number): void {
  search.left -= work
  if (search.left < 0)
    throw new ExpressionError('TooLong', 'The pattern takes too much work on this text; make it simpler or anchor it')
}

function isAtEdge(edge: Edge, text: string, at: number): boolean {
  switch (edge) {
    case 'textStart':
      return at === 0
    case 'textEnd':
      return at === text.length
    case 'lastLineEnd':
      return at === text.length || (at === text.length - 1 && text[at] === '\n')
    case 'lineStart':
      return at === 0 || text[at - 1] === '\n'
    case 'lineEnd':
      return at === text.length || text[at] === '\n'
    case 'word':
    case 'notWord':
      return (isWordAt(text, at - 1) !== isWordAt(text, at)) === (edge === 'word')
    default:
      return edge satisfies never
  }
}

function isWordAt(text: string, at: number): boolean {
  return at >= 0 && at < text.length && isWordEdgeUnit(text.charCodeAt(at))
}
