import type { JsonObject } from '../json.ts'
import type { ResourceType } from '../schema/resource-type.ts'
import { findBulkId, listReferences } from './references.ts'

/** What the planner must know of an operation. */
export type PlannedOperation = {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly bulkId: string | undefined
  readonly type: ResourceType
  /** Undefined for POST; may be `bulkId:…`. */
  readonly id: string | undefined
  readonly data: JsonObject | undefined
}

/** One step of a plan: an operation, or several POSTs that refer to each other and are created together. */
export type BulkStep = {
  /** Positions in the request, in its order. */
  readonly indexes: readonly number[]
  readonly isCircular: boolean
}

/** In which order to go, and which bulkIds each operation needs. */
export type BulkPlan = {
  readonly steps: readonly BulkStep[]
  /** By position; empty for operations that refer to nothing or were refused. */
  readonly references: readonly (readonly string[])[]
}

/**
 * Orders the operations of a bulk request: as they were sent, but what an operation refers to by bulkId comes first
 * (RFC 7644 §3.7.2), and POSTs that refer to each other in a circle form one step (§3.7.1).
 * `undefined` stands for an operation that was refused and refers to nothing.
 *
 * @example
 * ```ts
 * import { createRegistry, findResourceType, planBulk } from '@rollcall/scim'
 *
 * const registry = createRegistry()
 * const user = findResourceType(registry, 'User')
 * const group = findResourceType(registry, 'Group')
 * if (user !== undefined && group !== undefined) {
 *   const plan = planBulk([
 *     { method: 'POST', bulkId: 'g', type: group, id: undefined, data: { members: [{ value: 'bulkId:u' }] } },
 *     { method: 'POST', bulkId: 'u', type: user, id: undefined, data: { userName: 'alice' } },
 *   ])
 *   console.log(plan.steps.map((step) => step.indexes.join('+')).join(' ')) // 1 0
 * }
 * ```
 */
export function planBulk(operations: readonly (PlannedOperation | undefined)[]): BulkPlan {
  const references = operations.map(referencesOf)
  const positions = new Map<string, number>()
  for (const [index, operation] of operations.entries())
    if (operation?.method === 'POST' && operation.bulkId !== undefined) positions.set(operation.bulkId, index)
  const edges = references.map((bulkIds) => bulkIds.flatMap((bulkId) => positions.get(bulkId) ?? []))
  return { steps: orderSteps(edges), references }
}

function referencesOf(operation: PlannedOperation | undefined): readonly string[] {
  if (operation === undefined) return []
  const inPath = operation.id === undefined ? undefined : findBulkId(operation.id)
  const inData = operation.data === undefined ? [] : listReferences(operation.data, operation.type)
  return inPath === undefined ? inData : [inPath, ...inData]
}

/**
 * Strongly connected components in the order in which they can be carried out (Tarjan's algorithm).
 * Without recursion, since a request may chain thousands of managers.
 */
function orderSteps(edges: readonly (readonly number[])[]): readonly BulkStep[] {
  const steps: BulkStep[] = []
  const state: SearchState = { order: new Map(), low: new Map(), open: [], isOpen: new Set() }
  for (const start of edges.keys()) {
    if (state.order.has(start)) continue
    const visits: Visit[] = [enter(start, state)]
    for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
      const target = edges[visit.node]?.[visit.next++]
      if (target === undefined) {
        visits.pop()
        leave(visit.node, visits.at(-1)?.node, { state, edges, steps })
      } else if (!state.order.has(target)) visits.push(enter(target, state))
      else if (state.isOpen.has(target)) lower(visit.node, state.order.get(target), state)
    }
  }
  return steps
}

type Visit = { readonly node: number; next: number }
type SearchState = {
  readonly order: Map<number, number>
  readonly low: Map<number, number>
  readonly open: number[]
  readonly isOpen: Set<number>
}

function enter(node: number, state: SearchState): Visit {
  state.low.set(node, state.order.size)
  state.order.set(node, state.order.size)
  state.open.push(node)
  state.isOpen.add(node)
  return { node, next: 0 }
}

function lower(node: number, value: number | undefined, { low }: SearchState): void {
  low.set(node, Math.min(low.get(node) ?? 0, value ?? 0))
}

type Leaving = {
  readonly state: SearchState
  readonly edges: readonly (readonly number[])[]
  readonly steps: BulkStep[]
}

function leave(node: number, parent: number | undefined, { state, edges, steps }: Leaving): void {
  if (parent !== undefined) lower(parent, state.low.get(node), state)
  if (state.low.get(node) !== state.order.get(node)) return
  const indexes: number[] = []
  let member: number | undefined
  do {
    member = state.open.pop()
    if (member === undefined) break
    state.isOpen.delete(member)
    indexes.push(member)
  } while (member !== node)
  const isCircular = indexes.length > 1 || edges[node]?.includes(node) === true
  steps.push({ indexes: indexes.toSorted((a, b) => a - b), isCircular })
}
