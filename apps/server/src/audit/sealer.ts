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
  selectLostChanges,
  selectSettledEnd,
  selectUnsealedChanges,
  selectUnsealedLines,
  selectWaitingRequests,
  updateSealerCursor,
  type SealerCursor,
  type UnsealedChange,
} from '../db/queries/audit-sealing.ts'
import { transaction } from '../db/transaction.ts'
import { parseTypeId } from '../type-id.ts'
import { draftChange, personOf } from './draft-change.ts'
import { draftLine } from './draft-line.ts'
import { erasePeople } from './erase.ts'
import { chain, type AuditDraft } from './hash-chain.ts'
import { readKnownOfChanges, readKnownOfLines } from './known-names.ts'
import { signHead, type Sign } from './signature.ts'

/** What belongs to no organization has a chain of its own. */
export const instanceChain = '00000000-0000-0000-0000-000000000000'

const rowsPerTurn = 1_000
/** A line of the request log is written 200 ms after its request; a change waits for it no longer than this. */
const lineDelayMs = 600
const lateMs = 3_600_000
const noId = '00000000-0000-0000-0000-000000000000'

export type SealOptions = {
  readonly sign: Sign
  /** By the clock of request ids, which is that of the machine. */
  readonly now: Date
  readonly signal?: AbortSignal | undefined
  /** Tests that have written all lines wait for none. */
  readonly lineDelayMs?: number
}

/** Turns what was written since the last turn into events, each organization's in one chain. Returns how many. */
export async function sealAudit(database: Database, options: SealOptions): Promise<number> {
  let sealed = 0
  for (;;) {
    const turn = await transaction(database, (tx) => sealTurn(tx, options))
    sealed += turn.events
    if (!turn.isFull || options.signal?.aborted === true) return sealed
  }
}

type Turn = { readonly events: number; readonly isFull: boolean }

async function sealTurn(tx: Queryable, options: SealOptions): Promise<Turn> {
  const cursor = await lockSealer(tx)
  if (cursor.isRestored) return sealLost(tx, cursor, options)
  const delayMs = options.lineDelayMs ?? lineDelayMs
  const settled = new Date(options.now.getTime() - delayMs)
  const found = await selectUnsealedChanges(tx, cursor, rowsPerTurn)
  const changes = untilWaiting(found, settled)
  const changeEvents = await draftChanges(tx, changes)
  const isFull = found.length === rowsPerTurn && changes.length === found.length
  // Lines tell of requests whose changes come first.
  const hasAllChanges = changes.length === found.length && !isFull
  const lines = hasAllChanges ? await readLines(tx, cursor, settled) : []
  const lineEvents = lines.length === 0 ? [] : await draftLines(tx, lines)
  const events = [...changeEvents, ...lineEvents]
  const last = changes.at(-1)
  const lastLine = lines.at(-1)
  if (last === undefined && lastLine === undefined) return { events: 0, isFull: false }
  await append(tx, events, options.sign)
  await eraseForgotten(tx, changes)
  await updateSealerCursor(tx, {
    xid: last?.xid ?? cursor.xid,
    position: last?.position ?? cursor.position,
    lineId: lastLine?.id ?? cursor.lineId,
  })
  return { events: events.length, isFull: isFull || lines.length === rowsPerTurn }
}

/** After a restore the numbers of transactions are others: what no event tells of is looked for once. */
async function sealLost(tx: Queryable, cursor: SealerCursor, options: SealOptions): Promise<Turn> {
  const changes = await selectLostChanges(tx, rowsPerTurn)
  const events = await draftChanges(tx, changes)
  await append(tx, events, options.sign)
  await eraseForgotten(tx, changes)
  const isFull = changes.length === rowsPerTurn
  if (!isFull) await updateSealerCursor(tx, { ...(await selectSettledEnd(tx)), lineId: cursor.lineId })
  return { events: events.length, isFull: true }
}

/** Up to the first change whose request has just come: where it came from is not written yet. */
function untilWaiting(changes: readonly UnsealedChange[], settled: Date): readonly UnsealedChange[] {
  const limit = firstIdAt(settled)
  const end = changes.findIndex(({ request_id }) => {
    const id = request_id?.startsWith('req_') === true ? parseTypeId('req', request_id) : undefined
    return id !== undefined && id > limit
  })
  return end < 0 ? changes : changes.slice(0, end)
}

async function readLines(tx: Queryable, { lineId }: SealerCursor, settled: Date) {
  const waiting = (await selectWaitingRequests(tx)).flatMap((id) =>
    id.startsWith('req_') ? [parseTypeId('req', id) ?? ''] : [],
  )
  const until = waiting.reduce((least, id) => (id < least ? id : least), firstIdAt(settled))
  return until <= lineId ? [] : selectUnsealedLines(tx, { after: lineId, until, rowsMax: rowsPerTurn })
}

/** The least UUIDv7 of that moment. */
function firstIdAt(at: Date): string {
  const hex = Math.max(0, at.getTime()).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}

/** Lines that came when their turn was over, since the database had been away: looked for now and then. */
export async function sealLateLines(database: Database, options: SealOptions): Promise<number> {
  return transaction(database, async (tx) => {
    const { lineId } = await lockSealer(tx)
    if (lineId === noId) return 0
    const after = firstIdAt(new Date(options.now.getTime() - lateMs))
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

async function draftLines(
  tx: Queryable,
  lines: Awaited<ReturnType<typeof selectUnsealedLines>>,
): Promise<readonly AuditDraft[]> {
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
