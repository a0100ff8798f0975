import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

export type RulesRow = {
  readonly organizationId: string
  readonly appId: string
  readonly revision: number
  /** As it was saved, see `provisioningRules` of the admin API. */
  readonly document: JsonObject
  readonly note: string | null
  readonly createdBy: string
  readonly createdAt: Date
}

const columns = `organization_id as "organizationId", app_id as "appId", revision, document, note, created_by as "createdBy",
  created_at as "createdAt"`

/** Under the next number; the caller holds the app's row. */
export async function insertRules(tx: Queryable, row: Omit<RulesRow, 'revision'>): Promise<RulesRow> {
  const { rows } = await tx.query<RulesRow>(
    {
      text: `insert into app_rules (organization_id, app_id, revision, document, note, created_by, created_at)
        select $1, $2, coalesce(max(revision), 0) + 1, $3::json, $4, $5, $6 from app_rules
        where organization_id = $1 and app_id = $2 returning ${columns}`,
    },
    [row.organizationId, row.appId, JSON.stringify(row.document), row.note, row.createdBy, row.createdAt],
  )
  const [made] = rows
  if (made === undefined) throw new Error('Inserted rules came back without a row')
  return made
}

export async function selectRules(
  db: Queryable,
  app: { readonly organizationId: string; readonly appId: string },
  revision: number,
): Promise<RulesRow | undefined> {
  const { rows } = await db.query<RulesRow>(
    { text: `select ${columns} from app_rules where organization_id = $1 and app_id = $2 and revision = $3` },
    [app.organizationId, app.appId, revision],
  )
  return rows[0]
}

/** Latest first. */
export async function selectRevisions(
  db: Queryable,
  app: { readonly organizationId: string; readonly appId: string },
  page: { readonly before: number | undefined; readonly rowsMax: number },
): Promise<readonly RulesRow[]> {
  const { rows } = await db.query<RulesRow>(
    {
      text: `select ${columns} from app_rules where organization_id = $1 and app_id = $2
          and ($3::integer is null or revision < $3) order by revision desc limit $4`,
    },
    [app.organizationId, app.appId, page.before ?? null, page.rowsMax],
  )
  return rows
}

export type NamingApp = { readonly appId: string; readonly revision: number; readonly version: number }

/** Apps whose live rules name that schema get another version. */
export async function updateAppsNaming(
  tx: Queryable,
  { organizationId, urn, now }: { readonly organizationId: string; readonly urn: string; readonly now: Date },
): Promise<readonly NamingApp[]> {
  const { rows } = await tx.query<NamingApp>(
    {
      text: `update apps a set version = a.version + 1, updated_at = $3 from app_rules r
        where a.organization_id = $1 and r.organization_id = $1 and r.app_id = a.id and r.revision = a.live_revision
          and position(lower($2) in lower(r.document::text)) > 0
        returning a.id as "appId", a.live_revision as revision, a.version`,
    },
    [organizationId, urn, now],
  )
  return rows
}
