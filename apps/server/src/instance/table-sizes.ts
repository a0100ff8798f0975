import { selectTableSizes } from '../db/queries/instance-views.ts'
import type { Queryable } from '../db/pool.ts'

export type TableSize = { readonly name: string; readonly rows: number; readonly bytes: number }

const tablesMax = 100

/** The largest tables; partitions stand alone. */
export async function listTableSizes(database: Queryable): Promise<readonly TableSize[]> {
  return (await selectTableSizes(database)).slice(0, tablesMax)
}
