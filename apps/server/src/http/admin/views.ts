import type { RouteAnswer } from '@rollcall/admin-api'
import type { Connection } from '../../access/connections.ts'
import type { Organization } from '../../access/organizations.ts'
import type { RequestLogLine } from '../../audit/list-requests.ts'
import type { HeldChangeView, Hold } from '../../directory/holds.ts'
import { formatTypeId, type IdPrefix } from '../../type-id.ts'

/** Base URL for identity providers of an organization. */
export function scimUrl(baseUrl: string, slug: string): string {
  return `${baseUrl}/o/${slug}/scim/v2`
}

export function viewOrganization(row: Organization, baseUrl: string): RouteAnswer<'getOrganization'> {
  // The retention of the audit log has a route and a permission of its own.
  const { audit: _, ...settings } = row.settings
  return {
    id: formatTypeId('org', row.id),
    slug: row.slug,
    name: row.name,
    // Stored settings were checked by the schema that they are answered with.
    settings,
    scimUrl: scimUrl(baseUrl, row.slug),
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

type ConnectionView = RouteAnswer<'getConnection'>

export function viewConnection(row: Connection, place: { baseUrl: string; slug: string }): ConnectionView {
  return {
    id: formatTypeId('con', row.id),
    organizationId: formatTypeId('org', row.organizationId),
    // These four were checked by the schemas that they are answered with.
    type: row.type as ConnectionView['type'],
    profile: row.profile as ConnectionView['profile'],
    style: row.style as ConnectionView['style'],
    settings: row.settings,
    name: row.name,
    preset: row.preset,
    owner: idOrNull('usr', row.ownerUserId),
    createdBy: row.createdBy,
    isDefault: row.isDefault,
    state: row.state,
    scimUrl: row.type === 'scim' ? scimUrl(place.baseUrl, place.slug) : null,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

export function viewRequestLine(row: RequestLogLine): RouteAnswer<'listRequests'>['data'][number] {
  return {
    id: formatTypeId('req', row.id),
    at: row.at.toISOString(),
    connectionId: idOrNull('con', row.connectionId),
    keyId: idOrNull('key', row.keyId),
    client: row.client,
    ip: row.ip,
    method: row.method,
    path: row.path,
    resourceType: row.resourceType,
    resourceId: row.resourceId,
    externalId: row.externalId,
    status: row.status,
    scimType: row.scimType,
    detail: row.detail,
    durationMs: row.durationUs / 1000,
    rules: [...row.rules],
  }
}

export function viewHold(row: Hold): RouteAnswer<'listHolds'>['data'][number] {
  return {
    id: formatTypeId('hold', row.id),
    connectionId: formatTypeId('con', row.connection_id),
    state: row.state,
    threshold: row.threshold,
    changeCount: row.change_count,
    openedAt: row.opened_at.toISOString(),
    decidedAt: row.decided_at?.toISOString() ?? null,
    decidedBy: row.decided_by,
    undoneAt: row.undone_at?.toISOString() ?? null,
    undoneBy: row.undone_by,
    version: row.version,
  }
}

export function viewHeldChange(row: HeldChangeView): RouteAnswer<'getHold'>['changes'][number] {
  const { action, subject_kind: kind, subject_id: subjectId, subject_name: name } = row
  const subject = { kind, id: formatTypeId(kind === 'user' ? 'usr' : 'team', subjectId), name }
  // Only who leaves a team is somebody else than the subject; the guard counts people only.
  const leaving = { kind: 'user' as const, id: formatTypeId('usr', row.member_id), name: row.member_name }
  const requestedAt = row.requested_at.toISOString()
  const { undone, reason } = row
  const revokedKeys = row.revoked_keys.map(({ id, name: keyName, hint }) => {
    return { id: formatTypeId('key', id), name: keyName, hint }
  })
  const appliedAt = row.applied_at?.toISOString() ?? null
  const member = action === 'remove' ? leaving : null
  return { action, subject, member, requestedAt, appliedAt, undone, reason, revokedKeys }
}

export function idOrNull(prefix: IdPrefix, id: string | null): string | null {
  return id === null ? null : formatTypeId(prefix, id)
}
