import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'
import { toRowSource, type SourceColumn } from './row-source.ts'

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

const columns: readonly SourceColumn<ProvisioningLogRow>[] = [
  ['id', 'uuid', (row) => row.id],
  ['organization_id', 'uuid', (row) => row.organizationId],
  ['at', 'timestamptz', (row) => row.at],
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

/** Rows of one batch in one statement. */
export async function insertProvisioningLog(tx: Queryable, rows: readonly ProvisioningLogRow[]): Promise<void> {
  if (rows.length === 0) return
  const { list, from, values } = toRowSource(columns, rows, 1)
  await tx.query({ text: `insert into provisioning_log (${names}) select ${list} from ${from}` }, values)
}

export type LogFilter = {
  readonly appId?: string | undefined
  readonly objectId?: string | undefined
  readonly cycleId?: string | undefined
  readonly action?: string | undefined
  readonly status?: string | undefined
  readonly reason?: string | undefined
  readonly since?: Date | undefined
  readonly until?: Date | undefined
}

export type StoredLogRow = Omit<ProvisioningLogRow, 'detail'> & { readonly detail: JsonObject | null }

const selected = `organization_id as "organizationId", id, at, app_id as "appId", cycle_id as "cycleId",
  object_kind as "objectKind", object_id as "objectId", action, status, reason, http_status as "httpStatus",
  duration_ms as "durationMs", initiator, target_key as "targetKey", detail`

// $1 to $9; a filter that is null stands for none, which the planner sees when it plans.
const matches = `organization_id = $1 and ($2::uuid is null or app_id = $2) and ($3::uuid is null or object_id = $3)
  and ($4::uuid is null or cycle_id = $4) and ($5::text is null or action = $5) and ($6::text is null or status = $6)
  and ($7::text is null or reason = $7) and ($8::timestamptz is null or at >= $8) and ($9::timestamptz is null or at < $9)`

function toValues(organizationId: string, filter: LogFilter): readonly unknown[] {
  const { appId, objectId, cycleId, action, status, reason, since, until } = filter
  return [organizationId, appId, objectId, cycleId, action, status, reason, since, until].map((value) => value ?? null)
}

/** Newest or oldest first. */
export async function selectProvisioningLog(
  db: Queryable,
  organizationId: string,
  page: {
    readonly filter: LogFilter
    readonly order: 'asc' | 'desc'
    readonly after: string | undefined
    readonly rowsMax: number
  },
): Promise<readonly StoredLogRow[]> {
  const { filter, order, after, rowsMax } = page
  const { rows } = await db.query<StoredLogRow>(
    {
      text: `select ${selected} from provisioning_log where ${matches}
          and ($10::uuid is null or id ${order === 'asc' ? '>' : '<'} $10) order by id ${order} limit $11`,
    },
    [...toValues(organizationId, filter), after ?? null, rowsMax],
  )
  return rows
}

export async function selectProvisioningLogCount(
  db: Queryable,
  organizationId: string,
  filter: LogFilter,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: `select count(*) as count from provisioning_log where ${matches}` },
    toValues(organizationId, filter),
  )
  return rows[0]?.count ?? 0
}

export async function selectProvisioningLogEntry(
  db: Queryable,
  organizationId: string,
  id: string,
): Promise<StoredLogRow | undefined> {
  const { rows } = await db.query<StoredLogRow>(
    { text: `select ${selected} from provisioning_log where organization_id = $1 and id = $2` },
    [organizationId, id],
  )
  return rows[0]
}

/** Deletes the oldest entries of an app, no more than so many; returns how many there were. */
export async function deleteLogBefore(
  db: Queryable,
  app: { readonly organizationId: string; readonly appId: string },
  { before, rowsMax }: { readonly before: Date; readonly rowsMax: number },
): Promise<number> {
  const { rowCount } = await db.query(
    {
      text: `delete from provisioning_log where organization_id = $1 and at < $3 and (id, at) in (
          select id, at from provisioning_log where organization_id = $1 and app_id = $2 and at < $3 limit $4)`,
    },
    [app.organizationId, app.appId, before, rowsMax],
  )
  return rowCount
}
