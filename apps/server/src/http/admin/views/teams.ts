import type { RouteAnswer } from '@rollcall/admin-api'
import type { TeamEvent } from '../../../directory/team-history.ts'
import type { ExternalGroup, ExternalGroupDetails } from '../../../directory/team-links.ts'
import type { MemberView } from '../../../directory/team-people.ts'
import type { OrganizationMember } from '../../../directory/organization-members.ts'
import type { TeamDetails, TeamView } from '../../../directory/teams.ts'
import { formatTypeId } from '../../../type-id.ts'
import { idOrNull } from '../views.ts'

type Team = RouteAnswer<'listTeams'>['data'][number]

/** What a banner on an unsynchronised team says, in GitHub's words. */
const syncMessages = {
  inSync: null,
  insufficientLicenses: 'Out of sync due to insufficient licenses',
  outOfSync: 'Out of sync',
} as const

export function viewTeam(row: TeamView): Team {
  const isManaged = row.connectionId !== null
  return {
    id: formatTypeId('team', row.id),
    handle: row.handle,
    name: row.name,
    description: row.description,
    isManaged,
    badge: isManaged ? 'managed externally' : null,
    locked: listLocked(row),
    managedBy: viewManager(row),
    group: row.groupId === null ? null : { id: formatTypeId('grp', row.groupId), name: row.groupName ?? '' },
    ruleRevision: row.ruleRevision,
    sync: viewSync(row),
    ownSource: row.ownSource,
    source: row.source,
    ...(row.peopleCount !== undefined && { peopleCount: row.peopleCount }),
    ...(row.teamsCount !== undefined && { teamsCount: row.teamsCount }),
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    deletedAt: row.deletedAt?.toISOString() ?? null,
  }
}

function listLocked({ connectionId, groupId, ruleRevision, source }: TeamView): Team['locked'] {
  if (connectionId !== null) return ['name', 'handle', 'members']
  return groupId !== null || source === 'managed' || ruleRevision !== null ? ['members'] : []
}

function viewManager({ connectionId, connectionName, scimId, externalId }: TeamView): Team['managedBy'] {
  if (connectionId === null || scimId === null) return null
  return { connectionId: formatTypeId('con', connectionId), name: connectionName ?? '', scimId, externalId }
}

function viewSync({ syncState, syncMissing, reconciledAt }: TeamView): Team['sync'] {
  if (syncState === null) return null
  return {
    state: syncState,
    message: syncMessages[syncState],
    missing: syncMissing,
    reconciledAt: reconciledAt?.toISOString() ?? null,
  }
}

export function viewTeamDetails(row: TeamDetails): RouteAnswer<'getTeam'> {
  const maintainers = row.maintainers.map(({ userId, name, state, since }) => {
    return { userId: formatTypeId('usr', userId), name, state, since: since.toISOString() }
  })
  return { ...viewTeam(row), maintainers }
}

export function viewMember(row: MemberView): RouteAnswer<'listTeamMembers'>['data'][number] {
  const { kind, name, userName, state, isDirect, isManual } = row
  const id = memberId(row)
  const since = row.since.toISOString()
  return { id, kind, name, userName, state, isDirect, isManual, since, until: row.until?.toISOString() ?? null }
}

function memberId({ kind, id }: { readonly kind: 'user' | 'team'; readonly id: string }): string {
  return formatTypeId(kind === 'user' ? 'usr' : 'team', id)
}

export function viewTeamEvent(row: TeamEvent): RouteAnswer<'listTeamHistory'>['data'][number] {
  const { action, data, actor, joinedCount, leftCount } = row
  return {
    position: Number(row.position),
    at: row.at.toISOString(),
    action,
    via: data.via,
    actor,
    connectionId: idOrNull('con', row.connection_id),
    requestId: row.request_id === '' ? null : row.request_id,
    ruleRevision: data.revision ?? null,
    version: row.subject_version,
    joined: row.joined.map(({ kind, id, name }) => ({ id: memberId({ kind, id }), name })),
    left: row.left.map(({ kind, id, name }) => ({ id: memberId({ kind, id }), name })),
    joinedCount,
    leftCount,
    changes: (data.changes ?? []).map(({ path, before, after }) => ({ path, before, after })),
  }
}

export function viewOrganizationMember(
  row: OrganizationMember,
): RouteAnswer<'listOrganizationMembers'>['data'][number] {
  const { name, userName, state, isDirect, teamsCount } = row
  const userId = formatTypeId('usr', row.userId)
  return { userId, name, userName, state, isDirect, teamsCount, joinedAt: row.joinedAt.toISOString() }
}

export function viewExternalGroup(row: ExternalGroup): RouteAnswer<'listExternalGroups'>['data'][number] {
  return {
    id: formatTypeId('grp', row.id),
    number: row.number,
    name: row.name,
    scimId: row.scimId,
    externalId: row.externalId,
    connectionId: idOrNull('con', row.connectionId),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

export function viewExternalGroupDetails(row: ExternalGroupDetails): RouteAnswer<'getExternalGroup'> {
  const teams = row.teams.map(({ id, display }) => ({ id: formatTypeId('team', id), name: display }))
  return { ...viewExternalGroup(row), peopleCount: row.peopleCount, teams }
}
