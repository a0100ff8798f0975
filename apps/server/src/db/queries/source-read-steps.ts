import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'
import type { ReadName, SourceName } from './source-settling.ts'

/** What settling and applying need of a read. */
export type ReadStep = {
  readonly state: string
  readonly revision: number | null
  readonly round: number
  readonly requires_approval: boolean
  readonly approved_by: string | null
  readonly started_by: string
}

export async function selectReadStep(db: Queryable, name: ReadName): Promise<ReadStep | undefined> {
  const text = `select state, revision, round, requires_approval, approved_by, started_by from source_reads
    where organization_id = $1 and source_id = $2 and id = $3`
  const { rows } = await db.query<ReadStep>({ text }, [name.organizationId, name.sourceId, name.readId])
  return rows[0]
}

export async function updateReadStep(
  tx: Queryable,
  name: ReadName,
  step: { readonly state?: string; readonly round?: number; readonly counts?: JsonObject },
): Promise<void> {
  const text = `update source_reads set state = coalesce($4, state), round = coalesce($5, round), counts = case when $6::jsonb is null then counts else (counts - $7::text[]) || $6::jsonb end
    where organization_id = $1 and source_id = $2 and id = $3`
  const { state, round, counts } = step
  await tx.query({ text }, [
    name.organizationId,
    name.sourceId,
    name.readId,
    state ?? null,
    round ?? null,
    counts === undefined ? null : JSON.stringify(counts),
    countedNames,
  ])
}

/** Counts that stand for operations, as they are now. */
const countedNames = (
  'create link update suspend reactivate delete none failed stale held rejected told ' +
  'teamsCreated teamsLinked teamsUpdated teamsDetached teamsRemoved teamsHeld teamsFailed teamsRejected teamsTold ' +
  'membersAdded membersRemoved membersHeld membersFailed membersRejected membersWaiting'
).split(' ')

/** A source, and how much it has to say. */
export type SourceRankRow = {
  readonly id: string
  readonly precedence: number
  readonly settings: JsonObject
  readonly settled_revision: number | null
  readonly place: JsonObject
}

/** All sources of an organization. */
export async function selectSourceRanks(db: Queryable, organizationId: string): Promise<readonly SourceRankRow[]> {
  const text =
    'select id, precedence, settings, settled_revision, place from sources where organization_id = $1 order by id'
  const { rows } = await db.query<SourceRankRow>({ text }, [organizationId])
  return rows
}

/** All records of the source were mapped by these rules; null: they are to be mapped anew. */
export async function updateSettledRevision(tx: Queryable, name: SourceName, revision: number | null): Promise<void> {
  const text = 'update sources set settled_revision = $3 where organization_id = $1 and id = $2'
  await tx.query({ text }, [name.organizationId, name.sourceId, revision])
}

/** A revision of a source's rules, as it was stored. */
export async function selectRulesDocument(
  db: Queryable,
  name: SourceName,
  revision: number,
): Promise<JsonObject | undefined> {
  const text = 'select document from source_rules where organization_id = $1 and source_id = $2 and revision = $3'
  const { rows } = await db.query<{ document: JsonObject }>({ text }, [name.organizationId, name.sourceId, revision])
  return rows[0]?.document
}

/** Whether any record waits to be settled. */
export async function hasPendingRecords(db: Queryable, name: SourceName): Promise<boolean> {
  const text = `select exists (select from source_records where organization_id = $1 and source_id = $2 and is_pending) as pending`
  const { rows } = await db.query<{ pending: boolean }>({ text }, [name.organizationId, name.sourceId])
  return rows[0]?.pending === true
}

/** Somebody lets the read do what it planned. */
export async function updateApproved(tx: Queryable, name: ReadName, approvedBy: string): Promise<void> {
  const text = 'update source_reads set approved_by = $4 where organization_id = $1 and source_id = $2 and id = $3'
  await tx.query({ text }, [name.organizationId, name.sourceId, name.readId, approvedBy])
}
