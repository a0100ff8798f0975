import type { BulkOperationInput } from './bulk.ts'
import { listBulkReferences } from './bulk-reference.ts'
import { ScimClientError } from './client-error.ts'

/** What one bulk request may hold (RFC 7644 §3.7.4). */
export type BulkLimits = { readonly operationsMax: number; readonly payloadBytesMax: number }

// The envelope around the operations: schemas, failOnErrors, brackets.
const envelopeBytes = 160
// What a reference may grow by when the id takes the place of its bulkId.
const referenceBytes = 64

/**
 * Cuts operations into requests that the server takes, as positions in `operations`.
 * All in their order when they fit into one; else what is referred to comes before what refers to it, and operations
 * that refer to each other in a circle stay together. Throws `invalidRequest` when such a group, or one operation,
 * is too large by itself.
 */
export function planBulk(
  operations: readonly BulkOperationInput[],
  limits: BulkLimits,
): readonly (readonly number[])[] {
  const encoder = new TextEncoder()
  const bytes = operations.map(
    (operation) =>
      encoder.encode(JSON.stringify(operation)).byteLength + 1 + listBulkReferences(operation).length * referenceBytes,
  )
  const budget = limits.payloadBytesMax - envelopeBytes
  const all = operations.map((_, index) => index)
  if (operations.length <= limits.operationsMax && sum(all, bytes) <= budget) return [all]
  const chunks: number[][] = []
  let room = { operations: 0, bytes: 0 }
  for (const group of groupByReference(operations)) {
    const size = sum(group, bytes)
    if (group.length > limits.operationsMax || size > budget) throw tooLarge(group, limits)
    if (group.length > room.operations || size > room.bytes) {
      chunks.push([])
      room = { operations: limits.operationsMax, bytes: budget }
    }
    chunks.at(-1)?.push(...group)
    room = { operations: room.operations - group.length, bytes: room.bytes - size }
  }
  return chunks
}

function sum(indexes: readonly number[], bytes: readonly number[]): number {
  return indexes.reduce((total, index) => total + (bytes[index] ?? 0), 0)
}

function tooLarge(group: readonly number[], limits: BulkLimits): ScimClientError {
  const what = group.length === 1 ? `operation ${group[0]}` : `${group.length} operations that refer to each other`
  return new ScimClientError(
    'invalidRequest',
    `${what} do not fit into a bulk request of ${limits.operationsMax} operations and ${limits.payloadBytesMax} bytes`,
  )
}

/** Strongly connected components of the references, in an order where references point backwards (Tarjan). */
function groupByReference(operations: readonly BulkOperationInput[]): readonly (readonly number[])[] {
  const positions = new Map<string, number>()
  for (const [index, operation] of operations.entries())
    if (operation.method === 'POST' && operation.bulkId !== undefined) positions.set(operation.bulkId, index)
  const references = operations.map((operation) =>
    listBulkReferences(operation).flatMap((bulkId) => positions.get(bulkId) ?? []),
  )
  const order: (number | undefined)[] = operations.map(() => undefined)
  const isOpen = operations.map(() => false)
  const open: number[] = []
  const groups: number[][] = []
  let counter = 0

  function visit(index: number): number {
    const own = counter
    counter += 1
    order[index] = own
    isOpen[index] = true
    open.push(index)
    let lowest = own
    for (const target of references[index] ?? []) {
      const seen = order[target]
      if (seen === undefined) lowest = Math.min(lowest, visit(target))
      else if (isOpen[target] === true) lowest = Math.min(lowest, seen)
    }
    if (lowest === own) {
      const group = open.splice(open.indexOf(index)).sort((a, b) => a - b)
      for (const member of group) isOpen[member] = false
      groups.push(group)
    }
    return lowest
  }

  for (const index of operations.keys()) if (order[index] === undefined) visit(index)
  return groups
}
