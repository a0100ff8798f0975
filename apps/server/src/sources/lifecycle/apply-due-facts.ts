import {
  holdOperations,
  selectPlannedCuts,
  selectPlannedOperations,
  wakeUndone,
} from '../../db/queries/source-operations.ts'
import { updateReadStep, selectSourceRanks, type ReadStep } from '../../db/queries/source-read-steps.ts'
import { replaceReferences } from '../../db/queries/source-references.ts'
import { lockRecords, selectPendingAmong, type ReadName } from '../../db/queries/source-settling.ts'
import {
  countLeaving,
  insertDueRead,
  lockDueFacts,
  selectUndone,
  updateDueFacts,
  type DueFact,
  type FactOutcome,
} from '../../db/queries/timed-facts.ts'
import { transaction, type Transaction } from '../../db/transaction.ts'
import type { Sealing } from '../../access/sealed-credentials.ts'
import type { DirectoryParts } from '../../directory/directory-context.ts'
import type { ManyContext } from '../../directory/write-many.ts'
import { admitCuts, HeldError, recordHeld, takeTurn } from '../../directory/guard.ts'
import { formatTypeId } from '../../type-id.ts'
import { applyBatch } from '../apply/apply-batch.ts'
import { openApplyContext } from '../apply/apply-context.ts'
import { operationOrder } from '../apply/operation-order.ts'
import { systemActor } from '../end-read.ts'
import { countPlan } from '../plan/count-plan.ts'
import { openRecordVault } from '../seal/record-vault.ts'
import { openRecord } from '../seal/seal-records.ts'
import { planRecords, writePlans, type SettleSite } from '../settle/settle-batch.ts'
import { openSettleSite } from '../settle/settle-site.ts'
import { getSourceRow, recordSource } from '../source.ts'

/** Facts in one transaction. */
const batchRows = 200
/** Who is taken over first is settled again. */
const roundsMax = 3
const retryMs = 60_000
const retryMsMax = 6 * 60 * 60 * 1000
/** After so many tries it is left to the next read. */
const failuresMax = 20

export type DueParts = DirectoryParts &
  Pick<Sealing, 'encryption'> & {
    /** Told of errors of ours; the days of other sources come all the same. */
    readonly onFault: (error: unknown, sourceId: string) => void
  }

/**
 * Carries out what is due, whether its source speaks or not: those who leave first, then those who come and move. Several processes
 * may do so at once; a batch is done as a whole or not at all, so that whoever is killed leaves it to the next.
 */
export async function applyDueFacts(parts: DueParts, now: Date, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    let taken: readonly DueFact[] = []
    try {
      const found = await transaction(parts.database, async (tx) => {
        taken = await lockDueFacts(tx, now, batchRows)
        if (taken.length > 0) await applyFacts(parts, tx, { facts: taken, now })
        return taken.length
      })
      if (found === 0) return
    } catch (error) {
      const [first] = taken
      if (first === undefined) throw error
      parts.onFault(error, first.sourceId)
      await postpone(parts, taken, { now, detail: 'An error of the server; it is tried again' })
    }
  }
}

type Turn = { readonly facts: readonly DueFact[]; readonly now: Date }

async function applyFacts(parts: DueParts, tx: Transaction, { facts, now }: Turn): Promise<void> {
  const [first] = facts
  if (first === undefined) return
  const { organizationId, sourceId } = first
  const name = { organizationId, sourceId, readId: parts.newId() }
  const revision = await findRevision(tx, name)
  const vault = await openRecordVault(parts, now)
  const { site, registry } = await openSettleSite(tx, name, { revision, round: 0, now, vault })
  const anchors = [...new Set(facts.map(({ anchor }) => anchor))]
  const isPlanned = await plan(tx, site, anchors)
  if (isPlanned) {
    await insertDueRead(tx, name, { revision, now, startedBy: systemActor })
    const context = await openApplyContext(tx, name, { read: dueRead(revision), registry, now })
    await carryOut(parts, { ...context, tx }, { site, anchors })
    await tell(tx, name, { now, facts })
  }
  const undone = new Map((await selectUndone(tx, name)).map((operation) => [operation.anchor, operation]))
  const outcomes = facts.map((fact) => toOutcome(fact, undone.get(fact.anchor), now))
  await updateDueFacts(tx, name, { readId: isPlanned ? name.readId : null, now, outcomes })
}

function dueRead(revision: number): ReadStep {
  return { state: 'done', revision, round: 0, requires_approval: false, approved_by: null, started_by: systemActor }
}

