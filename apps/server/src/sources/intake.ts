import type { Json, JsonObject } from '@rollcall/scim'
import { insertEscrow, trimEscrow } from '../db/queries/source-escrow.ts'
import {
  compareAndSee,
  compareRecords,
  seeAnchors,
  stageRecords,
  type StagedRecord,
} from '../db/queries/source-intake.ts'
import { updateRead, type ReadChange, type ReadOf, type ReadRow } from '../db/queries/source-reads.ts'
import type { Database } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { createId } from '../type-id.ts'
import { toColumnCounts, toCounts, type ReadCounts } from './counts.ts'
import type { SourcePage } from './reader.ts'
import { ReadLost } from './read-work.ts'
import { sealRaw } from './seal/seal-records.ts'
import type { RecordVault } from './seal/record-vault.ts'
import { sortEntries, type BadEntry, type GivenRecord } from './sort-entries.ts'
import { takeGroups } from './teams/take-groups.ts'

/** Of so many bad records of a source what is wrong is kept; all are counted. */
const escrowMax = 10_000

/** What rules call secret is written down sealed. */
export type SealedColumns = { readonly vault: RecordVault; readonly secret: ReadonlySet<string> }

type TakenPage = { readonly page: SourcePage; readonly now: Date; readonly sealed: SealedColumns }

/**
 * Writes a page and the cursor behind it in one transaction: what differs from what was known is staged, what could not be
 * read goes to escrow, everybody is noted as seen. Returns the read as it stands then. Throws ReadLost.
 */
export async function takePage(database: Database, read: ReadRow, taken: TakenPage): Promise<ReadRow> {
  return transaction(database, (tx) => takePageIn(tx, read, taken))
}

/** The same in the caller's transaction. */
export async function takePageIn(tx: Transaction, read: ReadRow, { page, now, sealed }: TakenPage): Promise<ReadRow> {
  const of: ReadOf = { organizationId: read.organizationId, sourceId: read.sourceId, readId: read.id }
  const isFull = read.mode !== 'delta'
  const found = sortEntries(page.entries)
  const sorted = { ...found, records: found.records.map((record) => sealRaw(record, { name: of, ...sealed })) }
  const given = isFull ? keepFirst(sorted.records) : { kept: keepLast(sorted.records), repeated: [] }
  const compared = isFull ? await compareAndSee(tx, of, given.kept) : await compareRecords(tx, of, given.kept)
  const staged: StagedRecord[] = []
  const repeated: GivenRecord[] = [...given.repeated]
  const again = new Set<GivenRecord>()
  for (const { position, isRepeated, isChanged } of compared) {
    const record = given.kept[position - 1]
    if (record === undefined) continue
    // The same record twice, as pages that move while they are read bring it, is once.
    if (isRepeated) again.add(record)
    if (isRepeated && isChanged) repeated.push(record)
    else if (isChanged) staged.push(record)
  }
  const groups = await takeGroups(tx, of, { groups: page.groups ?? [], isFull })
  const bad = [...sorted.bad, ...repeated.map(toRepeated)]
  await stageRecords(tx, of, [...staged, ...sorted.deleted])
  if (isFull)
    await seeAnchors(
      tx,
      of,
      bad.map(({ anchor }) => anchor).filter((anchor) => anchor !== undefined),
    )
  const before = toCounts(read.counts)
  const badOnes = [...bad, ...groups.bad]
  if (badOnes.length > 0) {
    await insertEscrow(tx, of, badOnes.slice(0, Math.max(0, escrowMax - before.bad)).map(toEscrow), now)
    await trimEscrow(tx, of, escrowMax)
  }
  const change = toChange(read, page, {
    now,
    records: given.kept.filter((record) => !again.has(record)),
    counts: {
      ...before,
      read: before.read + given.kept.length - again.size,
      changed: before.changed + staged.length,
      deleted: before.deleted + sorted.deleted.length,
      bad: before.bad + bad.length,
      // That there is no group is said of groups too.
      ...(page.groups !== undefined && { groups: Number(read.counts['groups'] ?? 0) }),
      ...addCounts(read.counts, groups.counts),
    },
  })
  if (!(await updateRead(tx, read, change))) throw new ReadLost()
  return { ...read, ...change }
}

function addCounts(
  before: JsonObject,
  counts: { readonly [name: string]: number },
): { readonly [name: string]: number } {
  const added = Object.entries(counts).filter(([, count]) => count > 0)
  return Object.fromEntries(added.map(([name, count]) => [name, count + Number(before[name] ?? 0)]))
}

function toChange(
  read: ReadRow,
  page: SourcePage,
  taken: { readonly now: Date; readonly counts: ReadCounts; readonly records: readonly GivenRecord[] },
): ReadChange {
  const { done, total } = page.progress
  return {
    cursor: page.cursor ?? null,
    progress: { done, ...(total !== undefined && { total }), at: taken.now.toISOString() },
    counts: { ...read.counts, ...taken.counts, ...(page.end?.isUnchanged === true && { unchanged: 1 }) },
    columns: Object.fromEntries(countColumns(toColumnCounts(read.columns), taken.records)),
    // A page that was written is progress: what failed before is over.
    failures: 0,
    retryAt: null,
    ...(page.end !== undefined && { checkpoint: page.end.checkpoint ?? null }),
  }
}

/** So many columns are watched: what has more is no table. */
const columnsMax = 500
const columnCharactersMax = 500

function countColumns(before: ReadonlyMap<string, number>, records: readonly GivenRecord[]): Map<string, number> {
  const counts = new Map(before)
  for (const { attributes } of records) {
    for (const [name, value] of Object.entries(attributes)) {
      // What is no name for people is no column that anybody watches.
      if (name.length > columnCharactersMax) continue
      const count = counts.get(name)
      if (count === undefined && counts.size >= columnsMax) continue
      counts.set(name, (count ?? 0) + (isEmpty(value) ? 0 : 1))
    }
  }
  return counts
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/** Within a page of a full read nobody stands twice, or only in the same words. */
function keepFirst(records: readonly GivenRecord[]): {
  readonly kept: readonly GivenRecord[]
  readonly repeated: readonly GivenRecord[]
} {
  const kept = new Map<string, GivenRecord>()
  const repeated: GivenRecord[] = []
  for (const record of records) {
    const first = kept.get(record.anchor)
    if (first === undefined) kept.set(record.anchor, record)
    else if (first.hash !== record.hash) repeated.push(record)
  }
  return { kept: [...kept.values()], repeated }
}

function keepLast(records: readonly GivenRecord[]): readonly GivenRecord[] {
  return [...new Map(records.map((record) => [record.anchor, record])).values()]
}

function toRepeated({ anchor, place }: GivenRecord): BadEntry {
  const detail = `"${anchor}" stands in the source more than once, with different values: the first one counts`
  return { kind: 'bad', anchor, place, attribute: undefined, reason: 'repeatedAnchor', detail }
}

function toEscrow({ anchor, place, attribute, reason, detail }: BadEntry) {
  return { id: createId(), anchor: anchor ?? null, place, attribute: attribute ?? null, reason, detail }
}
