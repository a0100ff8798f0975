import type { Storage } from '@rollcall/scim/server'
import type { Authenticator } from '../../access/authenticate.ts'
import { rolesToGive } from '../../access/policies/roles.ts'
import type { OrganizationPrincipal, PrincipalConnection } from '../../access/principal.ts'
import type { RequestLog } from '../../audit/request-log.ts'
import type { DirectoryContext } from '../../directory/directory-context.ts'
import type { Parts } from '../../parts.ts'
import type { PlainRequest } from '../plain-request.ts'
import type { RequestContext } from '../request-context.ts'
import type { Endpoint } from './service-settings.ts'

/** What the SCIM mounts need besides the parts of the process. */
export type ScimParts = Parts & {
  readonly authenticator: Authenticator
  readonly requestLog: RequestLog
  /** Writes what is still in hand; called after the last request. */
  close(): Promise<void>
  readonly storage: Storage<DirectoryContext>
}

/** What the directory wants to know about a request, and what the request log wants to know. */
export type ScimContext = DirectoryContext & {
  readonly principal: OrganizationPrincipal
  readonly connection: PrincipalConnection
  readonly endpoint: Endpoint
  readonly web: RequestContext
  readonly request: PlainRequest
  readonly startedMs: number
}

/** The directory's store, for contexts that know more: inside of a transaction nothing of it is lost. */
export function toScimStorage(storage: Storage<DirectoryContext>): Storage<ScimContext> {
  const prepareMany = storage.prepareMany?.bind(storage)
  const transaction = storage.transaction?.bind(storage)
  return {
    find: (context, type, id, fields) => storage.find(context, type, id, fields),
    list: (context, type, query) => storage.list(context, type, query),
    create: (context, type, draft, fields) => storage.create(context, type, draft, fields),
    update: (context, type, id, update) => storage.update(context, type, id, update),
    remove: (context, type, id, ifVersion) => storage.remove(context, type, id, ifVersion),
    ...(prepareMany === undefined ? {} : { prepareMany }),
    ...(transaction === undefined
      ? {}
      : { transaction: (context, work) => transaction(context, (inner) => work({ ...context, ...inner })) }),
  }
}

export function toScimContext(
  given: Pick<ScimContext, 'principal' | 'connection' | 'endpoint' | 'web' | 'request' | 'startedMs' | 'now'>,
): ScimContext {
  const { principal, connection, endpoint, web } = given
  return {
    organizationId: principal.organizationId,
    connectionId: connection.id,
    actor: principal.actor,
    requestId: web.requestId,
    registry: endpoint.service.registry,
    style: endpoint.service.style,
    settings: endpoint.own,
    invites: endpoint.invites,
    mapsRoles: principal.hasRoleMappings,
    // Without an owner, what the identity provider says is the word of the organization.
    givesRoles: principal.owner === undefined ? 'all' : rolesToGive(principal.owner.permissions),
    ...given,
  }
}
