import type { Queryable } from '../pool.ts'
import { toArrayText } from './array-text.ts'

export type ProvisioningLogRow = {
  readonly organizationId: string
  readonly id: string
  readonly at: Date
  readonly appId: string
  readonly cycleId: string | null
  readonly objectKind: string
  readonly objectId: string | null
  readonly action: string
  readonly status: string
  readonly reason: string
  readonly httpStatus: number | null
  readonly durationMs: number | null
  readonly initiator: string
  readonly targetKey: string | null
  /** JSON text; redacted. */
  readonly detail: string | null
}

type Column = readonly [name: string, type: string, valueOf: (row: ProvisioningLogRow) => string | number | null]

const columns: readonly Column[] = [
  ['organization_id', 'uuid', (row) => row.organizationId],
  ['id', 'uuid', (row) => row.id],
  ['at', 'timestamptz', (row) => row.at.toISOString()],
  ['app_id', 'uuid', (row) => row.appId],
  ['cycle_id', 'uuid', (row) => row.cycleId],
  ['object_kind', 'text', (row) => row.objectKind],
  ['object_id', 'uuid', (row) => row.objectId],
  ['action', 'text', (row) => row.action],
  ['status', 'text', (row) => row.status],
  ['reason', 'text', (row) => row.reason],
  ['http_status', 'smallint', (row) => row.httpStatus],
  ['duration_ms', 'integer', (row) => row.durationMs],
  ['initiator', 'text', (row) => row.initiator],
  ['target_key', 'text', (row) => row.targetKey],
  ['detail', 'json', (row) => row.detail],
]

const names = columns.map(([name]) => name).join(', ')

/** Rows of one batch in one statement; one array a column, since that costs the least for many rows. */
const insert = {
  name: 'insert_provisioning_log',
  text: `insert into provisioning_log (${names})
    select * from unnest(${columns.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ')}) r (${names})`,
}

export async function insertProvisioningLog(tx: Queryable, rows: readonly ProvisioningLogRow[]): Promise<void> {
  if (rows.length === 0) return
  await tx.query(
    insert,
    columns.map(([, , valueOf]) => toArrayText(rows.map(valueOf))),
  )
}
