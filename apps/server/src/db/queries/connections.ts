import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

export type ConnectionRow = {
  readonly organizationId: string
  readonly id: string
  readonly type: string
  readonly name: string
  readonly isDefault: boolean
  readonly state: 'active' | 'paused' | 'disabled'
  readonly profile: string
  readonly style: string
  readonly settings: JsonObject
  readonly preset: string | null
  readonly createdBy: string
  /** The account that answers for it. */
  readonly ownerUserId: string | null
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

const columns = `organization_id as "organizationId", id, type, name, is_default as "isDefault", state, profile, style,
  settings, preset, created_by as "createdBy", owner_user_id as "ownerUserId", version, created_at as "createdAt", updated_at as "updatedAt"`

export async function insertConnection(
  db: Queryable,
  row: Omit<ConnectionRow, 'state' | 'version' | 'updatedAt' | 'ownerUserId'>,
): Promise<void> {
  await db.query(
    {
      text: `insert into connections
        (organization_id, id, type, name, is_default, profile, style, settings, created_at, updated_at, preset, created_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $9, $10, $11)`,
    },
    [
      row.organizationId,
      row.id,
      row.type,
      row.name,
      row.isDefault,
      row.profile,
      row.style,
      JSON.stringify(row.settings),
      row.createdAt,
      row.preset,
      row.createdBy,
    ],
  )
}

export async function selectConnection(
  db: Queryable,
  organizationId: string,
  id: string,
  options: { readonly lock?: boolean } = {},
): Promise<ConnectionRow | undefined> {
  const { rows } = await db.query<ConnectionRow>(options.lock === true ? lockById : selectById, [organizationId, id])
  return rows[0]
}

const byId = `select ${columns} from connections where organization_id = $1 and id = $2`
const selectById = { name: 'connection-by-id', text: byId }
const lockById = { name: 'connection-by-id-lock', text: `${byId} for update` }

/** Oldest first, those after `after`. */
export async function selectConnections(
  db: Queryable,
  organizationId: string,
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly ConnectionRow[]> {
  const { rows } = await db.query<ConnectionRow>(
    {
      name: 'connections',
      text: `select ${columns} from connections
        where organization_id = $1 and ($2::uuid is null or id > $2) order by id limit $3`,
    },
    [organizationId, page.after ?? null, page.rowsMax],
  )
  return rows
}

/** Undefined when the connection is not there or has another version. */
export async function updateConnectionRow(
  db: Queryable,
  row: Pick<
    ConnectionRow,
    | 'organizationId'
    | 'id'
    | 'name'
    | 'state'
    | 'profile'
    | 'style'
    | 'settings'
    | 'ownerUserId'
    | 'version'
    | 'updatedAt'
  >,
): Promise<ConnectionRow | undefined> {
  const { rows } = await db.query<ConnectionRow>(
    {
      text: `update connections set name = $3, state = $4, profile = $5, style = $6, settings = $7::jsonb,
        owner_user_id = $10,
        version = version + 1, updated_at = $9
        where organization_id = $1 and id = $2 and version = $8 returning ${columns}`,
    },
    [
      row.organizationId,
      row.id,
      row.name,
      row.state,
      row.profile,
      row.style,
      JSON.stringify(row.settings),
      row.version,
      row.updatedAt,
      row.ownerUserId,
    ],
  )
  return rows[0]
}

/** Its keys go with it; what it brought stays and has no owner from then on. False when it was not there. */
export async function deleteConnectionRow(db: Queryable, organizationId: string, id: string): Promise<boolean> {
  for (const table of ['users', 'teams', 'resources'])
    await db.query(
      { text: `update ${table} set connection_id = null where organization_id = $1 and connection_id = $2` },
      [organizationId, id],
    )
  const { rowCount } = await db.query(
    { text: 'delete from connections where organization_id = $1 and id = $2 and not is_default' },
    [organizationId, id],
  )
  return rowCount === 1
}
