import type { RouteAnswer } from '@rollcall/admin-api'
import { noOrganization } from '../../../access/idempotency.ts'
import type { Run } from '../../../jobs/runs.ts'
import { formatTypeId } from '../../../type-id.ts'

export type RunView = RouteAnswer<'getRun'>

export function viewRun(row: Run): RunView {
  const { kind, state, done, total, createdBy, result, error } = row
  return {
    id: formatTypeId('run', row.id),
    organizationId: row.organizationId === noOrganization ? null : formatTypeId('org', row.organizationId),
    kind,
    state,
    done,
    total,
    createdBy,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    result,
    error,
  }
}

/** What a route with status 202 answers: the run, and where its progress can be read. */
export function acceptRun(row: Run): { readonly body: RunView; readonly location: string } {
  const body = viewRun(row)
  const place = body.organizationId === null ? '' : `/organizations/${body.organizationId}`
  return { body, location: `/api/v1${place}/runs/${body.id}` }
}
