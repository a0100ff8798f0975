import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

export type AuditStreamRow = {
  readonly organizationId: string
  readonly id: string
  readonly name: string
  readonly kind: 'http' | 's3' | 'splunk' | 'datadog' | 'syslog'
  readonly format: 'rollcall' | 'ocsf'
  readonly state: 'active' | 'paused'
  readonly query: string
  readonly settings: JsonObject
  /** Sealed. */
  readonly secret: string | null
  readonly position: number
  readonly version: number
  readonly createdBy: string
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly delivered: number
  readonly lastSuccessAt: Date | null
  readonly lastErrorAt: Date | null
  readonly lastError: string | null
  readonly failures: number
  readonly dueAt: Date
}

const columns = `organization_id as "organizationId", id, name, kind, format, state, query, settings, secret, position, version,
  created_by as "createdBy", created_at as "createdAt", updated_at as "updatedAt", delivered,
  last_success_at as "lastSuccessAt", last_error_at as "lastErrorAt", last_error as "lastError", failures,
  due_at as "dueAt"`

export async function insertAuditStream(
  tx: Queryable,
  row: Omit<AuditStreamRow, 'version' | 'delivered' | 'lastSuccessAt' | 'lastErrorAt' | 'lastError' | 'failures'>,
): Promise<void> {
  await tx.query(
    {
      text: `insert into audit_streams (organization_id, id, name, kind, format, state, query, settings, secret, position,
          created_by, created_at, updated_at, due_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10, $11, $12, $13, $14)`,
    },
    [
      row.organizationId,
      row.id,
      row.name,
      row.kind,
      row.format,
      row.state,
      row.query,
      JSON.stringify(row.settings),
      row.secret,
      row.position,
      row.createdBy,
      row.createdAt,
      row.updatedAt,
      row.dueAt,
    ],
  )
}

/** Undefined when the version is another one by now. */
export async function updateAuditStreamRow(
  tx: Queryable,
  row: Pick<
    AuditStreamRow,
    'organizationId' | 'id' | 'name' | 'format' | 'state' | 'query' | 'settings' | 'secret' | 'version' | 'updatedAt'
  >,
): Promise<AuditStreamRow | undefined> {
  const { rows } = await tx.query<AuditStreamRow>(
    {
      text: `update audit_streams set name = $4, format = $5, state = $6, query = $7, settings = $8::jsonb, secret = $9,
          updated_at = $10, version = version + 1, failures = 0, due_at = $10
        where organization_id = $1 and id = $2 and version = $3 returning ${columns}`,
    },
    [
      row.organizationId,
      row.id,
      row.version,
      row.name,
      row.format,
      row.state,
      row.query,
      JSON.stringify(row.settings),
      row.secret,
      row.updatedAt,
    ],
  )
  return rows[0]
}

export async function selectAuditStream(
  db: Queryable,
  organizationId: string,
  id: string,
): Promise<AuditStreamRow | undefined> {
  const { rows } = await db.query<AuditStreamRow>(
    { text: `select ${columns} from audit_streams where organization_id = $1 and id = $2` },
    [organizationId, id],
  )
  return rows[0]
}

/** In the order of their making. */
export async function selectAuditStreams(
  db: Queryable,
  organizationId: string,
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly AuditStreamRow[]> {
  const { rows } = await db.query<AuditStreamRow>(
    {
      text: `select ${columns} from audit_streams where organization_id = $1 and ($2::uuid is null or id > $2)
        order by id limit $3`,
    },
    [organizationId, page.after ?? null, page.rowsMax],
  )
  return rows
}

/** Whoever makes one waits for whoever makes another, so that none is made above the limit. */
export async function lockAndCountAuditStreams(tx: Queryable, organizationId: string): Promise<number> {
  await tx.query({ text: `select pg_advisory_xact_lock(hashtextextended('audit streams ' || $1, 0))` }, [
    organizationId,
  ])
  const { rows } = await tx.query<{ count: number }>(
    { text: 'select count(*) as count from audit_streams where organization_id = $1' },
    [organizationId],
  )
  return rows[0]?.count ?? 0
}

/** False when the version is another one by now. */
export async function deleteAuditStreamRow(
  tx: Queryable,
  row: Pick<AuditStreamRow, 'organizationId' | 'id' | 'version'>,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    { text: 'delete from audit_streams where organization_id = $1 and id = $2 and version = $3' },
    [row.organizationId, row.id, row.version],
  )
  return rowCount === 1
}

/** Active streams whose time has come and for which something has been sealed. */
export async function selectDueStreams(db: Queryable, now: Date, rowsMax: number): Promise<readonly AuditStreamRow[]> {
  const { rows } = await db.query<AuditStreamRow>(
    {
      name: 'due_audit_streams',
      text: `select ${columns} from audit_streams s where state = 'active' and due_at <= $1 and exists (
          select from audit_chains c where c.organization_id = s.organization_id and c.sequence > s.position)
        order by due_at limit $2`,
    },
    [now, rowsMax],
  )
  return rows
}

/** Moves the cursor; nothing happens when somebody else has moved it, or changed the stream. */
export async function updateStreamDelivered(
  db: Queryable,
  row: Pick<AuditStreamRow, 'organizationId' | 'id' | 'position'>,
  done: { readonly position: number; readonly events: number; readonly at: Date; readonly dueAt: Date },
): Promise<void> {
  await db.query(
    {
      text: `update audit_streams set position = $4, delivered = delivered + $5, failures = 0, due_at = $7,
          last_success_at = case when $5 > 0 then $6 else last_success_at end
        where organization_id = $1 and id = $2 and position = $3`,
    },
    [row.organizationId, row.id, row.position, done.position, done.events, done.at, done.dueAt],
  )
}

export async function updateStreamFailed(
  db: Queryable,
  row: Pick<AuditStreamRow, 'organizationId' | 'id'>,
  failed: { readonly error: string; readonly at: Date; readonly dueAt: Date },
): Promise<void> {
  await db.query(
    {
      text: `update audit_streams set failures = failures + 1, last_error = $3, last_error_at = $4, due_at = $5
        where organization_id = $1 and id = $2`,
    },
    [row.organizationId, row.id, failed.error, failed.at, failed.dueAt],
  )
}

/** Where the chain of the organization ends now. */
export async function selectHeadSequence(db: Queryable, organizationId: string): Promise<number> {
  const { rows } = await db.query<{ sequence: number }>(
    { text: 'select sequence from audit_chains where organization_id = $1' },
    [organizationId],
  )
  return rows[0]?.sequence ?? 0
}
