import type { Database, Queryable } from '../db/pool.ts'
import {
  insertAuditEvents,
  lockChains,
  upsertChain,
  type ChainHead,
  type NewAuditRow,
} from '../db/queries/audit-events.ts'
import {
  lockSealer,
  selectLateLines,
  selectSealerCursor,
  selectUnsealedChanges,
  selectUnsealedLines,
  updateSealerCursor,
  type UnsealedChange,
  type UnsealedLine,
} from '../db/queries/audit-sealing.ts'
import { selectLastPosition } from '../db/queries/outbox.ts'
import { transaction } from '../db/transaction.ts'
import { firstIdAt } from '../id-time.ts'
import { parseTypeId } from '../type-id.ts'
import { draftChange, personOf } from './draft-change.ts'
import { draftLine } from './draft-line.ts'
import { erasePeople } from './erase.ts'
import { chain, type AuditDraft } from './hash-chain.ts'
import { instanceChain, readKnownOfChanges, readKnownOfLines } from './known-names.ts'
import { signHead, type Sign } from './signature.ts'
import { nilId } from '../nil-id.ts'

const rowsPerTurn = 1_000
/** While many are written: drafting more would keep the thread from whoever waits for an answer. */
const rowsPerBusyTurn = 200
/** A line of the request log is written 200 ms after its request; a change waits for it no longer than this. */
const lineDelayMs = 600
const lateMs = 3_600_000

export type SealOptions = {
  readonly sign: Sign
  /** By the clock of request ids, which is that of the machine. */
  readonly now: Date
  /** Up to which position of `changes` everything is settled, see the outbox of events/. */
  readonly findSettledPosition: () => Promise<number>
  readonly signal?: AbortSignal | undefined
  /** So many changes at most, in small turns: while many are written the sealer leaves the machine to the writers. */
  readonly changesMax?: number | undefined
  /** Tests that have written all lines wait for none. */
  readonly lineDelayMs?: number
}

/** Turns what was written since the last turn into events, each organization's in one chain. Returns how many. */
export async function sealAudit(database: Database, options: SealOptions): Promise<number> {
  let sealed = 0
  let left = options.changesMax ?? Infinity
  for (;;) {
    const rowsMax = Math.min(options.changesMax === undefined ? rowsPerTurn : rowsPerBusyTurn, left)
    const turn = await sealTurn(database, options, rowsMax)
    sealed += turn.events
    left -= rowsMax
    if (!turn.isFull || left <= 0 || options.signal?.aborted === true) return sealed
  }
}

type Turn = { readonly events: number; readonly isFull: boolean }

async function sealTurn(database: Database, options: SealOptions, changesMax: number): Promise<Turn> {
  const { lineDelayMs: delayMs = lineDelayMs, sign } = options
  const settled = new Date(options.now.getTime() - delayMs)
  const cursor = await selectSealerCursor(database)
  const lastBefore = await selectLastPosition(database)
  // Lines first: the changes of their requests were there before them, and so are at or below the position that is found now.
  const isBehind = lastBefore - cursor.position > changesMax
  const range = { after: cursor.lineId, until: firstIdAt(settled.getTime()), rowsMax: rowsPerTurn }
  const lines = isBehind ? [] : await selectUnsealedLines(database, range)
  if (lines.length === 0 && lastBefore === cursor.position) return { events: 0, isFull: false }
  const upTo = await options.findSettledPosition()
  const mayTakeLines = upTo >= lastBefore
  const batch = { lines: mayTakeLines ? lines : [], upTo, settled, sign, changesMax }
  return transaction(database, (tx) => sealBatch(tx, batch))
}

type Batch = {
  readonly lines: readonly UnsealedLine[]
  readonly upTo: number
  readonly settled: Date
  readonly sign: Sign
  readonly changesMax: number
}

async function sealBatch(tx: Queryable, { lines, upTo, settled, sign, changesMax }: Batch): Promise<Turn> {
  const cursor = await lockSealer(tx)
  const found = await selectUnsealedChanges(tx, { after: cursor.position, upTo, rowsMax: changesMax })
  const changes = untilWaiting(found, settled)
  const isFull = found.length === changesMax && changes.length === found.length
  const isComplete = found.length < changesMax
  const taken = isComplete ? untilChanged(lines, { after: cursor.lineId, waiting: found.slice(changes.length) }) : []
  const last = changes.at(-1)
  const lastLine = taken.at(-1)
  if (last === undefined && lastLine === undefined) return { events: 0, isFull: false }
  const events = [...(await draftChanges(tx, changes)), ...(await draftLines(tx, taken))]
  await append(tx, events, sign)
  await eraseForgotten(tx, changes)
  await updateSealerCursor(tx, {
    position: last?.position ?? cursor.position,
    lineId: lastLine?.id ?? cursor.lineId,
  })
  return { events: events.length, isFull: isFull || taken.length === rowsPerTurn }
}

