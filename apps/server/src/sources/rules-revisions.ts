import { isDeepStrictEqual } from 'node:util'
import type { SourceRules } from '@rollcall/admin-api'
import { AccessError } from '../access/access-error.ts'
import { toPage, type Call, type Page } from '../access/call.ts'
import {
  insertSourceRules,
  selectSourceRevisions,
  selectSourceRules,
  type SourceRulesRow,
} from '../db/queries/source-rules.ts'
import { updateSourceRow, type SourceRow } from '../db/queries/sources.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { requireSoundSourceRules } from './rules/sound-rules.ts'
import { nextReadAt } from './schedule.ts'
import { getSourceRow, recordSource, staleSource, toSource, type SourceName } from './source.ts'
import { toJson } from './to-json.ts'

/** One version of the rules of a source; it never changes. */
export type SourceRulesRevision = Omit<SourceRulesRow, 'document'> & {
  readonly document: SourceRules
  readonly state: 'live' | 'draft' | 'past'
}

/** Which rules: those that records are mapped by, those that wait, or any by their number. */
export type RevisionName = 'live' | 'draft' | number

/** Saves rules as the draft of the source; what is live stays. The same rules again are no new revision. Throws `sourceNotFound`, `invalidRules`. */
export async function saveSourceRules(
  database: Database,
  call: Call,
  request: SourceName & { readonly document: SourceRules; readonly note?: string | undefined },
): Promise<SourceRulesRevision> {
  return transaction(database, async (tx) => {
    const source = await getSourceRow(tx, request, { lock: true })
    return saveSourceDraft(tx, call, source, request)
  })
}

/** Within the caller's transaction, which holds the row of the source. */
export async function saveSourceDraft(
  tx: Transaction,
  call: Call,
  source: SourceRow,
  draft: { readonly document: SourceRules; readonly note?: string | undefined },
): Promise<SourceRulesRevision> {
  const { organizationId, id: sourceId } = source
  await requireSoundSourceRules(tx, organizationId, draft.document)
  const document = toJson(draft.document)
  const latest = await findRules(tx, source, source.draftRevision ?? source.liveRevision)
  if (latest !== undefined && isDeepStrictEqual(latest.document, document)) return toRevision(source, latest)
  const row = await insertSourceRules(tx, {
    organizationId,
    sourceId,
    document,
    note: draft.note ?? null,
    createdBy: call.actor,
    createdAt: call.now,
  })
  const after = await write(tx, { ...source, draftRevision: row.revision, updatedAt: call.now })
  const data = { name: after.name, revision: row.revision, note: row.note }
  await recordSource(tx, call, after, { action: 'source.rules_drafted', data })
  return toRevision(after, row)
}

/** Saves an earlier revision as the draft. Throws `sourceNotFound`, `rulesNotFound`. */
export async function restoreSourceRules(
  database: Database,
  call: Call,
  request: SourceName & { readonly revision: number },
): Promise<SourceRulesRevision> {
  return transaction(database, async (tx) => {
    const source = await getSourceRow(tx, request, { lock: true })
    const { document } = await getRevision(tx, source, request.revision)
    return saveSourceDraft(tx, call, source, { document, note: `Restored from revision ${request.revision}` })
  })
}

/** Lets the records of the source be mapped by a revision from its next read on. Throws `sourceNotFound`, `rulesNotFound`. */
export async function publishSourceRules(
  database: Database,
  call: Call,
  request: SourceName & { readonly revision: number },
): Promise<SourceRulesRevision> {
  const { revision } = request
  return transaction(database, async (tx) => {
    const source = await getSourceRow(tx, request, { lock: true })
    const rules = await getRevision(tx, source, revision)
    const state = source.state === 'draft' ? 'active' : source.state
    const draftRevision = source.draftRevision === revision ? null : source.draftRevision
    if (source.liveRevision === revision && source.state === state && source.draftRevision === draftRevision)
      return rules
    const moved: SourceRow = { ...source, liveRevision: revision, draftRevision, state, updatedAt: call.now }
    const next = source.state === state ? source.nextReadAt : nextReadAt(toSource(moved), call.now)
    const after = await write(tx, { ...moved, nextReadAt: next })
    const data = { name: after.name, revision, before: source.liveRevision }
    await recordSource(tx, call, after, { action: 'source.rules_published', data })
    return getRevision(tx, after, revision)
  })
}

/** Throws `sourceNotFound`, `rulesNotFound`. */
export async function getSourceRules(
  db: Queryable,
  request: SourceName & { readonly revision: RevisionName },
): Promise<SourceRulesRevision> {
  const source = await getSourceRow(db, request)
  const { revision } = request
  const number = revision === 'live' ? source.liveRevision : revision === 'draft' ? source.draftRevision : revision
  return getRevision(db, source, number)
}

/** Latest first. Throws `sourceNotFound`. */
export async function listSourceRevisions(
  db: Queryable,
  source: SourceName,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<Page<SourceRulesRevision>> {
  const row = await getSourceRow(db, source)
  const before = page.after === undefined ? undefined : Number(page.after)
  const rows = await selectSourceRevisions(db, source, { before, rowsMax: page.limit + 1 })
  return toPage(
    rows.map((each) => toRevision(row, each)),
    page.limit,
    (each) => String(each.revision),
  )
}

async function getRevision(db: Queryable, source: SourceRow, revision: number | null): Promise<SourceRulesRevision> {
  const row = await findRules(db, source, revision)
  if (row !== undefined) return toRevision(source, row)
  const message =
    revision === null ? 'The source has no such rules yet' : `The source has no rules with the number ${revision}`
  throw new AccessError('rulesNotFound', message, { field: 'revision' })
}

async function findRules(
  db: Queryable,
  source: SourceRow,
  revision: number | null,
): Promise<SourceRulesRow | undefined> {
  if (revision === null) return undefined
  return selectSourceRules(db, { organizationId: source.organizationId, sourceId: source.id }, revision)
}

async function write(tx: Transaction, row: SourceRow): Promise<SourceRow> {
  const after = await updateSourceRow(tx, row)
  if (after === undefined) throw staleSource(undefined)
  return after
}

function toRevision(source: SourceRow, row: SourceRulesRow): SourceRulesRevision {
  const state = row.revision === source.liveRevision ? 'live' : row.revision === source.draftRevision ? 'draft' : 'past'
  // Checked by `sourceRules` before it was stored.
  return { ...row, state, document: row.document as SourceRules }
}
