import type { SourceRules } from '@rollcall/admin-api'
import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'
import { revisionsOf, type RevisionRow } from './rules-revisions.ts'

export type SourceRulesRow = RevisionRow<'sourceId'>

export const {
  insert: insertSourceRules,
  select: selectSourceRules,
  list: selectSourceRevisions,
} = revisionsOf('sourceId')

/** The rules that a source is mapped by now. */
export type LiveSourceRules = {
  readonly id: string
  readonly name: string
  readonly precedence: number
  readonly settings: JsonObject
  readonly document: SourceRules
}

/** Of all sources of an organization that have live rules. */
export async function selectLiveSourceRules(
  db: Queryable,
  organizationId: string,
): Promise<readonly LiveSourceRules[]> {
  const { rows } = await db.query<LiveSourceRules>(
    {
      text: `select s.id, c.name, s.precedence, s.settings, r.document
        from sources s
          join connections c on c.organization_id = s.organization_id and c.id = s.id
          join source_rules r on r.organization_id = s.organization_id and r.source_id = s.id and r.revision = s.live_revision
        where s.organization_id = $1 order by s.precedence, s.id`,
    },
    [organizationId],
  )
  return rows
}
