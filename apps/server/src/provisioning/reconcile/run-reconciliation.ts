import type { JsonObject } from '@rollcall/scim'
import { AccessError } from '../../access/access-error.ts'
import { matchAccounts, type AccountsOf } from '../../db/queries/app-accounts.ts'
import {
  countAccounts,
  deleteOtherAccounts,
  selectReconciliation,
  upsertReconciliation,
} from '../../db/queries/app-account-views.ts'
import { updatePlan } from '../../db/queries/app-plans.ts'
import type { Database } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import { nilId } from '../../nil-id.ts'
import { formatTypeId } from '../../type-id.ts'
import type { LongWork } from '../long-work.ts'
import { streamPeople, streamTeams } from '../source/read-source.ts'
import { toJson } from '../apps/to-json.ts'
import { systemActor } from '../gate/hold-changes.ts'
import { toCandidate } from './find-candidates.ts'
import { findMissing, listPage } from './list-accounts.ts'
import { openReconciliation, type Reconciled, type ReconcileParts, type Reconciliation } from './open-reconciliation.ts'
import { planFound } from './plan-found.ts'

/** What changes in one transaction, and what is deleted in one. */
const batchMax = 1_000
const deletedMax = 5_000

/** How far it is: `after` says where the step goes on. */
type Place = {
  readonly step: number
  readonly after: string | null
  readonly startedAt: string
  readonly accounts: number
}

type Progress = { place: Place; total: number | undefined }
type Step = (progress: Progress) => Promise<void>

/** Lists an app, compares, and plans what the policy says; goes on behind the last page after a crash. */
export async function runReconciliation(parts: ReconcileParts, work: LongWork): Promise<JsonObject> {
  const reconciliation = await openReconciliation(parts, work)
  const { pacer } = reconciliation
  try {
    return await reconcile(reconciliation, work)
  } catch (error) {
    // It will not be tried again: what it listed is of no use to anybody.
    if (error instanceof AccessError) await giveUp(reconciliation)
    throw error
  } finally {
    await pacer.close()
  }
}

async function reconcile(reconciliation: Reconciliation, work: LongWork): Promise<JsonObject> {
  const { parts, of, policy, kinds } = reconciliation
  const { database, clock } = parts
  const progress: Progress = { place: parsePlace(work.checkpoint, clock()), total: undefined }
  const steps: readonly Step[] = [
    ...kinds.map(
      (kind): Step =>
        (at) =>
          listAll(reconciliation, kind, { work, at }),
    ),
    (at) => findMissing(reconciliation, new Date(at.place.startedAt)),
    ...kinds.map(
      (kind): Step =>
        (at) =>
          matchAll(reconciliation, kind, { work, at }),
    ),
  ]
  for (const [index, step] of steps.entries()) {
    if (index < progress.place.step) continue
    work.signal.throwIfAborted()
    await step(progress)
    progress.place = { ...progress.place, step: index + 1, after: null }
    await save(database, work, progress)
  }
  const counts = await countAccounts(database, of)
  const startedAt = new Date(progress.place.startedAt)
  await upsertReconciliation(database, of, { runId: of.runId, policy, startedAt, endedAt: clock(), counts })
  const plan = await makePlan(reconciliation)
  await deleteAccounts(database, of)
  return toJson({ policy, ...plan, ...counts })
}

async function makePlan(reconciliation: Reconciliation): Promise<JsonObject> {
  const { policy, planId } = reconciliation
  if (policy === 'report' || planId === undefined) return {}
  const counts = await planFound(reconciliation, { policy, planId })
  return { plan: formatTypeId('plan', planId), planned: counts }
}

type At = { readonly work: LongWork; readonly at: Progress }

async function listAll(reconciliation: Reconciliation, kind: Reconciled, { work, at }: At): Promise<void> {
  const before = at.total ?? 0
  for (let isLast = false; !isLast;) {
    const { next, count, total } = await listPage(reconciliation, kind, at.place.after)
    if (total !== undefined) at.total = before + total
    at.place = { ...at.place, after: next, accounts: at.place.accounts + count }
    isLast = next === null
    // The end of the step is saved with the step: without a place it would begin anew.
    if (!isLast) await save(reconciliation.parts.database, work, at)
  }
}

/** Everybody of the directory goes by once; what is without a link learns whose it may be. */
async function matchAll(reconciliation: Reconciliation, kind: Reconciled, { work, at }: At): Promise<void> {
  const { parts, of, rules, numbers } = reconciliation
  const { database, clock } = parts
  const { organizationId, appId } = of
  const after = at.place.after ?? undefined
  const request = { organizationId, appId, reads: rules.reads(numbers), after, batchMax }
  const stream = kind.kind === 'user' ? streamPeople(database, request) : streamTeams(database, request)
  for await (const sources of stream) {
    work.signal.throwIfAborted()
    const now = clock()
    const { discovery } = kind
    const candidates = sources.map((source) => toCandidate(rules, kind.rules, { discovery, source, now }))
    at.place = { ...at.place, after: sources.at(-1)?.id ?? null }
    await transaction(database, async (tx) => {
      await matchAccounts(tx, of, kind.kind, candidates)
      await save(tx, work, at)
    })
  }
}

function save(db: Parameters<LongWork['advance']>[0], work: LongWork, { place, total }: Progress): Promise<void> {
  return work.advance(db, { checkpoint: place, done: place.accounts, ...(total !== undefined && { total }) })
}

async function deleteAccounts(database: Database, of: AccountsOf): Promise<void> {
  for (let gone = deletedMax; gone === deletedMax;) gone = await deleteOtherAccounts(database, of, deletedMax)
}

/** Only what the last report shows stays. */
async function giveUp({ parts: { database, clock }, of, planId }: Reconciliation): Promise<void> {
  const last = await selectReconciliation(database, of)
  await deleteAccounts(database, { ...of, runId: last?.runId ?? nilId })
  if (planId === undefined) return
  const end = { state: 'failed', endedBy: systemActor, endedAt: clock() } as const
  await updatePlan(database, of, { id: planId, from: 'planning', ...end })
}

function parsePlace(checkpoint: JsonObject | undefined, now: Date): Place {
  const first = { step: 0, after: null, startedAt: now.toISOString(), accounts: 0 }
  // This file wrote it.
  return { ...first, ...(checkpoint as Partial<Place> | undefined) }
}
