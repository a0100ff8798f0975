import type { JsonObject } from '@rollcall/scim'
import { deleteOwnedRows, selectTables, type CatalogueTable } from './db/queries/catalogue.ts'
import type { Database } from './db/pool.ts'
import { transaction } from './db/transaction.ts'
import type { RunWork } from './jobs/run-worker.ts'

const batchRows = 5_000

/** What owns rows: the column that names it, and the tables whose rows name a part of it and not the thing itself. */
type Owner = {
  readonly column: string
  readonly parents: ReadonlyMap<string, { readonly table: string; readonly column: string }>
}

const apps: Owner = {
  column: 'app_id',
  parents: new Map([
    ['cycle_slices', { table: 'cycles', column: 'cycle_id' }],
    ['app_plan_members', { table: 'app_plans', column: 'plan_id' }],
    ['app_plan_operations', { table: 'app_plans', column: 'plan_id' }],
    ['gate_hold_items', { table: 'gate_holds', column: 'hold_id' }],
  ]),
}

const sources: Owner = {
  column: 'source_id',
  parents: new Map(),
}

/** Deletes every row of an app, table by table as the catalogue knows them, in batches that other work gets by. */
export function deleteAllRowsOfApp(database: Database, work: RunWork): Promise<JsonObject> {
  const { appId } = work.input
  if (typeof appId !== 'string') throw new Error('The run names no app')
  return deleteRowsOf(database, work, { owner: apps, id: appId })
}

/** The same of a source. */
export function deleteAllRowsOfSource(database: Database, work: RunWork): Promise<JsonObject> {
  const { sourceId } = work.input
  if (typeof sourceId !== 'string') throw new Error('The run names no source')
  return deleteRowsOf(database, work, { owner: sources, id: sourceId })
}

async function deleteRowsOf(
  database: Database,
  work: RunWork,
  { owner, id }: { readonly owner: Owner; readonly id: string },
): Promise<JsonObject> {
  const { organizationId } = work
  const isOwned = ({ name, columns }: CatalogueTable) => owner.parents.has(name) || columns.includes(owner.column)
  // What names a part goes before it.
  const tables = (await selectTables(database))
    .filter(isOwned)
    .toSorted((left, right) => Number(owner.parents.has(right.name)) - Number(owner.parents.has(left.name)))
  let rows = work.done
  for (const { name, stores } of tables)
    for (const store of stores)
      for (let deleted = batchRows; deleted === batchRows;) {
        work.signal.throwIfAborted()
        deleted = await transaction(database, async (tx) => {
          const parent = owner.parents.get(name)
          const of = { organizationId, owner: { column: owner.column, id }, parent, rowsMax: batchRows }
          const count = await deleteOwnedRows(tx, store, of)
          rows += count
          await work.advance(tx, { checkpoint: { table: name }, done: rows })
          return count
        })
      }
  return { rows }
}
