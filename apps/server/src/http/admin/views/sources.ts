import type { RouteAnswer } from '@rollcall/admin-api'
import { toCounts } from '../../../sources/counts.ts'
import type { SourceEntry } from '../../../sources/reader.ts'
import type { SourceRead } from '../../../sources/read-decisions.ts'
import type { EscrowEntry, SourceRecord, SourceRecordSummary } from '../../../sources/records.ts'
import type { SourceRulesRevision } from '../../../sources/rules-revisions.ts'
import type { Source } from '../../../sources/source.ts'
import type { SourceTest } from '../../../sources/test-source.ts'
import { formatTypeId } from '../../../type-id.ts'
import { idOrNull } from '../views.ts'
import { viewUpcomingDates } from './upcoming-dates.ts'

type SourceView = RouteAnswer<'getSource'>
type ReadView = RouteAnswer<'getSourceRead'>
type RecordView = RouteAnswer<'getSourceRecord'>

export function viewSource(source: Source): SourceView {
  const { name, state, pausedReason, liveRevision, draftRevision, place, settings, precedence } = source
  const { version, createdBy, credentialsKind } = source
  return {
    id: formatTypeId('src', source.id),
    connectionId: formatTypeId('con', source.id),
    name,
    state,
    pausedReason,
    liveRevision,
    draftRevision,
    place,
    credentials: credentialsKind === null ? null : { kind: credentialsKind },
    settings,
    precedence,
    nextReadAt: source.nextReadAt?.toISOString() ?? null,
    version,
    createdBy,
    createdAt: source.createdAt.toISOString(),
    updatedAt: source.updatedAt.toISOString(),
  }
}

export function viewSourceTest(test: SourceTest): RouteAnswer<'testSource'> {
  const { reason = null, explanation, detail = null, place = null, columns, sample, steps, format } = test
  return {
    isWorking: reason === null,
    reason,
    meaning: explanation?.meaning ?? null,
    remedy: explanation?.remedy ?? null,
    detail,
    place,
    columns: [...columns],
    sample: sample.map(viewEntry),
    steps: steps.map(({ detail: said = null, ...step }) => ({ ...step, detail: said })),
    format: format === undefined ? null : { ...format },
  }
}

function viewEntry(entry: SourceEntry): RouteAnswer<'testSource'>['sample'][number] {
  const isBad = entry.kind === 'bad'
  return {
    kind: entry.kind,
    anchor: entry.anchor === undefined || entry.anchor === '' ? null : entry.anchor,
    place: entry.place,
    attributes: entry.kind === 'record' ? { ...entry.attributes } : null,
    attribute: isBad ? (entry.attribute ?? null) : null,
    reason: isBad ? entry.reason : null,
    detail: isBad ? entry.detail : null,
  }
}

export function viewSourceRevision(row: SourceRulesRevision): RouteAnswer<'getSourceRules'> {
  return { ...viewSourceRevisionSummary(row), rules: row.document }
}

export function viewSourceRevisionSummary(
  row: SourceRulesRevision,
): RouteAnswer<'listSourceRevisions'>['data'][number] {
  const { revision, state, note, createdBy, createdAt } = row
  return { revision, state, note, createdBy, createdAt: createdAt.toISOString() }
}

export function viewRead(read: SourceRead): ReadView {
  const { mode, state, heldDetail, errorReason, errorDetail, revision, requiresApproval, failures, startedBy } = read
  return {
    id: formatTypeId('srd', read.id),
    sourceId: formatTypeId('src', read.sourceId),
    mode,
    state,
    // Written by the guards only.
    heldReason: read.heldReason as ReadView['heldReason'],
    heldDetail,
    errorReason,
    errorDetail,
    revision,
    requiresApproval,
    progress: viewProgress(read),
    // Steps write numbers only.
    counts: { ...(read.counts as Record<string, number>), ...toCounts(read.counts) },
    failures,
    retryAt: read.retryAt?.toISOString() ?? null,
    startedBy,
    startedAt: read.startedAt.toISOString(),
    endedAt: read.endedAt?.toISOString() ?? null,
  }
}

function viewProgress(read: SourceRead): ReadView['progress'] {
  if (read.progress === null) return null
  const { done, total, at } = read.progress
  // Up to the last page: a read that waits for somebody is no slower for it.
  const until = typeof at === 'string' ? Date.parse(at) : read.startedAt.getTime()
  const seconds = (until - read.startedAt.getTime()) / 1_000
  const { read: records, bad } = toCounts(read.counts)
  return {
    done: numberOrNull(done) ?? 0,
    total: numberOrNull(total),
    recordsPerSecond: seconds <= 0 ? null : Math.round((records + bad) / seconds),
  }
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}

export function viewRecordSummary(row: SourceRecordSummary): RouteAnswer<'listSourceRecords'>['data'][number] {
  const { anchor, situation, isPending, isDeleted, absentReads, place } = row
  const { errorReason, errorAttribute, errorDetail } = row
  return {
    anchor,
    situation,
    personId: idOrNull('usr', row.userId),
    isPending,
    isDeleted,
    absentReads,
    absentSince: row.absentSince?.toISOString() ?? null,
    place,
    errorReason,
    errorAttribute,
    errorDetail,
    updatedAt: row.updatedAt.toISOString(),
  }
}

export function viewRecord(row: SourceRecord): RecordView {
  const { raw, mapped, mappedRevision } = row
  return {
    ...viewRecordSummary(row),
    raw: { ...raw },
    mapped,
    mappedRevision,
    upcoming: viewUpcomingDates(row.upcoming),
  }
}

export function viewEscrowEntry(row: EscrowEntry): RouteAnswer<'listSourceEscrow'>['data'][number] {
  const { anchor, place, attribute, reason, detail } = row
  return {
    id: formatTypeId('sesc', row.id),
    readId: formatTypeId('srd', row.readId),
    anchor,
    place,
    attribute,
    reason,
    detail,
    createdAt: row.createdAt.toISOString(),
  }
}
