import { apiError } from '@rollcall/admin-api'
import { forgetLink, findLink, type AppLink } from '../../provisioning/apps/links.ts'
import type { AppName } from '../../provisioning/apps/app.ts'
import { formatTypeId, parseTypeId } from '../../type-id.ts'
import type { AdminApi } from '../admin/answer.ts'
import { identify, requireScope } from '../admin/authorize.ts'
import { decodeSegment } from '../mount.ts'
import type { RequestContext } from '../request-context.ts'

// OData's two ways to name one of a collection.
const paths = [/^\/objectConnections\('(.*)'\)$/, /^\/objectConnections\/([^/]+)$/]
const collection = /^\/objectConnections(?:\(\))?$/

/** The body of the answer; undefined: done, nothing to say. Throws what the admin API would. */
export async function answerObjectConnections(
  api: AdminApi,
  request: Request,
  context: RequestContext,
): Promise<object | undefined> {
  const path = context.path.replace(/\/$/, '')
  const id = paths.map((pattern) => pattern.exec(path)?.[1]).find((found) => found !== undefined)
  if (id === undefined && !collection.test(path)) throw apiError('notFound', 'The job has no such path')
  context.route = '/servicePrincipals/{app}/synchronization/jobs/{job}/objectConnections'
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (!isRead && request.method !== 'DELETE')
    throw apiError('methodNotAllowed', 'This path takes GET, DELETE', { headers: { allow: 'GET, DELETE' } })
  const principal = await identify(api, request.headers.get('authorization'), context)
  if (principal.kind !== 'organization')
    throw apiError('forbidden', 'The path names no organization: send a key of one')
  const { organizationId, organizationSlug, actor } = principal
  context.organization = organizationSlug
  context.organizationId = organizationId
  requireScope(principal, isRead ? 'apps:read' : 'apps:manage')
  if (id === undefined)
    throw apiError('invalidRequest', 'Object connections are not listed: name one by the id of its object or account')
  const app = { organizationId, appId: toAppId(context) }
  const { database } = api.parts
  const link = await findObjectLink(api, app, decodeSegment(id).replaceAll("''", "'"))
  if (isRead) {
    if (link === undefined) throw apiError('notFound', 'The job connects nothing with this id')
    return view(link)
  }
  const call = { actor, now: api.parts.clock(), requestId: context.requestId, rights: 'all' } as const
  await forgetLink(database, call, { ...app, objectId: link?.objectId })
  return undefined
}

/** An app is its own service principal and has one job; both are named by its id. */
function toAppId(context: RequestContext): string {
  const app = parseTypeId('app', context.parameters.get('app') ?? '')
  const job = parseTypeId('app', context.parameters.get('job') ?? '')
  if (app === undefined || app !== job) throw apiError('notFound', 'There is no such job')
  return app
}

/** By the id of the person or team here, else by that of the account there. */
async function findObjectLink({ parts }: AdminApi, app: AppName, id: string): Promise<AppLink | undefined> {
  return findLink(parts.database, app, { objectId: parseTypeId('usr', id) ?? parseTypeId('team', id), targetKey: id })
}

function view({ kind, objectId, name, targetKey }: AppLink): object {
  const id = formatTypeId(kind === 'user' ? 'usr' : 'team', objectId)
  return {
    objectId: id,
    sourceAnchor: id,
    targetAnchor: targetKey,
    displayName: name,
    objectTypeName: kind === 'user' ? 'User' : 'Group',
  }
}
