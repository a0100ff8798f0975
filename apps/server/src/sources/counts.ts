import type { JsonObject } from '@rollcall/scim'

/** What a read found. */
export type ReadCounts = {
  readonly read: number
  readonly changed: number
  readonly deleted: number
  readonly bad: number
  readonly absent: number
}

const names = ['read', 'changed', 'deleted', 'bad', 'absent'] as const

/** Counts as they are stored; what was not counted yet is none. */
export function toCounts(stored: JsonObject): ReadCounts {
  return Object.fromEntries(names.map((name) => [name, numberOf(stored[name])])) as ReadCounts // Of these names.
}

/** By column, how many records had a value in it. */
export function toColumnCounts(stored: JsonObject): ReadonlyMap<string, number> {
  return new Map(Object.entries(stored).map(([name, value]) => [name, numberOf(value)]))
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0
}
