import { demoteDoubleLinks } from '../../db/queries/source-operations.ts'
import { selectReadStep, updateReadStep, updateSettledRevision } from '../../db/queries/source-read-steps.ts'
import { wakeForRevision, wakeRecords, type ReadName } from '../../db/queries/source-settling.ts'
import type { Database } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import { countPlan } from '../plan/count-plan.ts'
import type { ReadWork } from '../read-work.ts'
import { planTeams } from '../teams/plan-teams.ts'
import { settleBatch, type SettleSite } from './settle-batch.ts'
import { openSettleSite } from './settle-site.ts'

export type SettleParts = { readonly database: Database }

const dayMs = 24 * 60 * 60 * 1000
const wokenPerTransaction = 10_000

/**
 * Says of every record that changed who it is and what becomes of him, and writes it down as the plan of the read: nobody is changed.
 * May be killed at any time and goes on where it was. Throws ReadLost.
 */
export async function settleRead({ database }: SettleParts, work: ReadWork): Promise<void> {
  const name = nameOf(work)
  const read = await selectReadStep(database, name)
  if (read?.state !== 'judged' || read.revision === null) return
  const { revision, round } = read
  const { now, vault } = work
  const { site, settledRevision } = await openSettleSite(database, name, { revision, round, now, vault })
  if (settledRevision !== revision) await wakeAll(database, work, site)
  await transaction(database, async (tx) => {
    await work.keep(tx)
    await wakeRecords(tx, name, findDue(site))
  })
  await settlePending(database, work, site)
  await transaction(database, async (tx) => {
    await work.keep(tx)
    await demoteDoubleLinks(tx, name, round)
  })
  await planTeams(database, work, { teams: site.teams, isEverything: settledRevision !== revision })
  await transaction(database, async (tx) => {
    await work.keep(tx)
    await updateSettledRevision(tx, name, revision)
    await updateReadStep(tx, name, { state: 'planned', counts: await countPlan(tx, name) })
  })
}

/** All pending records, batch by batch. */
export async function settlePending(database: Database, work: ReadWork, site: SettleSite): Promise<void> {
  let after: string | undefined = ''
  while (after !== undefined) {
    work.signal.throwIfAborted()
    const from: string = after
    after = await transaction(database, async (tx) => {
      await work.keep(tx)
      return settleBatch(tx, site, from)
    })
  }
}

/** Other rules make something else of every record. */
async function wakeAll(database: Database, work: ReadWork, { name, revision }: SettleSite): Promise<void> {
  let after: string | undefined = ''
  while (after !== undefined) {
    work.signal.throwIfAborted()
    const from: string = after
    after = await transaction(database, async (tx): Promise<string | undefined> => {
      await work.keep(tx)
      return wakeForRevision(tx, name, { revision, after: from, rowsMax: wokenPerTransaction })
    })
  }
}

function findDue({ rules, now }: SettleSite): { readonly absentReads: number; readonly leftBefore: Date | null } {
  const { policy, graceDays, absentReads } = rules.document.leaving
  const leftBefore = policy === 'suspendThenDelete' ? new Date(now.getTime() - graceDays * dayMs) : null
  return { absentReads, leftBefore }
}

export function nameOf({ organizationId, sourceId, readId }: ReadWork): ReadName {
  return { organizationId, sourceId, readId }
}
