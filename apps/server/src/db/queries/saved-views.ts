import type { Queryable } from '../pool.ts'

export type SavedViewRow = {
  readonly organizationId: string
  readonly id: string
  readonly screen: string
  readonly name: string
  readonly search: Readonly<Record<string, string | number | boolean>>
  /** Null: everybody sees it. */
  readonly userId: string | null
  readonly createdBy: string
  readonly createdAt: Date
}

const columns = `v.organization_id as "organizationId", v.id, v.screen, v.name, v.search, v.user_id as "userId",
  v.created_by as "createdBy", v.created_at as "createdAt"`

/** Whose views, and of which lists. */
export type SavedViewFilter = { readonly userId: string | null; readonly screens: readonly string[] }

const matches = `v.organization_id = $1 and (v.user_id is null or v.user_id = $2) and v.screen = any($3)`

/** Shared ones and those of the person, oldest first. */
export async function selectSavedViews(
  db: Queryable,
  organizationId: string,
  {
    userId,
    screens,
    after,
    rowsMax,
  }: SavedViewFilter & { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly SavedViewRow[]> {
  const { rows } = await db.query<SavedViewRow>(
    {
      text: `select ${columns} from saved_views v where ${matches} and ($4::uuid is null or v.id > $4)
        order by v.id limit $5`,
    },
    [organizationId, userId, screens, after ?? null, rowsMax],
  )
  return rows
}

export async function selectSavedViewCount(
  db: Queryable,
  organizationId: string,
  { userId, screens }: SavedViewFilter,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: `select count(*) as count from saved_views v where ${matches}` },
    [organizationId, userId, screens],
  )
  return rows[0]?.count ?? 0
}

/** How many of one owner there are: of a person, or shared ones. */
export async function selectOwnedViewCount(
  db: Queryable,
  organizationId: string,
  userId: string | null,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    {
      text: `select count(*) as count from saved_views v
        where v.organization_id = $1 and v.user_id is not distinct from $2::uuid`,
    },
    [organizationId, userId],
  )
  return rows[0]?.count ?? 0
}

export async function insertSavedView(tx: Queryable, row: SavedViewRow): Promise<void> {
  await tx.query(
    {
      text: `insert into saved_views (organization_id, id, screen, name, search, user_id, created_by, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    },
    [
      row.organizationId,
      row.id,
      row.screen,
      row.name,
      JSON.stringify(row.search),
      row.userId,
      row.createdBy,
      row.createdAt,
    ],
  )
}

/** Undefined when there is none that the person sees. */
export async function deleteSavedViewRow(
  tx: Queryable,
  organizationId: string,
  { id, userId }: { readonly id: string; readonly userId: string | null },
): Promise<SavedViewRow | undefined> {
  const { rows } = await tx.query<SavedViewRow>(
    {
      text: `delete from saved_views v
        where v.organization_id = $1 and v.id = $2 and (v.user_id is null or v.user_id = $3) returning ${columns}`,
    },
    [organizationId, id, userId],
  )
  return rows[0]
}
