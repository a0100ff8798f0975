import { isDeepStrictEqual } from 'node:util'
import type { ProvisioningRules } from '@rollcall/admin-api'
import { AccessError } from '../../access/access-error.ts'
import { toPage, type Call, type Page } from '../../access/call.ts'
import { insertRules, selectRevisions, selectRules, type RulesRow } from '../../db/queries/app-rules.ts'
import { updateAppRow, type AppRow } from '../../db/queries/apps.ts'
import type { Database, Queryable } from '../../db/pool.ts'
import { transaction, type Transaction } from '../../db/transaction.ts'
import { requireSoundRules } from '../rules/app-rules.ts'
import { getAppRow, recordApp, staleApp, toApp, type App, type AppName } from './app.ts'
import { toJson } from './to-json.ts'

/** One version of the rules of an app; it never changes. */
export type RulesRevision = Omit<RulesRow, 'document'> & {
  readonly document: ProvisioningRules
  readonly state: 'live' | 'draft' | 'past'
}

/** Which rules: those that the app runs by, those that wait, or any by their number. */
export type RevisionName = 'live' | 'draft' | number

/** Saves rules as the draft of the app; what is live stays. The same rules again are no new revision. Throws `appNotFound`, `invalidRules`. */
export async function saveRules(
  database: Database,
  call: Call,
  request: AppName & { readonly document: ProvisioningRules; readonly note?: string | undefined },
): Promise<RulesRevision> {
  return transaction(database, async (tx) => {
    const app = await getAppRow(tx, request, { lock: true })
    return saveDraft(tx, call, app, request)
  })
}

/** Within the caller's transaction, which holds the app's row. */
export async function saveDraft(
  tx: Transaction,
  call: Call,
  app: AppRow,
  draft: { readonly document: ProvisioningRules; readonly note?: string | undefined },
): Promise<RulesRevision> {
  const { organizationId, id: appId } = app
  const { kind } = toApp(app).target
  await requireSoundRules(tx, { organizationId, kind }, draft.document)
  const document = toJson(draft.document)
  const latest = await findRules(tx, app, app.draftRevision ?? app.liveRevision)
  if (latest !== undefined && isDeepStrictEqual(latest.document, document)) return toRevision(app, latest)
  const row = await insertRules(tx, {
    organizationId,
    appId,
    document,
    note: draft.note ?? null,
    createdBy: call.actor,
    createdAt: call.now,
  })
  const after = await write(tx, { ...app, draftRevision: row.revision, updatedAt: call.now })
  await recordApp(tx, call, after, { action: 'app.rules_drafted', data: { revision: row.revision, note: row.note } })
  return toRevision(after, row)
}

/** Saves an earlier revision as the draft. Throws `appNotFound`, `rulesNotFound`. */
export async function restoreRules(
  database: Database,
  call: Call,
  request: AppName & { readonly revision: number },
): Promise<RulesRevision> {
  return transaction(database, async (tx) => {
    const app = await getAppRow(tx, request, { lock: true })
    const { document } = await getRevision(tx, app, request.revision)
    return saveDraft(tx, call, app, { document, note: `Restored from revision ${request.revision}` })
  })
}

/** Lets the app run by a revision: everybody is evaluated anew. Throws `appNotFound`, `rulesNotFound`. */
export async function publishRules(
  database: Database,
  call: Call,
  request: AppName & { readonly revision: number },
): Promise<App> {
  const { organizationId, appId, revision } = request
  return transaction(database, async (tx) => {
    const app = await getAppRow(tx, { organizationId, appId }, { lock: true })
    return publishRevision(tx, call, app, revision)
  })
}

/** Within the caller's transaction, which holds the app's row. Throws `rulesNotFound`. */
export async function publishRevision(tx: Transaction, call: Call, app: AppRow, revision: number): Promise<App> {
  await getRevision(tx, app, revision)
  const state = app.state === 'draft' ? 'active' : app.state
  const draftRevision = app.draftRevision === revision ? null : app.draftRevision
  if (app.liveRevision === revision && app.state === state && app.draftRevision === draftRevision) return toApp(app)
  const after = await write(tx, { ...app, liveRevision: revision, draftRevision, state, updatedAt: call.now })
  await recordApp(tx, call, after, {
    action: 'app.rules_published',
    data: { revision, before: app.liveRevision },
  })
  return toApp(after)
}

/** Throws `appNotFound`, `rulesNotFound`. */
export async function getRules(
  db: Queryable,
  { organizationId, appId, revision }: AppName & { readonly revision: RevisionName },
): Promise<RulesRevision> {
  const app = await getAppRow(db, { organizationId, appId })
  const number = revision === 'live' ? app.liveRevision : revision === 'draft' ? app.draftRevision : revision
  return getRevision(db, app, number)
}

/** Latest first. Throws `appNotFound`. */
export async function listRevisions(
  db: Queryable,
  app: AppName,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<Page<RulesRevision>> {
  const row = await getAppRow(db, app)
  const before = page.after === undefined ? undefined : Number(page.after)
  const rows = await selectRevisions(db, app, { before, rowsMax: page.limit + 1 })
  return toPage(
    rows.map((each) => toRevision(row, each)),
    page.limit,
    (row) => String(row.revision),
  )
}

async function getRevision(db: Queryable, app: AppRow, revision: number | null): Promise<RulesRevision> {
  const row = await findRules(db, app, revision)
  if (row !== undefined) return toRevision(app, row)
  const message =
    revision === null ? 'The app has no such rules yet' : `The app has no rules with the number ${revision}`
  throw new AccessError('rulesNotFound', message, { field: 'revision' })
}

async function findRules(db: Queryable, app: AppRow, revision: number | null): Promise<RulesRow | undefined> {
  if (revision === null) return undefined
  return selectRules(db, { organizationId: app.organizationId, appId: app.id }, revision)
}

async function write(tx: Transaction, row: AppRow): Promise<AppRow> {
  const after = await updateAppRow(tx, row)
  if (after === undefined) throw staleApp(undefined)
  return after
}

function toRevision(app: AppRow, row: RulesRow): RulesRevision {
  const state = row.revision === app.liveRevision ? 'live' : row.revision === app.draftRevision ? 'draft' : 'past'
  // Checked by `provisioningRules` before it was stored.
  return { ...row, state, document: row.document as ProvisioningRules }
}
