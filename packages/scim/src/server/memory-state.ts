import type { JsonObject } from '../json.ts'

/** A resource as the memory store keeps it. */
export type StoredResource = {
  readonly id: string
  readonly typeName: string
  /** Order of creation. */
  readonly sequence: number
  readonly version: number
  readonly created: string
  readonly lastModified: string
  readonly attributes: JsonObject
  readonly document: string
}

/** Everything of one organization. */
export type MemoryState = {
  /** By id, in order of creation. */
  readonly resources: Map<string, StoredResource>
  /** Ids by type, attribute and folded value, for what must be unique. */
  readonly unique: Map<string, string>
  /** Ids of the members of a group, in the order in which they came. */
  readonly members: Map<string, Set<string>>
  /** Ids of the groups that a resource is directly in. */
  readonly memberships: Map<string, Set<string>>
  /** The last sequence number given. */
  sequence: number
}

/** A state without anything. */
export function createState(): MemoryState {
  return { resources: new Map(), unique: new Map(), members: new Map(), memberships: new Map(), sequence: 0 }
}

/** A copy that later changes of the state do not touch. */
export function copyState(state: MemoryState): MemoryState {
  return {
    resources: new Map(state.resources),
    unique: new Map(state.unique),
    members: copySets(state.members),
    memberships: copySets(state.memberships),
    sequence: state.sequence,
  }
}

/** Puts a state back to what a copy holds. */
export function restoreState(state: MemoryState, copy: MemoryState): void {
  refill(state.resources, copy.resources)
  refill(state.unique, copy.unique)
  refill(state.members, copy.members)
  refill(state.memberships, copy.memberships)
  state.sequence = copy.sequence
}

function copySets(sets: ReadonlyMap<string, ReadonlySet<string>>): Map<string, Set<string>> {
  return new Map([...sets].map(([key, set]) => [key, new Set(set)]))
}

function refill<Value>(map: Map<string, Value>, from: ReadonlyMap<string, Value>): void {
  map.clear()
  for (const [key, value] of from) map.set(key, value)
}
