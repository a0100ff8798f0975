import type { Queryable } from '../pool.ts'
import type { AppOf, ObjectKind } from './provisioning-work.ts'

export type TraceRow = {
  readonly id: string
  readonly runId: string | null
  readonly at: Date
  readonly kind: ObjectKind
  readonly objectId: string
  readonly action: string | null
  readonly status: string
  readonly reason: string
  /** See `LogDetail`. */
  readonly detail: unknown
}

const columns = `id, run_id as "runId", at, object_kind as kind, object_id as "objectId", action, status, reason, detail`

export async function insertTrace(
  db: Queryable,
  app: AppOf,
  row: Omit<TraceRow, 'detail'> & { readonly detail: object },
): Promise<void> {
  await db.query(
    {
      name: 'insert_provisioning_trace',
      text: `insert into provisioning_traces
          (organization_id, app_id, id, run_id, at, object_kind, object_id, action, status, reason, detail)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::json)`,
    },
    [
      app.organizationId,
      app.appId,
      row.id,
      row.runId,
      row.at,
      row.kind,
      row.objectId,
      row.action,
      row.status,
      row.reason,
      JSON.stringify(row.detail),
    ],
  )
}

export type TraceFilter = { readonly runId?: string | undefined; readonly objectId?: string | undefined }

const matches = `organization_id = $1 and app_id = $2 and ($3::uuid is null or run_id = $3)
  and ($4::uuid is null or object_id = $4)`

/** Newest first. */
export async function selectTraces(
  db: Queryable,
  app: AppOf,
  page: TraceFilter & { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly TraceRow[]> {
  const { rows } = await db.query<TraceRow>(
    {
      text: `select ${columns} from provisioning_traces where ${matches} and ($5::uuid is null or id < $5)
        order by id desc limit $6`,
    },
    [...toValues(app, page), page.after ?? null, page.rowsMax],
  )
  return rows
}

export async function selectTraceCount(db: Queryable, app: AppOf, filter: TraceFilter): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: `select count(*) as count from provisioning_traces where ${matches}` },
    toValues(app, filter),
  )
  return rows[0]?.count ?? 0
}

function toValues({ organizationId, appId }: AppOf, { runId, objectId }: TraceFilter): readonly unknown[] {
  return [organizationId, appId, runId ?? null, objectId ?? null]
}

/** Of all organizations those before a time, so many at once; gives how many. */
export async function deleteTracesBefore(db: Queryable, before: Date, rowsMax: number): Promise<number> {
  const { rowCount } = await db.query(
    {
      text: `delete from provisioning_traces where ctid = any (array(
        select ctid from provisioning_traces where at < $1 order by at limit $2))`,
    },
    [before, rowsMax],
  )
  return rowCount
}
