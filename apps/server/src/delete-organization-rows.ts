import type { JsonObject } from '@rollcall/scim'
import { deleteOrganizationRows, selectTables } from './db/queries/catalogue.ts'
import type { Database } from './db/pool.ts'
import { transaction } from './db/transaction.ts'
import type { RunWork } from './jobs/run-worker.ts'

const batchRows = 5_000

/**
 * Deletes every row of an organization, table by table as the catalogue knows them, in batches that other work gets by.
 * Triggers write rows while others are deleted, so it goes round until a whole round finds none.
 */
export async function deleteAllRows(database: Database, work: RunWork): Promise<JsonObject> {
  const { organizationId } = work.input
  if (typeof organizationId !== 'string') throw new Error('The run names no organization')
  const tables = (await selectTables(database)).filter((table) => table.hasOrganization).toReversed()
  const stores = tables.flatMap((table) => table.stores)
  let rows = work.done
  for (let found = true; found;) {
    found = false
    for (const name of stores)
      for (let deleted = batchRows; deleted === batchRows;) {
        work.signal.throwIfAborted()
        deleted = await transaction(database, async (tx) => {
          const count = await deleteOrganizationRows(tx, name, { organizationId, rowsMax: batchRows })
          rows += count
          await work.advance(tx, { checkpoint: { table: name }, done: rows })
          return count
        })
        found ||= deleted > 0
      }
  }
  return { rows }
}
