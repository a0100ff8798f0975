import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

/** `draft`: no rules are live yet. */
export type SourceState = 'draft' | 'active' | 'paused'

export type SourceKind = 'file' | 'folder' | 'url' | 'upload' | 'http' | 'ldap' | 'sql' | 'scim'

export type SourceRow = {
  readonly organizationId: string
  /** That of its connection too. */
  readonly id: string
  readonly name: string
  /** A disabled connection brings nobody. */
  readonly connectionState: 'active' | 'paused' | 'disabled'
  readonly kind: SourceKind
  readonly state: SourceState
  readonly pausedReason: string | null
  readonly liveRevision: number | null
  readonly draftRevision: number | null
  readonly place: JsonObject
  readonly settings: JsonObject
  /** Sealed. */
  readonly credentials: string | null
  readonly credentialsKind: string | null
  readonly precedence: number
  readonly nextReadAt: Date | null
  readonly version: number
  readonly createdBy: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

// The name is that of the connection, so that it is the same wherever somebody's owner is shown.
const columns = `s.organization_id as "organizationId", s.id, c.name, c.state as "connectionState", s.kind, s.state, s.paused_reason as "pausedReason",
  s.live_revision as "liveRevision", s.draft_revision as "draftRevision", s.place, s.settings, s.credentials,
  s.credentials_kind as "credentialsKind", s.precedence, s.next_read_at as "nextReadAt", s.version,
  s.created_by as "createdBy", s.created_at as "createdAt", s.updated_at as "updatedAt"`
const named = 'join connections c on c.organization_id = s.organization_id and c.id = s.id'

export async function insertSource(
  tx: Queryable,
  row: Omit<
    SourceRow,
    | 'name'
    | 'connectionState'
    | 'state'
    | 'pausedReason'
    | 'liveRevision'
    | 'draftRevision'
    | 'nextReadAt'
    | 'version'
    | 'updatedAt'
  >,
): Promise<void> {
  await tx.query(
    {
      text: `insert into sources (organization_id, id, kind, state, place, settings, credentials, credentials_kind, precedence,
          created_by, created_at, updated_at)
        values ($1, $2, $3, 'draft', $4::jsonb, $5::jsonb, $6, $7, $8, $9, $10, $10)`,
    },
    [
      row.organizationId,
      row.id,
      row.kind,
      JSON.stringify(row.place),
      JSON.stringify(row.settings),
      row.credentials,
      row.credentialsKind,
      row.precedence,
      row.createdBy,
      row.createdAt,
    ],
  )
}

export async function selectSource(
  db: Queryable,
  organizationId: string,
  id: string,
  options: { readonly lock?: boolean } = {},
): Promise<SourceRow | undefined> {
  const text = `select ${columns} from sources s ${named} where s.organization_id = $1 and s.id = $2`
  const { rows } = await db.query<SourceRow>({ text: options.lock === true ? `${text} for update of s` : text }, [
    organizationId,
    id,
  ])
  return rows[0]
}

/** In the order of their making. */
export async function selectSources(
  db: Queryable,
  organizationId: string,
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly SourceRow[]> {
  const { rows } = await db.query<SourceRow>(
    {
      text: `select ${columns} from sources s ${named}
        where s.organization_id = $1 and ($2::uuid is null or s.id > $2) order by s.id limit $3`,
    },
    [organizationId, page.after ?? null, page.rowsMax],
  )
  return rows
}

export async function countSources(db: Queryable, organizationId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: 'select count(*) as count from sources where organization_id = $1' },
    [organizationId],
  )
  return rows[0]?.count ?? 0
}

/** Writes what may change but the name; undefined when the version is another one by now. */
export async function updateSourceRow(tx: Queryable, row: SourceRow): Promise<SourceRow | undefined> {
  const { rowCount } = await tx.query(
    {
      text: `update sources set state = $4, paused_reason = $5, live_revision = $6, draft_revision = $7, place = $8::jsonb,
          settings = $9::jsonb, credentials = $10, credentials_kind = $11, precedence = $12, next_read_at = $13,
          updated_at = $14, version = version + 1
        where organization_id = $1 and id = $2 and version = $3`,
    },
    [
      row.organizationId,
      row.id,
      row.version,
      row.state,
      row.pausedReason,
      row.liveRevision,
      row.draftRevision,
      JSON.stringify(row.place),
      JSON.stringify(row.settings),
      row.credentials,
      row.credentialsKind,
      row.precedence,
      row.nextReadAt,
      row.updatedAt,
    ],
  )
  return rowCount === 0 ? undefined : selectSource(tx, row.organizationId, row.id)
}

/** The name stands in its connection. */
export async function renameSource(
  tx: Queryable,
  row: Pick<SourceRow, 'organizationId' | 'id' | 'name' | 'updatedAt'>,
): Promise<void> {
  await tx.query(
    {
      text: `update connections set name = $3, updated_at = $4, version = version + 1 where organization_id = $1 and id = $2`,
    },
    [row.organizationId, row.id, row.name, row.updatedAt],
  )
}

/** Its rules go with it. */
export async function deleteSourceRow(tx: Queryable, row: Pick<SourceRow, 'organizationId' | 'id'>): Promise<void> {
  await tx.query({ text: 'delete from sources where organization_id = $1 and id = $2' }, [row.organizationId, row.id])
}

/** One whose time has come, locked; what another process has in hand is left to it. Over all organizations: for the loop. */
export async function lockDueSource(tx: Queryable, now: Date): Promise<SourceRow | undefined> {
  const { rows } = await tx.query<SourceRow>(
    {
      text: `select ${columns} from sources s ${named} where s.state = 'active' and c.state = 'active' and s.next_read_at <= $1
        order by s.next_read_at limit 1 for update of s skip locked`,
    },
    [now],
  )
  return rows[0]
}

export async function updateNextRead(
  tx: Queryable,
  row: Pick<SourceRow, 'organizationId' | 'id' | 'nextReadAt'>,
): Promise<void> {
  await tx.query({ text: 'update sources set next_read_at = $3 where organization_id = $1 and id = $2' }, [
    row.organizationId,
    row.id,
    row.nextReadAt,
  ])
}
