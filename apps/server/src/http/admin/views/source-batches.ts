import type { RouteAnswer } from '@rollcall/admin-api'
import type { SourceBatch } from '../../../sources/uploads/batches.ts'
import type { BatchRecord } from '../../../sources/uploads/batch-records.ts'
import { formatTypeId } from '../../../type-id.ts'
import { idOrNull } from '../views.ts'

type BatchView = RouteAnswer<'getSourceBatch'>

export function viewBatch(batch: SourceBatch): BatchView {
  const { kind, entries, uploadedBy } = batch
  return {
    id: formatTypeId('sbt', batch.id),
    sourceId: formatTypeId('src', batch.sourceId),
    kind,
    state: stateOf(batch),
    readId: idOrNull('srd', batch.readId),
    entries,
    uploadedBy,
    openedAt: batch.openedAt.toISOString(),
    changedAt: batch.changedAt.toISOString(),
  }
}

function stateOf({ state, readState }: SourceBatch): BatchView['state'] {
  if (state !== 'received') return state
  return readState ?? 'waiting'
}

export function viewBatchRecord({
  entry,
  outcome,
}: BatchRecord): RouteAnswer<'listSourceBatchRecords'>['data'][number] {
  const { situation = null, userId = null, operation = null, operationState = null } = outcome ?? {}
  return {
    place: entry.place,
    kind: entry.kind,
    anchor: entry.anchor ?? null,
    situation,
    personId: idOrNull('usr', userId),
    operation,
    operationState,
    ...errorOf(entry, outcome),
  }
}

type ErrorView = 'errorReason' | 'errorAttribute' | 'errorDetail'

function errorOf(
  entry: BatchRecord['entry'],
  outcome: BatchRecord['outcome'],
): Pick<RouteAnswer<'listSourceBatchRecords'>['data'][number], ErrorView> {
  if (entry.kind === 'bad') {
    const { reason, attribute = null, detail } = entry
    return { errorReason: reason, errorAttribute: attribute, errorDetail: detail }
  }
  const { errorReason = null, errorAttribute = null, errorDetail = null, operationDetail = null } = outcome ?? {}
  return { errorReason, errorAttribute, errorDetail: errorDetail ?? operationDetail }
}
