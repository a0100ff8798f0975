import type { Database } from '../db/pool.ts'
import { insertHeldChanges, insertHoldChange, openHold } from '../db/queries/holds.ts'
import { selectUserIds } from '../db/queries/demo.ts'
import { transaction } from '../db/transaction.ts'
import type { DirectoryContext } from './directory-context.ts'

/** A mass change that waits: what the guard would have held, had these people been suspended at once. */
export async function holdSuspensions(
  database: Database,
  context: DirectoryContext,
  hold: { readonly id: string; readonly scimIds: readonly string[] },
): Promise<void> {
  if (hold.scimIds.length === 0) return
  await transaction(database, async (tx) => {
    const ids = await selectUserIds(tx, context.organizationId, hold.scimIds)
    const { id } = await openHold(tx, context, { id: hold.id, threshold: 10 })
    const changes = ids.map((subjectId) => ({
      action: 'suspend' as const,
      subjectKind: 'user' as const,
      subjectId,
      memberId: subjectId,
    }))
    await insertHeldChanges(tx, context, id, changes)
    await insertHoldChange(tx, context, { id, version: 1, event: 'opened' })
  })
}
