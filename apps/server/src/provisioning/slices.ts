import { clearApplied, deleteEmptyLinks, upsertEvaluated } from '../db/queries/provisioning-links.ts'
import { forgetSentMembers } from '../db/queries/provisioning-members.ts'
import {
  advanceSlice,
  claimSlice,
  selectSliceIds,
  type CycleRow,
  type SliceRow,
} from '../db/queries/provisioning-cycles.ts'
import { settleWakeUps } from '../db/queries/provisioning-wake-ups.ts'
import { enqueueWork, type NewWork, type WorkRow } from '../db/queries/provisioning-work.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { wakeUpOf, withoutApplied, type Evaluator } from './evaluator.ts'
import { leaseMs, paceOf } from './export/context.ts'
import { addMs } from './export/protocol.ts'
import { readTurns } from './export/read-turns.ts'
import type { Turn } from './export/turn.ts'
import { route, type Route } from './route.ts'

/** So many people are evaluated at once; a worker that dies costs no more than evaluating these again. */
const batchMax = 500
const backfillLane = 4

/**
 * Evaluates one slice of a cycle to its end, unless it is told to stop; gives how many objects were looked at. `between` is
 * what does not wait for the end of it.
 */
export async function evaluateSlice(
  evaluator: Evaluator,
  cycle: CycleRow,
  { signal, between }: { readonly signal: AbortSignal; readonly between: () => Promise<void> },
): Promise<number> {
  const { app, database, owner, clock } = evaluator
  const now = clock()
  const name = { organizationId: app.organizationId, id: cycle.id }
  const slice = await claimSlice(database, name, { owner, now, leaseUntil: addMs(now, leaseMs) })
  if (slice === undefined) return 0
  let reading: Promise<Batch> | undefined = readBatch(evaluator, cycle, slice)
  for (let count = 0; ;) {
    const batch: Batch = await reading
    const isLast = batch.isDone || signal.aborted
    // While a batch is written the next one is looked at.
    reading = isLast ? undefined : readBatch(evaluator, cycle, { ...slice, reachedId: batch.ids.at(-1) ?? null })
    const isWritten = writeBatch(evaluator, cycle, slice, { ...batch, isLast }).then(async (isOurs) => {
      await between()
      return isOurs
    })
    const [written] = await Promise.allSettled([isWritten])
    count += batch.ids.length
    if (written.status === 'fulfilled' && written.value && reading !== undefined) continue
    // Nothing is left under way behind us.
    await reading?.catch(() => {})
    if (written.status === 'rejected') throw written.reason
    return Math.max(1, count)
  }
}

type Batch = { readonly ids: readonly string[]; readonly isDone: boolean; readonly routed: readonly Routed[] }

async function readBatch(evaluator: Evaluator, cycle: CycleRow, slice: SliceRow): Promise<Batch> {
  const { app, database } = evaluator
  const ids = await selectSliceIds(database, app.organizationId, slice, batchMax)
  const read = await readTurns(
    evaluator,
    ids.map((objectId) => toItem(objectId, slice, cycle)),
  )
  const turns = cycle.resendsAll ? read.map(withoutApplied) : read
  const pace = paceOf(evaluator)
  return {
    ids,
    isDone: ids.length < batchMax,
    routed: turns.map((turn) => ({ turn, route: route(turn, pace) })),
  }
}

/** False when the slice is somebody else's by now: then nothing of the batch counts. */
function writeBatch(
  evaluator: Evaluator,
  cycle: CycleRow,
  slice: SliceRow,
  { ids, isDone, isLast, routed }: Batch & { readonly isLast: boolean },
): Promise<boolean> {
  const { app, database, clock } = evaluator
  return transaction(database, async (tx) => {
    const leaseUntil = isLast ? null : addMs(clock(), leaseMs)
    const reached = { id: ids.at(-1) ?? null, isDone, leaseUntil }
    const isOurs = await advanceSlice(tx, { organizationId: app.organizationId, id: cycle.id }, slice, reached)
    if (isOurs) await write(tx, evaluator, cycle, routed)
    return isOurs
  })
}

/** An object without a turn of its own: whoever has one goes on beside us. */
function toItem(objectId: string, { kind }: SliceRow, { id: cycleId }: CycleRow): WorkRow {
  return {
    objectId,
    kind,
    stage: 'evaluate',
    lane: backfillLane,
    generation: 1,
    destructiveClass: null,
    isAdmitted: false,
    destructive: null,
    initiator: 'schedule',
    cycleId,
    epoch: 0,
  }
}

type Routed = { readonly turn: Turn; readonly route: Route }

/** What sending knows belongs to whoever has the object's turn; here only what was evaluated is written. */
async function write(
  tx: Transaction,
  { app, clock, alongside }: Evaluator,
  cycle: CycleRow,
  routed: readonly Routed[],
): Promise<void> {
  const links = routed.map(({ route: { evaluated } }) => evaluated).filter((link) => link !== undefined)
  await upsertEvaluated(tx, app, links)
  const idsOf = (some: readonly Routed[]): readonly string[] => some.map(({ turn }) => turn.item.objectId)
  if (cycle.resendsAll) await forgetSentMembers(tx, app, idsOf(routed.filter(({ turn }) => turn.item.kind === 'team')))
  await deleteEmptyLinks(tx, app, idsOf(routed.filter(({ route: { isForgotten } }) => isForgotten)))
  await settleWakeUps(
    tx,
    app,
    routed.map(({ turn }) => wakeUpOf(turn)),
  )
  const entries = routed
    .filter(({ route: { exported } }) => exported === undefined)
    .map(({ route: { entry } }) => entry)
  await alongside(
    tx,
    entries.filter((entry) => entry !== undefined),
  )
  const objects = routed.flatMap(toWork)
  await enqueueWork(tx, app, { objects, initiator: 'schedule', dueAt: clock(), cycleId: cycle.id })
  if (cycle.resendsAll) await clearApplied(tx, app, idsOf(routed))
}

function toWork({ turn: { item }, route: { end, exported } }: Routed): readonly NewWork[] {
  const { objectId, kind, lane } = item
  // What has failed, or is mended, is written by whoever has its turn.
  if (exported !== undefined) return [{ objectId, kind, lane }]
  if (end.isDone) return []
  return [{ ...end, objectId, kind }]
}
