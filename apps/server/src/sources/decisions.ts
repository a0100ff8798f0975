import { AccessError } from '../access/access-error.ts'
import { toPage, type Call, type Page, type PageOf } from '../access/call.ts'
import { listBeyondGiver } from '../access/policies/roles.ts'
import { toKeyOwner } from '../access/rights.ts'
import { selectOwnerRoles } from '../db/queries/keys.ts'
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
 * `personNotFound`, `invalidDecision`, `builtInAccount`, `beyondRights`.
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
    if (userId !== undefined) await requireLinkable(tx, call, { ...request, userId })
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

/** A source that says who somebody is may become him: nobody gives away an account that may do more than he himself. */
async function requireLinkable(
  tx: Transaction,
  { rights }: Call,
  { organizationId, userId }: { readonly organizationId: string; readonly userId: string },
): Promise<void> {
  const person = await getPerson(tx, organizationId, userId)
  if (person.is_built_in) throw new AccessError('builtInAccount', 'A built-in account comes from no source')
  if (rights === 'all') return
  const { permissions, ofTeams } = toKeyOwner(await selectOwnerRoles(tx, organizationId, userId), [])
  const held = [permissions, ...ofTeams.values()].flatMap((names) => [...names])
  const [missing] = listBeyondGiver(rights.permissions, held)
  if (missing === undefined) return
  const message = `That person may do "${missing}", which you may not do yourself: let somebody link the record who may`
  throw new AccessError('beyondRights', message, { field: 'person' })
}

async function requireRecord(tx: Transaction, name: SourceName, anchor: string): Promise<void> {
  if ((await selectRecord(tx, name, anchor)) === undefined)
    throw new AccessError('sourceRecordNotFound', 'The source has no such record')
}
