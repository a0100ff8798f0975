import type { OperationKind } from '../../db/queries/source-operations.ts'

/** Who leaves goes first; who comes is last, so that what was freed is free. */
export const operationOrder: readonly OperationKind[] = ['suspend', 'delete', 'reactivate', 'link', 'update', 'create']
