import type { RouteAnswer } from '@rollcall/admin-api'
import { formatTypeId } from '../../../type-id.ts'
import type { SourceDecision } from '../../../sources/decisions.ts'
import { maskChanges, maskText, secretValuesOf } from '../../../sources/plan/mask.ts'
import type { SourcePlan, SourceOperation } from '../../../sources/plan/source-plan.ts'
import type { RecordPreview } from '../../../sources/preview-record.ts'
import { parseMapped } from '../../../sources/map/mapped.ts'

export function viewSourcePlan({ read, parts, teams, summary }: SourcePlan): RouteAnswer<'getSourcePlan'> {
  return {
    readId: formatTypeId('srd', read.id),
    sourceId: formatTypeId('src', read.sourceId),
    state: read.state,
    requiresApproval: read.requiresApproval,
    approvedBy: read.approvedBy,
    summary,
    operations: parts.map(({ operation, state, count, examples }) => ({
      operation,
      state,
      count,
      examples: examples.map(({ anchor, name }) => ({ anchor, name })),
    })),
    teams: {
      operations: teams.operations.map(({ examples, ...part }) => ({ ...part, examples: [...examples] })),
      members: teams.moves.map(({ isAdded, state, count }) => ({ change: isAdded ? 'add' : 'remove', state, count })),
    },
  }
}

export function viewSourceOperation(row: SourceOperation): RouteAnswer<'listSourceOperations'>['data'][number] {
  const { anchor, round, operation, state, situation, reason, name, place } = row
  return {
    anchor,
    round,
    operation,
    state,
    situation,
    reason,
    personId: idOrNull('usr', row.user_id),
    name,
    changes: viewChanges(row.differences, parseMapped(row.mapped)?.secret ?? []),
    candidates: row.candidates.map(viewNamed),
    place,
    holdId: idOrNull('hold', row.hold_id),
    error: viewError(row),
  }
}

function viewError(row: SourceOperation): RouteAnswer<'listSourceOperations'>['data'][number]['error'] {
  const mapped = parseMapped(row.mapped)
  const secrets = mapped === undefined ? [] : secretValuesOf(mapped)
  if (row.error_detail !== null)
    return { reason: 'refused', attribute: null, detail: maskText(row.error_detail, secrets) }
  if (row.situation !== 'escrowed' || row.record_error_reason === null) return null
  return {
    reason: row.record_error_reason,
    attribute: row.record_error_attribute,
    detail: row.record_error_detail ?? '',
  }
}

export function viewSourceDecision(row: SourceDecision): RouteAnswer<'decideSourceRecord'> {
  const { anchor, decision, reason } = row
  return {
    anchor,
    decision,
    personId: idOrNull('usr', row.user_id),
    personName: row.user_name,
    reason,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at.toISOString(),
  }
}

export function viewRecordPreview(preview: RecordPreview): RouteAnswer<'previewSourceRecord'> {
  const { anchor, revision, situation, operation, reason, name, mapped, attributes, error } = preview
  return {
    anchor,
    revision,
    situation,
    operation,
    reason,
    personId: idOrNull('usr', preview.userId),
    name,
    candidates: preview.candidates.map(viewNamed),
    mapped,
    attributes,
    changes: viewChanges(preview.differences, preview.secret),
    error,
  }
}

function viewChanges(differences: string | null, secret: readonly string[]) {
  return maskChanges(differences, secret).map(({ path, before, after }) => ({ path, before, after }))
}

function viewNamed({ id, name }: { readonly id: string; readonly name: string | null }) {
  return { id: formatTypeId('usr', id), name }
}

function idOrNull(prefix: 'usr' | 'hold', id: string | null): string | null {
  return id === null ? null : formatTypeId(prefix, id)
}
