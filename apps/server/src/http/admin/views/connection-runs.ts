import type { RouteAnswer } from '@rollcall/admin-api'
import type { ConnectionRun } from '../../../directory/connection-runs.ts'
import type { IdentityLink } from '../../../directory/identity-links.ts'
import { formatTypeId } from '../../../type-id.ts'
import { idOrNull } from '../views.ts'

export function viewRun(run: ConnectionRun): RouteAnswer<'getConnectionRun'> {
  return {
    id: formatTypeId('run', run.id),
    connectionId: formatTypeId('con', run.connectionId),
    action: run.action,
    people: run.people,
    teams: run.teams,
    successor: idOrNull('con', run.successorId),
    state: run.state,
    progress: { ...run.counts },
    startedAt: run.startedAt.toISOString(),
    startedBy: run.startedBy,
    finishedAt: run.finishedAt?.toISOString() ?? null,
    undoneAt: run.undoneAt?.toISOString() ?? null,
    undoneBy: run.undoneBy,
  }
}

/** What begins or undoes a run answers: the run, and where its progress can be read. */
export function acceptRun(run: ConnectionRun): {
  readonly body: RouteAnswer<'getConnectionRun'>
  readonly location: string
} {
  const body = viewRun(run)
  const organization = formatTypeId('org', run.organizationId)
  return { body, location: `/api/v1/organizations/${organization}/connection-runs/${body.id}` }
}

export function viewLink(row: IdentityLink): RouteAnswer<'listLinks'>['data'][number] {
  return {
    accountId: formatTypeId('usr', row.subjectId),
    userName: row.name,
    externalId: row.externalId,
    scimId: row.scimId,
    state: row.state,
    outcome: row.outcome,
    reason: row.reason,
  }
}
