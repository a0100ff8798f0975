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
  const bad = entry.kind === 'bad' ? entry : undefined
  return {
    place: entry.place,
    kind: entry.kind,
    anchor: entry.anchor ?? null,
    situation: outcome?.situation ?? null,
    personId: idOrNull('usr', outcome?.userId ?? null),
    operation: outcome?.operation ?? null,
    operationState: outcome?.operationState ?? null,
    errorReason: bad?.reason ?? outcome?.errorReason ?? null,
    errorAttribute: bad?.attribute ?? outcome?.errorAttribute ?? null,
    errorDetail: bad?.detail ?? outcome?.errorDetail ?? outcome?.operationDetail ?? null,
  }
}
