import type { Queryable } from '../pool.ts'
import { revisionsOf, type RevisionRow } from './rules-revisions.ts'

export type RulesRow = RevisionRow<'appId'>

export const { insert: insertRules, select: selectRules, list: selectRevisions } = revisionsOf('appId')

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
