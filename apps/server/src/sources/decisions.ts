import { AccessError } from '../access/access-error.ts'
import { toPage, type Call, type Page, type PageOf } from '../access/call.ts'
import {
  countDecisions,
  deleteDecision,
  selectDecisions,
  selectDecisionsFor,
  upsertDecision,
  wakeRecord,
  type DecisionKind,
  type DecisionRow,
} from '../db/queries/source-decisions.ts'
import { selectRecord } from '../db/queries/source-records.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { getPerson } from '../directory/people.ts'
import { formatTypeId } from '../type-id.ts'
import { getSource, getSourceRow, recordSource, type SourceName } from './source.ts'

export type SourceDecision = DecisionRow

export type Decide = {
  readonly anchor: string
  readonly decision: DecisionKind
  /** Of `link`: account id. */
  readonly userId?: string | undefined
  readonly reason?: string | undefined
}

/** In the order of anchors. Throws `sourceNotFound`. */
export async function listDecisions(db: Queryable, name: SourceName, page: PageOf): Promise<Page<SourceDecision>> {
  await getSource(db, name)
  const rows = await selectDecisions(db, name, { after: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, ({ anchor }) => anchor)
}

export function countOwnDecisions(db: Queryable, name: SourceName): Promise<number> {
  return countDecisions(db, name)
}

/**
 * Says whose a record is. The decision is stronger than rules and holds until it is undone; it takes effect with the next read, or with
 * the plan that waits, whose operation for the record is out of date by it. Throws `sourceNotFound`, `sourceRecordNotFound`,
 * `personNotFound`, `invalidDecision`.
 */
export async function decideRecord(
  database: Database,
  call: Call,
  request: SourceName & Decide,
): Promise<SourceDecision> {
  const { anchor, decision, userId, reason } = request
  if ((decision === 'link') !== (userId !== undefined))
    throw new AccessError('invalidDecision', 'The decision "link" names a person, and no other does', {
      field: 'person',
    })
  return transaction(database, async (tx) => {
    const source = await getSourceRow(tx, request, { lock: true })
    await requireRecord(tx, request, anchor)
    if (userId !== undefined) await getPerson(tx, request.organizationId, userId)
    await upsertDecision(tx, request, {
      anchor,
      decision,
      user_id: userId ?? null,
      reason: reason ?? null,
      decided_by: call.actor,
      decided_at: call.now,
    })
    await wakeRecord(tx, request, { anchor, unlinks: decision !== 'link' })
    const person = userId === undefined ? null : formatTypeId('usr', userId)
    await recordSource(tx, call, source, {
      action: 'source.record_decided',
      data: { name: source.name, anchor, decision, person, reason: reason ?? null },
    })
    const [row] = await selectDecisionsFor(tx, request, [anchor])
    if (row === undefined) throw new Error('The decision was not stored')
    return row
  })
}

/** Lets the rules say again whose a record is; whom they created stays his. Throws `sourceNotFound`, `sourceRecordNotFound`. */
export async function undoDecision(
  database: Database,
  call: Call,
  request: SourceName & { readonly anchor: string },
): Promise<void> {
  const { anchor } = request
  await transaction(database, async (tx) => {
    const source = await getSourceRow(tx, request, { lock: true })
    await requireRecord(tx, request, anchor)
    const decision = await deleteDecision(tx, request, anchor)
    if (decision === undefined) return
    await wakeRecord(tx, request, { anchor, unlinks: decision === 'link' })
    const data = { name: source.name, anchor, before: decision }
    await recordSource(tx, call, source, { action: 'source.decision_undone', data })
  })
}

async function requireRecord(tx: Transaction, name: SourceName, anchor: string): Promise<void> {
  if ((await selectRecord(tx, name, anchor)) === undefined)
    throw new AccessError('sourceRecordNotFound', 'The source has no such record')
}