/** Lines tell of requests whose changes come first: up to the first one of which a change still waits. */
function untilChanged(
  lines: readonly UnsealedLine[],
  { after, waiting }: { readonly after: string; readonly waiting: readonly UnsealedChange[] },
): readonly UnsealedLine[] {
  const open = new Set(waiting.map(({ request_id }) => parseRequestId(request_id)))
  const fresh = lines.filter(({ id }) => id > after)
  const end = fresh.findIndex(({ id }) => open.has(id))
  return end < 0 ? fresh : fresh.slice(0, end)
}

/** Ours; undefined for one that the client chose. */
function parseRequestId(text: string | null): string | undefined {
  return text?.startsWith('req_') === true ? parseTypeId('req', text) : undefined
}

/** Up to the first change whose request has just come: where it came from is not written yet. */
function untilWaiting(changes: readonly UnsealedChange[], settled: Date): readonly UnsealedChange[] {
  const limit = firstIdAt(settled.getTime())
  const end = changes.findIndex(({ request_id }) => {
    const id = parseRequestId(request_id)
    return id !== undefined && id > limit
  })
  return end < 0 ? changes : changes.slice(0, end)
}

/** Lines that came when their turn was over, since the database had been away: looked for now and then. */
export async function sealLateLines(database: Database, options: Pick<SealOptions, 'sign' | 'now'>): Promise<number> {
  return transaction(database, async (tx) => {
    const { lineId } = await lockSealer(tx)
    if (lineId === nilId) return 0
    const after = firstIdAt(options.now.getTime() - lateMs)
    const lines = await selectLateLines(tx, { after, until: lineId, rowsMax: rowsPerTurn })
    const events = await draftLines(tx, lines)
    await append(tx, events, options.sign)
    return events.length
  })
}

async function draftChanges(tx: Queryable, changes: readonly UnsealedChange[]): Promise<readonly AuditDraft[]> {
  if (changes.length === 0) return []
  const known = await readKnownOfChanges(
    tx,
    changes.map((change) => ({ ...change, person: personOf(change) })),
  )
  return changes.flatMap((change) => draftChange(change, known))
}

async function draftLines(tx: Queryable, lines: readonly UnsealedLine[]): Promise<readonly AuditDraft[]> {
  if (lines.length === 0) return []
  const known = await readKnownOfLines(tx, lines)
  return lines.map((line) => draftLine(line, known))
}

/** Behind the last event of each chain. What happened in an organization that was deleted since has gone with it. */
async function append(tx: Queryable, events: readonly AuditDraft[], sign: Sign): Promise<void> {
  if (events.length === 0) return
  const organizations = [...new Set(events.map((event) => event.organizationId))]
  const heads = new Map((await lockChains(tx, organizations, instanceChain)).map((head) => [head.organizationId, head]))
  const rows: NewAuditRow[] = []
  for (const event of events) {
    const head = heads.get(event.organizationId)
    if (head === undefined) continue
    const row = chain(event, head)
    rows.push(row)
    heads.set(event.organizationId, { ...head, sequence: row.sequence, hash: row.hash })
  }
  if (rows.length === 0) return
  await insertAuditEvents(tx, rows)
  for (const organizationId of new Set(rows.map((row) => row.organization_id)))
    await moveHead(tx, heads.get(organizationId), sign)
}

async function moveHead(tx: Queryable, head: ChainHead | undefined, sign: Sign): Promise<void> {
  if (head !== undefined) await upsertChain(tx, { ...head, signature: await signHead(sign, head) })
}

/** Whoever was purged is forgotten here too, in the transaction that says so. */
async function eraseForgotten(tx: Queryable, changes: readonly UnsealedChange[]): Promise<void> {
  for (const { organization_id, subject_id, action } of changes)
    if (action === 'user.purged') await erasePeople(tx, organization_id, subject_id)
}
