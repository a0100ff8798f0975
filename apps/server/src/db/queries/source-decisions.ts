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

/** In the order of anchors. */
export async function selectDecisions(
  db: Queryable,
  { organizationId, sourceId }: SourceName,
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly DecisionRow[]> {
  const text = `select ${columns} from source_decisions d
    where d.organization_id = $1 and d.source_id = $2 and ($3::text is null or d.anchor > $3) order by d.anchor limit $4`
  const { rows } = await db.query<DecisionRow>({ text }, [organizationId, sourceId, page.after ?? null, page.rowsMax])
  return rows
}

export async function countDecisions(db: Queryable, { organizationId, sourceId }: SourceName): Promise<number> {
  const text = 'select count(*) as count from source_decisions where organization_id = $1 and source_id = $2'
  const { rows } = await db.query<{ count: number }>({ text }, [organizationId, sourceId])
  return rows[0]?.count ?? 0
}

/** The last word about a record counts. */
export async function upsertDecision(
  tx: Queryable,
  { organizationId, sourceId }: SourceName,
  row: Omit<DecisionRow, 'user_name'>,
): Promise<void> {
  const text = `insert into source_decisions (organization_id, source_id, anchor, decision, user_id, reason, decided_by, decided_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (organization_id, source_id, anchor) do update set decision = excluded.decision, user_id = excluded.user_id,
      reason = excluded.reason, decided_by = excluded.decided_by, decided_at = excluded.decided_at`
  const { anchor, decision, user_id, reason, decided_by, decided_at } = row
  await tx.query({ text }, [organizationId, sourceId, anchor, decision, user_id, reason, decided_by, decided_at])
}

export async function deleteDecision(
  tx: Queryable,
  { organizationId, sourceId }: SourceName,
  anchor: string,
): Promise<DecisionKind | undefined> {
  const text = `delete from source_decisions where organization_id = $1 and source_id = $2 and anchor = $3 returning decision`
  const { rows } = await tx.query<{ decision: DecisionKind }>({ text }, [organizationId, sourceId, anchor])
  return rows[0]?.decision
}

/** The record is settled again, and looked for anew where its link was somebody's decision. */
export async function wakeRecord(
  tx: Queryable,
  { organizationId, sourceId }: SourceName,
  record: { readonly anchor: string; readonly unlinks: boolean },
): Promise<void> {
  const text = `update source_records set is_pending = true, user_id = case when $4 then null else user_id end
    where organization_id = $1 and source_id = $2 and anchor = $3`
  await tx.query({ text }, [organizationId, sourceId, record.anchor, record.unlinks])
}
