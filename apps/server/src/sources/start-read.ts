import { AccessError } from '../access/access-error.ts'
import type { Call } from '../access/call.ts'
import { selectFile, selectFiles } from '../db/queries/source-files.ts'
import {
  insertRead,
  selectAcceptedReads,
  selectCheckpoint,
  selectOpenRead,
  type ReadRow,
} from '../db/queries/source-reads.ts'
import type { SourceRow } from '../db/queries/sources.ts'
import type { Database } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { createId, formatTypeId } from '../type-id.ts'
import { getSourceRow, recordSource, toSource, type SourceName } from './source.ts'
import { chooseBatches, giveBatchesToRead, releaseFailedBatches, type ChosenBatches } from './uploads/choose-batches.ts'

export type StartRead = {
  /** Left out: a delta where there is a checkpoint and the last full read is not too long ago. */
  readonly mode?: ReadRow['mode'] | undefined
  /** Of an uploaded file; left out: the newest one. */
  readonly fileId?: string | undefined
}

type By = Pick<Call, 'now' | 'actor' | 'requestId'>

/** Begins a read; a worker does it. Throws `sourceNotFound`, `sourceState`, `sourceReadOpen`, `sourceFileNotFound`. */
export function startRead(database: Database, by: By, request: SourceName & StartRead): Promise<ReadRow> {
  return transaction(database, async (tx) =>
    startReadOf(tx, by, await getSourceRow(tx, request, { lock: true }), request),
  )
}

/** Within the caller's transaction, which holds the row of the source. */
export async function startReadOf(
  tx: Transaction,
  by: By,
  source: SourceRow,
  { mode, fileId }: StartRead,
): Promise<ReadRow> {
  const name = { organizationId: source.organizationId, sourceId: source.id }
  if (source.state === 'draft')
    throw new AccessError('sourceState', 'No rules are live yet, so nobody could come in: publish some first')
  if (source.connectionState === 'disabled')
    throw new AccessError('sourceState', 'The connection of this source is disabled: enable it first')
  const batches = source.kind === 'upload' ? await chooseUploads(tx, name, mode) : undefined
  const read = await insertRead(tx, {
    ...name,
    id: createId(),
    mode: batches?.mode ?? mode ?? (await chooseMode(tx, source, by.now)),
    revision: source.liveRevision,
    requiresApproval: await needsApproval(tx, source),
    fileId: source.kind === 'file' ? await chooseFile(tx, name, fileId) : null,
    startedBy: by.actor,
    startedAt: by.now,
  })
  if (read === undefined) throw await refuseSecond(tx, name)
  if (batches !== undefined)
    await giveBatchesToRead(tx, { organizationId: name.organizationId, readId: read.id }, batches.ids)
  const data = { name: source.name, read: formatTypeId('srd', read.id), mode: read.mode, revision: read.revision }
  await recordSource(tx, by, source, { action: 'source.read_started', data })
  return read
}

/** Only whoever uploads knows whether it is all. */
async function chooseUploads(
  tx: Transaction,
  name: SourceName,
  mode: ReadRow['mode'] | undefined,
): Promise<ChosenBatches> {
  if (mode === 'full')
    throw new AccessError('sourceKind', 'Only what is uploaded is known of this source: a session says who there is', {
      field: 'mode',
    })
  await releaseFailedBatches(tx, name)
  return chooseBatches(tx, name)
}

async function refuseSecond(tx: Transaction, name: SourceName): Promise<AccessError> {
  const open = await selectOpenRead(tx, name)
  const shown = open === undefined ? 'A read' : `The read ${formatTypeId('srd', open.id)} (${open.state})`
  return new AccessError(
    'sourceReadOpen',
    `${shown} of this source has not ended yet: wait for it, decide it or cancel it`,
  )
}

async function chooseMode(tx: Transaction, source: SourceRow, now: Date): Promise<ReadRow['mode']> {
  const name = { organizationId: source.organizationId, sourceId: source.id }
  if ((await selectCheckpoint(tx, name)) === undefined) return 'full'
  const [last] = await selectAcceptedReads(tx, name, { modes: ['full'], rowsMax: 1 })
  if (last === undefined) return 'full'
  const { fullEveryHours } = toSource(source).settings
  return now.getTime() - last.startedAt.getTime() >= fullEveryHours * 3_600_000 ? 'full' : 'delta'
}

/** The first read, and the first one under other rules, would change more than anybody foresees. */
async function needsApproval(tx: Transaction, source: SourceRow): Promise<boolean> {
  const { settings, kind } = toSource(source)
  if (settings.approval !== 'auto') return settings.approval === 'always'
  if (kind === 'file') return true
  const name = { organizationId: source.organizationId, sourceId: source.id }
  const modes = ['full', 'delta', 'session'] as const
  const [last] = await selectAcceptedReads(tx, name, { modes, rowsMax: 1 })
  return last === undefined || last.revision !== source.liveRevision
}

async function chooseFile(tx: Transaction, name: SourceName, fileId: string | undefined): Promise<string> {
  const [newest] = fileId === undefined ? await selectFiles(tx, name, { before: undefined, rowsMax: 1 }) : []
  const file = fileId === undefined ? newest : await selectFile(tx, { ...name, fileId })
  if (file !== undefined) return file.id
  const message = fileId === undefined ? 'No file was uploaded yet' : 'There is no such file'
  throw new AccessError('sourceFileNotFound', message, { field: 'file' })
}
