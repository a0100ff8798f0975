import { insertAccessChange } from '../db/queries/access-changes.ts'
import {
  adoptDueWork,
  countCycle,
  cancelOpenCycle,
  evaluateHeldAgain,
  insertCycle,
  insertSlices,
  selectLatestCycle,
  updateCounters,
  updateEstimate,
  updateEvaluatedCycle,
  updateExportedCycle,
  updateStoppedApp,
  type CycleKind,
  type CycleRow,
} from '../db/queries/provisioning-cycles.ts'
import { selectApp } from '../db/queries/apps.ts'
import { releaseEscrow } from '../db/queries/escrow.ts'
import { insertOutboxCursor } from '../db/queries/outbox.ts'
import type { AppOf } from '../db/queries/provisioning-work.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { findSettledPosition } from '../events/outbox.ts'
import { createId, firstIdOf, timeMsOf } from '../type-id.ts'
import { noteCleanCycle } from './health/health.ts'

/** The name of the engine among the readers of the outbox. */
export const provisioningConsumer = 'provisioning'

/** People of a slice: one worker's piece of a cycle. */
const sliceSize = 5_000

export type CycledApp = AppOf & { readonly revision: number; readonly hasTeams: boolean }

/**
 * The cycle that the rules call for: the first one of the app, or one for rules that everybody was not yet evaluated by.
 * Nobody has to start it: it is missing, so it begins. Undefined: none runs, and none is due.
 */
export async function findCycle(database: Database, app: CycledApp, now: Date): Promise<CycleRow | undefined> {
  const latest = await selectLatestCycle(database, app)
  if (latest !== undefined && latest.rulesRevision === app.revision) return latest.endedAt === null ? latest : undefined
  await startCycle(database, app, now)
  const started = await selectLatestCycle(database, app)
  return started?.endedAt === null && started.rulesRevision === app.revision ? started : undefined
}

/**
 * Begins a cycle over everybody; one of other rules is cancelled, and what it queued stays queued. From this moment on
 * changes are followed, so that what the slices do not see any more comes by the outbox. Of several workers one begins it,
 * and none with rules that are not live any more.
 */
async function startCycle(database: Database, app: CycledApp, now: Date): Promise<void> {
  const position = await findPosition(database)
  await transaction(database, async (tx) => {
    const row = await selectApp(tx, app.organizationId, app.appId, { lock: true })
    if (row?.liveRevision !== app.revision) return
    const latest = await selectLatestCycle(tx, app)
    if (latest?.rulesRevision === app.revision) return
    await followChanges(tx, app, position)
    await beginCycle(tx, app, { kind: latest === undefined ? 'initial' : 'full', resendsAll: false, now })
  })
}

/** What is settled now, every slice that begins later will see. Never asked in a transaction that has written. */
export function findPosition(database: Database): Promise<number> {
  return findSettledPosition(database)
}

/** From that position on the organization's changes are followed, if they are not yet. */
export function followChanges(tx: Transaction, { organizationId }: AppOf, position: number): Promise<void> {
  return insertOutboxCursor(tx, { organizationId, consumer: provisioningConsumer, position })
}

/**
 * Everybody once more, and all of it is sent again, whatever was sent before, also what was given up. Links stay. In the
 * caller's transaction.
 */
export async function restartCycle(tx: Transaction, app: CycledApp, now: Date): Promise<void> {
  await releaseEscrow(tx, { ...app, now }, { isFresh: true })
  await beginCycle(tx, app, { kind: 'full', resendsAll: true, now })
}

/** A cycle over everybody in place of one that runs. In the caller's transaction. */
export async function beginCycle(
  tx: Queryable,
  app: CycledApp,
  cycle: { readonly kind: CycleKind; readonly resendsAll: boolean; readonly now: Date },
): Promise<void> {
  const { organizationId, appId, revision, hasTeams } = app
  const id = createId()
  await cancelOpenCycle(tx, app, cycle.now)
  const isNew = await insertCycle(tx, { organizationId, appId, id, revision, ...cycle })
  if (!isNew) return
  await evaluateHeldAgain(tx, app, cycle.now)
  const people = await insertSlices(tx, { organizationId, id }, { kind: 'user', sliceSize })
  const teams = hasTeams ? await insertSlices(tx, { organizationId, id }, { kind: 'team', sliceSize }) : 0
  await updateEstimate(tx, { organizationId, id, estimate: people + teams })
}

/** The cycle that runs. */
export async function findOpenCycle(database: Database, app: AppOf): Promise<CycleRow | undefined> {
  const latest = await selectLatestCycle(database, app)
  return latest?.endedAt === null ? latest : undefined
}

/** The cycle of a tick, of an app that goes by ticks: over what has changed and is due; undefined: nothing has. */
export async function openTickCycle(database: Database, app: CycledApp, now: Date): Promise<CycleRow | undefined> {
  const id = createId()
  const isOpen = await transaction(database, async (tx) => {
    const due = await adoptDueWork(tx, app, { id, now })
    if (due === 0) return false
    return insertCycle(tx, { ...app, id, kind: 'incremental', resendsAll: false, now })
  })
  return isOpen ? findOpenCycle(database, app) : undefined
}

/** The phase of evaluation is over where nothing is left to evaluate; then the gate may count. */
export function endEvaluation(database: Database, app: AppOf, { id }: CycleRow): Promise<boolean> {
  return updateEvaluatedCycle(database, app, id)
}

/** The clocks of two machines are not further apart. */
const skewMs = 60_000

/** Ends a cycle of which nothing is under way any more. */
export function endCycle(database: Database, app: AppOf, cycle: CycleRow, now: Date): Promise<boolean> {
  return transaction(database, async (tx) => {
    const hasEnded = await updateExportedCycle(tx, app, { id: cycle.id, now })
    if (!hasEnded) return false
    const counters = await countCycle(tx, app, { ...cycle, fromId: firstIdOf(timeMsOf(cycle.id) - skewMs) })
    await updateCounters(tx, app, { id: cycle.id, counters })
    if (counters.failed === 0) await noteCleanCycle(tx, { ...app, now })
    return true
  })
}

/** An app that was told to stop lets its cycle end first. */
export async function finishStopping(database: Database, app: AppOf, now: Date): Promise<boolean> {
  return transaction(database, async (tx) => {
    const version = await updateStoppedApp(tx, app, now)
    if (version === undefined) return false
    await insertAccessChange(tx, {
      organizationId: app.organizationId,
      at: now,
      action: 'app.stopped',
      subjectId: app.appId,
      subjectVersion: version,
      actor: 'system',
      requestId: undefined,
      data: {},
    })
    return true
  })
}
