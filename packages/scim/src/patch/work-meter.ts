import { scimError } from '../errors.ts'
import type { Filter } from '../filter/ast.ts'
import { isJsonArray, type Json } from '../json.ts'
import type { AttributeOperation } from './patch-state.ts'

/**
 * What the operations of one PATCH may cost together; a unit is about a tenth of a microsecond.
 * Without it 5,000 short operations on a list of 20,000 values would keep a server busy for minutes.
 */
const patchWorkMax = 10_000_000

// Measured: a new element is looked for under two keys among all that are there.
const joinCost = 15
const lookUpCost = 8
const listedCost = 3
const listedMax = 100
/** Removing members by another filter than their ids: a statement of its own in a store that keeps them as rows. */
export const memberFilterCost = 100_000

/** Adds up what operations cost. */
export type WorkMeter = { spend(units: number): void }

/** A meter that throws `payloadTooLarge` when more than `patchWorkMax` was spent. */
export function createWorkMeter(): WorkMeter {
  let spent = 0
  return {
    spend(units) {
      spent += units
      if (spent > patchWorkMax)
        throw scimError('payloadTooLarge', 'The operations compare too many values; send fewer of them in one request')
    },
  }
}

/** What an operation on an attribute costs that has the value `before`. */
export function costOf({ op, written, value }: AttributeOperation, before: Json | undefined): number {
  if (!isJsonArray(before)) return 1
  const terms = written === undefined ? 0 : countTerms(written)
  const mayJoin = op === 'add' || (op === 'replace' && written !== undefined)
  return before.length * (1 + terms + (op === 'remove' ? listedCostOf(value) : 0) + (mayJoin ? joinCost : 0))
}

function listedCostOf(value: unknown): number {
  if (value === undefined || value === null) return 0
  return lookUpCost + (Array.isArray(value) ? Math.min(value.length, listedMax) * listedCost : 0)
}

function countTerms(filter: Filter): number {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.reduce((sum, each) => sum + countTerms(each), 1)
    case 'not':
      return 1 + countTerms(filter.filter)
    default:
      return 1
  }
}
