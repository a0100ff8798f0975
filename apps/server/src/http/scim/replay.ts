import { createServiceProvider } from '@rollcall/scim/server'
import { scimError } from '@rollcall/scim'
import { AccessError } from '../../access/access-error.ts'
import { getConnection } from '../../access/connections.ts'
import { findKey } from '../../access/keys.ts'
import { getOrganization } from '../../access/organizations.ts'
import type { OrganizationPrincipal } from '../../access/principal.ts'
import { findOwnerRights } from '../../access/owner-rights.ts'
import type { RequestLogRow } from '../../audit/list-requests.ts'
import type { RequestChange } from '../../audit/inspect-request.ts'
import { tryInDirectory } from '../../directory/dry-run.ts'
import type { Parts } from '../../parts.ts'
import { formatTypeId } from '../../type-id.ts'
import { RequestContext } from '../request-context.ts'
import { limitStorage } from './limited-storage.ts'
import { permit } from './permit.ts'
import { toScimContext, toScimStorage, type ScimContext } from './scim-context.ts'
import { createEndpointCache } from './service-settings.ts'

/** What a request would be answered now, and what it would change; nothing of it stays. */
export type Replayed = {
  readonly status: number
  readonly body: string
  readonly changes: readonly RequestChange[]
}

export type ScimReplay = (row: RequestLogRow) => Promise<Replayed>

/** Addresses of ours up to where the protocol begins. */
const mountPattern =
  /^(?:\/o\/[^/]+\/scim(?:\/v2)?|\/api\/v2\/scim|\/api\/v3\/scim\/v2|\/scim\/v2\/(?:enterprises|organizations)\/[^/]+|\/scim\/v2|\/scim)(?=\/|$)/

/** Sends a request of the log through the real service provider on a database of which nothing is kept. */
export function createScimReplay(parts: Parts): ScimReplay {
  const endpoints = createEndpointCache(parts)
  return async (row) => {
    const prefix = mountPattern.exec(row.path)?.[0]
    refuseUnrepeatable(row, prefix)
    const principal = await findPrincipal(parts, row)
    const publicUrl = parts.publicUrl()
    const request = new Request(publicUrl.href + row.path, {
      method: row.method,
      headers: {
        'content-type': 'application/scim+json',
        accept: 'application/scim+json',
        'user-agent': row.client ?? '',
      },
      ...(row.requestBody !== null && { body: row.requestBody }),
    })
    const web = new RequestContext({
      request,
      connection: undefined,
      arrivedAt: parts.clock(),
      publicUrl,
      isPublicUrlSet: true,
      proxyHops: 0,
      logger: parts.logger,
    })
    web.prefix = prefix ?? ''
    const path = row.path.slice(web.prefix.length)
    web.path = path.split('?')[0] ?? path
    const { connection } = principal
    const endpoint = await endpoints.find(principal, connection, web.mountUrl)
    const startedMs = performance.now()
    const at = { organizationId: row.organizationId, requestId: web.requestId }
    const { result, changes } = await tryInDirectory(parts.database, at, async ({ database, storage }) => {
      const provider = createServiceProvider<ScimContext>({
        storage: limitStorage(toScimStorage(storage), database),
        authenticate: () => {
          throw scimError('internal', 'A replay is authenticated before')
        },
        settings: () => endpoint.service,
        findSubject: () => undefined,
        authorize: permit,
        nowMs: () => parts.clock().getTime(),
      })
      const context = toScimContext({ principal, connection, endpoint, web, request, startedMs, now: parts.clock() })
      const response = await provider.serve(request, { path, context, settings: endpoint.service })
      return { status: response.status, body: await response.text() }
    })
    return { ...result, changes }
  }
}

/** What is not kept as it came cannot come again. */
function refuseUnrepeatable(row: RequestLogRow, prefix: string | undefined): void {
  const isWrite = row.method !== 'GET' && row.method !== 'DELETE'
  if (prefix === undefined) throw new AccessError('notReplayable', 'Only requests of SCIM 2.0 can be replayed')
  if (isWrite && row.requestBody === null)
    throw new AccessError('notReplayable', 'The body of this request was not kept')
  if (row.requestBody?.endsWith('…') === true)
    throw new AccessError('notReplayable', 'Only the beginning of the body of this request was kept')
}

/** Whoever sent it, with the rights that he has now; the key may be gone by now. */
async function findPrincipal({ database }: Parts, row: RequestLogRow) {
  const { organizationId, connectionId, keyId } = row
  if (connectionId === null || keyId === null)
    throw new AccessError('notReplayable', 'The request was refused before anybody knew whose it is')
  const [organization, connection, key] = await Promise.all([
    getOrganization(database, organizationId),
    getConnection(database, organizationId, connectionId),
    findKey(database, organizationId, keyId),
  ])
  const ownerId = key?.serviceAccountId ?? key?.userId ?? undefined
  return {
    kind: 'organization',
    organizationId,
    organizationSlug: organization.slug,
    organizationVersion: organization.version,
    keyId,
    keyName: key?.name ?? '',
    scopes: ['scim'],
    actor: formatTypeId('key', keyId),
    userId: key?.userId ?? undefined,
    userScimId: undefined,
    serviceAccountId: key?.serviceAccountId ?? undefined,
    owner: ownerId === undefined ? undefined : await findOwnerRights(database, organizationId, ownerId),
    hasRoleMappings: true,
    connection,
  } satisfies OrganizationPrincipal
}
