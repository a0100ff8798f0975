import type { JsonObject } from '@rollcall/scim'
import { deleteAppRows, selectTables, type CatalogueTable } from './db/queries/catalogue.ts'
import type { Database } from './db/pool.ts'
import { transaction } from './db/transaction.ts'
import type { RunWork } from './jobs/run-worker.ts'

const batchRows = 5_000

/** Tables whose rows name a cycle, a hold or a plan of an app, and not the app. */
const parents: ReadonlyMap<string, { readonly table: string; readonly column: string }> = new Map([
  ['cycle_slices', { table: 'cycles', column: 'cycle_id' }],
  ['app_plan_members', { table: 'app_plans', column: 'plan_id' }],
  ['app_plan_operations', { table: 'app_plans', column: 'plan_id' }],
  ['gate_hold_items', { table: 'gate_holds', column: 'hold_id' }],
])

/** Deletes every row of an app, table by table as the catalogue knows them, in batches that other work gets by. */
export async function deleteAllRowsOfApp(database: Database, work: RunWork): Promise<JsonObject> {
  const { organizationId, input } = work
  const { appId } = input
  if (typeof appId !== 'string') throw new Error('The run names no app')
  const tables = (await selectTables(database)).filter(isOfApps).toSorted(childrenFirst)
  let rows = work.done
  for (const { name, stores } of tables)
    for (const store of stores)
      for (let deleted = batchRows; deleted === batchRows;) {
        work.signal.throwIfAborted()
        deleted = await transaction(database, async (tx) => {
          const of = { organizationId, appId, parent: parents.get(name), rowsMax: batchRows }
          const count = await deleteAppRows(tx, store, of)
          rows += count
          await work.advance(tx, { checkpoint: { table: name }, done: rows })
          return count
        })
      }
  return { rows }
}

function isOfApps({ name, columns }: CatalogueTable): boolean {
  return parents.has(name) || columns.includes('app_id')
}

/** What names a cycle or a hold goes before it. */
function childrenFirst(left: CatalogueTable, right: CatalogueTable): number {
  return Number(parents.has(right.name)) - Number(parents.has(left.name))
}