/** All records of the source were mapped by it. */
async function findRevision(tx: Transaction, { organizationId, sourceId }: ReadName): Promise<number> {
  const sources = await selectSourceRanks(tx, organizationId)
  const settled = sources.find(({ id }) => id === sourceId)?.settled_revision ?? null
  if (settled !== null) return settled
  const { liveRevision } = await getSourceRow(tx, { organizationId, sourceId })
  if (liveRevision === null) throw new Error('A source without rules has days to come')
  return liveRevision
}

/** Settles the records as a read does; false: nothing is to be done. */
async function plan(tx: Transaction, site: SettleSite, anchors: readonly string[]): Promise<boolean> {
  const { name } = site
  if (anchors.length === 0) return false
  const records = await lockRecords(tx, name, anchors)
  const opened = records.map((record) => openRecord(record, site))
  const { plans, missing } = await planRecords(tx, site, opened)
  await writePlans(tx, site, plans)
  if (site.rules.references.length > 0) await replaceReferences(tx, name, { anchors, missing })
  return plans.some(({ operation }) => operation !== undefined)
}

async function carryOut(
  parts: DirectoryParts,
  context: ManyContext,
  { site, anchors }: { readonly site: SettleSite; readonly anchors: readonly string[] },
): Promise<void> {
  const { tx } = context
  const { name } = site
  for (let round = 0; round < roundsMax; round++) {
    const current = { ...site, round }
    if (round > 0 && !(await plan(tx, current, await selectPendingAmong(tx, name, anchors)))) break
    await holdExcess(parts, context, current)
    for (const operation of operationOrder) {
      const operations = await selectPlannedOperations(tx, name, { round, operation, after: '', rowsMax: batchRows })
      await applyBatch(parts, context, current, operations)
    }
  }
  await wakeUndone(tx, name, ['held', 'failed'])
  await updateReadStep(tx, name, { counts: await countPlan(tx, name) })
}

/** Too many at once wait for a person, all of them and by name. */
async function holdExcess(parts: DirectoryParts, context: ManyContext, { name, round }: SettleSite): Promise<void> {
  const { tx } = context
  const cuts = await selectPlannedCuts(tx, name, round)
  if (cuts.length === 0) return
  const turn = await takeTurn(tx, context)
  const changes = cuts.map(({ operation: action, user_id: id }) => {
    return { action, subjectKind: 'user', subjectId: id, memberId: id } as const
  })
  // All who leave are counted before the first of them does, in however many batches that is.
  const heldSince = new Date(context.now.getTime() - context.settings.guard.windowMinutes * 60_000)
  const leaving = await countLeaving(tx, name, { now: context.now, heldSince })
  try {
    await admitCuts(tx, context, turn, { count: Math.max(cuts.length, leaving), changes })
  } catch (error) {
    if (!(error instanceof HeldError)) throw error
    const holdId = await recordHeld(tx, parts, context, error)
    await holdOperations(tx, name, { round, holdId, anchors: cuts.map(({ anchor }) => anchor) })
  }
}

async function tell(tx: Transaction, name: ReadName, { facts, now }: Turn): Promise<void> {
  const source = await getSourceRow(tx, name)
  const counts = Object.groupBy(facts, ({ kind }) => kind)
  await recordSource(tx, { now, actor: systemActor, requestId: undefined }, source, {
    action: 'source.dates_applied',
    data: {
      name: source.name,
      read: formatTypeId('srd', name.readId),
      counts: Object.fromEntries(Object.entries(counts).map(([kind, list]) => [kind, list.length])),
    },
  })
}

type Undone = Awaited<ReturnType<typeof selectUndone>>[number]

function toOutcome({ anchor, kind, failures }: DueFact, undone: Undone | undefined, now: Date): FactOutcome {
  if (undone === undefined) return { anchor, kind, retryAt: null, detail: null }
  // Who is held is in the hands of whoever decides about the hold.
  if (undone.state === 'held') return { anchor, kind, retryAt: null, detail: 'held' }
  const retryAt = failures < failuresMax ? new Date(now.getTime() + waitMs(failures)) : null
  return { anchor, kind, retryAt, detail: undone.detail ?? undone.state }
}

function waitMs(failures: number): number {
  return Math.min(retryMs * 2 ** failures, retryMsMax)
}

async function postpone(
  { database }: DirectoryParts,
  facts: readonly DueFact[],
  { now, detail }: { readonly now: Date; readonly detail: string },
): Promise<void> {
  const [first] = facts
  if (first === undefined) return
  const outcomes = facts.map(({ anchor, kind, failures }) => {
    return { anchor, kind, retryAt: new Date(now.getTime() + waitMs(failures)), detail }
  })
  await transaction(database, (tx) => updateDueFacts(tx, first, { readId: null, now, outcomes }))
}
