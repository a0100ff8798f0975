import type { Queryable } from '../pool.ts'
import type { SourceName } from './source-settling.ts'

export type DecisionKind = 'link' | 'create' | 'ignore'

export type DecisionRow = {
  readonly anchor: string
  readonly decision: DecisionKind
  readonly user_id: string | null
  readonly user_name: string | null
  readonly reason: string | null
  readonly decided_by: string
  readonly decided_at: Date
}

const columns = `d.anchor, d.decision, d.user_id, d.reason, d.decided_by, d.decided_at,
  (select u.display from users u where u.organization_id = d.organization_id and u.id = d.user_id) as user_name`

/** What was decided about these records. */
export async function selectDecisionsFor(
  tx: Queryable,
  { organizationId, sourceId }: SourceName,
  anchors: readonly string[],
): Promise<readonly DecisionRow[]> {
  const { rows } = await tx.query<DecisionRow>(byAnchors, [organizationId, sourceId, anchors])
  return rows
}

const byAnchors = {
  name: 'source_decisions_for',
  text: `select ${columns} from source_decisions d where d.organization_id = $1 and d.source_id = $2 and d.anchor = any($3::text[])`,
}
