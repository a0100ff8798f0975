import type { Link } from '../../db/queries/provisioning-links.ts'
import { brokenUnique } from '../../db/queries/constraint.ts'
import {
  markLeased,
  markLocked,
  updateExported,
  upsertShadows,
  type Mark,
  type Shadow,
} from '../../db/queries/provisioning-links.ts'
import { settleWakeUps, type WakeUp } from '../../db/queries/provisioning-wake-ups.ts'
import { endWork, lockWork, takeOffDone, type AppOf, type WorkEnd } from '../../db/queries/provisioning-work.ts'
import type { Database } from '../../db/pool.ts'
import { transaction, type Transaction } from '../../db/transaction.ts'
import { createGroupCommit } from './group-commit.ts'
import { addMs } from './protocol.ts'

/** What one turn came to, written as one. */
export type Recorded<Entry> = {
  readonly end: WorkEnd
  /** Undefined: as it was. */
  readonly link: Link | undefined
  readonly shadow: Shadow | undefined
  /** For the provisioning log; undefined: nothing was attempted. */
  readonly entry: Entry | undefined
  /** When time alone is the next to change something. */
  readonly wakeUp: WakeUp | undefined
  /** Another object has taken the account in the meantime: what is written instead. */
  readonly whenTaken: (() => Recorded<Entry>) | undefined
}

/** The durable steps of the protocol. Between any two of them a worker may die. */
export type ExportSteps<Entry> = {
  /** Before a request leaves; false: the turn is somebody else's by now, and nothing may be sent. */
  mark(mark: Mark): Promise<boolean>
  /** After its outcome. Of a turn that was lost nothing is written. */
  record(recorded: Recorded<Entry>): Promise<void>
}

const groupMax = 250
/**
 * Objects of an app end one by one, as it answers, and a transaction costs as much as ten of them: they wait for each other so
 * long. Nothing else waits meanwhile, since far more are in work than requests on their way.
 */
const lingerMs = 20

export function createExportSteps<Entry>(
  database: Database,
  app: AppOf,
  parts: {
    readonly now: () => Date
    /** A lease that ends sooner is made longer before a request leaves. */
    readonly leaseLeftMs: number
    /** What else belongs into the transaction that ends turns, such as the log. */
    readonly alongside: (tx: Transaction, entries: readonly Entry[]) => Promise<void>
  },
): ExportSteps<Entry> {
  const limits = { itemsMax: groupMax, writesMax: 2, lingerMs }
  const write = async (group: readonly Recorded<Entry>[]): Promise<readonly null[]> => {
    await writeGroup(database, app, group, parts)
    return group.map(() => null)
  }
  const record = createGroupCommit(write, limits)
  return {
    mark: createGroupCommit(async (marks: readonly Mark[]) => {
      const marked = await markAll(database, app, { marks, leasedUntil: addMs(parts.now(), parts.leaseLeftMs) })
      return marks.map(({ link }) => marked.has(link.objectId))
    }, limits),
    record: async (recorded) => {
      await record(recorded)
    },
  }
}

/** Most turns have just begun, and their lease is long. What is left is locked first: the lease is made longer, or it was lost. */
async function markAll(
  database: Database,
  app: AppOf,
  { marks, leasedUntil }: { readonly marks: readonly Mark[]; readonly leasedUntil: Date },
): Promise<ReadonlySet<string>> {
  const marked = await markLeased(database, app, marks, leasedUntil)
  const left = marks.filter(({ link }) => !marked.has(link.objectId))
  if (left.length === 0) return marked
  // A transaction is tried again after a deadlock with those who queue work.
  const locked = await transaction(database, (tx) => lockAndMark(tx, app, left))
  return new Set([...marked, ...locked])
}

async function lockAndMark(tx: Transaction, app: AppOf, marks: readonly Mark[]): Promise<ReadonlySet<string>> {
  const ours = await lockWork(
    tx,
    app,
    marks.map(({ link: { objectId }, epoch }) => ({ objectId, epoch })),
  )
  return markLocked(
    tx,
    app,
    marks.filter(({ link }) => ours.has(link.objectId)),
  )
}

type Writing<Entry> = Parameters<typeof createExportSteps<Entry>>[2]

async function writeGroup<Entry>(
  database: Database,
  app: AppOf,
  group: readonly Recorded<Entry>[],
  parts: Writing<Entry>,
): Promise<void> {
  try {
    await writeTogether(database, app, group, parts)
  } catch (error) {
    if (brokenUnique(error) !== 'links_target') throw error
    for (const recorded of group) await writeAlone(database, app, recorded, parts)
  }
}

/** Two that reach for one account at the same moment: the second one finds it taken. */
async function writeAlone<Entry>(
  database: Database,
  app: AppOf,
  recorded: Recorded<Entry>,
  parts: Writing<Entry>,
): Promise<void> {
  try {
    await writeTogether(database, app, [recorded], parts)
  } catch (error) {
    if (brokenUnique(error) !== 'links_target' || recorded.whenTaken === undefined) throw error
    await writeTogether(database, app, [recorded.whenTaken()], parts)
  }
}

function writeTogether<Entry>(
  database: Database,
  app: AppOf,
  group: readonly Recorded<Entry>[],
  { now, alongside }: Writing<Entry>,
): Promise<void> {
  return transaction(database, async (tx) => {
    const gone = await takeOffDone(
      tx,
      app,
      group.map(({ end }) => end),
    )
    const kept = group.filter(({ end }) => !gone.has(end.objectId)).map(({ end }) => end)
    const locked = kept.length === 0 ? noObjects : await lockWork(tx, app, kept)
    const mine = group.filter(({ end }) => gone.has(end.objectId) || locked.has(end.objectId))
    await updateExported(tx, app, defined(mine.map(({ link }) => link)))
    await upsertShadows(tx, app, defined(mine.map(({ shadow }) => shadow)))
    await settleWakeUps(tx, app, defined(mine.map(({ wakeUp }) => wakeUp)))
    await endWork(
      tx,
      app,
      kept.filter(({ objectId }) => locked.has(objectId)),
      now(),
    )
    await alongside(tx, defined(mine.map(({ entry }) => entry)))
  })
}

const noObjects: ReadonlySet<string> = new Set()

function defined<Item>(items: readonly (Item | undefined)[]): readonly Item[] {
  return items.filter((item): item is Item => item !== undefined)
}
