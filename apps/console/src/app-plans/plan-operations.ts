import type { RouteAnswer } from '@rollcall/admin-api'

export type Operation = RouteAnswer<'listAppPlanOperations'>['data'][number]
export type PlanOperation = Operation['operation']

/** In the order in which they are looked at: what destroys comes first. */
export const planOperations = [
  'delete',
  'disable',
  'unlink',
  'conflict',
  'create',
  'adopt',
  'enable',
  'update',
] as const

export function toPlanOperation(name: unknown): PlanOperation | undefined {
  return planOperations.find((known) => known === name)
}

/** Changes that are alike: the same thing to the same attributes, with the same values where that is what they share. */
export type OperationGroup = {
  readonly key: string
  readonly operation: PlanOperation
  readonly reason: string
  readonly isDestructive: boolean
  readonly entries: readonly Operation[]
  /** Of a change that is the same for all. */
  readonly modified: Operation['modified'] | undefined
  readonly paths: readonly string[]
}

/** 48 people who are all renamed in the same way are one row. */
export function groupOperations(operations: readonly Operation[]): readonly OperationGroup[] {
  const exact = gather(operations, (each) => JSON.stringify([each.operation, each.reason, each.modified]))
  const single = exact.filter(({ length }) => length === 1).flat()
  const groups = [
    ...exact.filter(({ length }) => length > 1),
    ...gather(single, (each) => JSON.stringify([each.operation, each.reason, pathsOf(each)])),
  ]
  return groups.map(toGroup).sort(compareGroups)
}

function gather(
  operations: readonly Operation[],
  keyOf: (operation: Operation) => string,
): readonly (readonly Operation[])[] {
  return [...Map.groupBy(operations, keyOf).values()]
}

function toGroup(entries: readonly Operation[]): OperationGroup {
  const [first] = entries
  if (first === undefined) throw new Error('a group has entries')
  const isSame = entries.every((each) => JSON.stringify(each.modified) === JSON.stringify(first.modified))
  return {
    key: `${first.operation} ${first.object.id}`,
    operation: first.operation,
    reason: first.reason,
    isDestructive: entries.some(({ isDestructive }) => isDestructive),
    entries,
    modified: isSame ? first.modified : undefined,
    paths: pathsOf(first),
  }
}

function pathsOf({ modified }: Operation): readonly string[] {
  return modified.map(({ name }) => name)
}

function compareGroups(one: OperationGroup, other: OperationGroup): number {
  const order = planOperations.indexOf(one.operation) - planOperations.indexOf(other.operation)
  return order === 0 ? other.entries.length - one.entries.length : order
}

/** Those of one kind whose name, key or values hold the words. */
export function findOperations(operations: readonly Operation[], words: string): readonly Operation[] {
  const wanted = words.trim().toLowerCase()
  if (wanted === '') return operations
  return operations.filter(({ object, targetKey, modified }) =>
    JSON.stringify([object.name, object.id, targetKey, modified]).toLowerCase().includes(wanted),
  )
}
