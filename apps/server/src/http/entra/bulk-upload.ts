import { apiError } from '@rollcall/admin-api'
import { toCallerRights } from '../../access/rights.ts'
import { parseTypeId } from '../../type-id.ts'
import type { AdminApi } from '../admin/answer.ts'
import { identify, requireScope } from '../admin/authorize.ts'
import { acceptBulkUpload } from '../admin/bulk-upload.ts'
import { placeOfLog } from '../admin/handlers/source-batches.ts'
import { takeBody } from '../admin/read-body.ts'
import type { RequestContext } from '../request-context.ts'

const path = /^\/bulkUpload\/?$/

export function isBulkUpload(context: RequestContext): boolean {
  return path.test(context.path)
}

/** Takes records as Microsoft Graph does; answers where the log of the upload is. Throws what the admin API would. */
export async function answerBulkUpload(api: AdminApi, request: Request, context: RequestContext): Promise<string> {
  context.route = '/servicePrincipals/{source}/synchronization/jobs/{job}/bulkUpload'
  if (request.method !== 'POST')
    throw apiError('methodNotAllowed', 'This path takes POST', { headers: { allow: 'POST' } })
  const principal = await identify(api, request.headers.get('authorization'), context)
  if (principal.kind !== 'organization')
    throw apiError('forbidden', 'The path names no organization: send a key of one')
  const { organizationId, organizationSlug, actor } = principal
  context.organization = organizationSlug
  context.organizationId = organizationId
  requireScope(principal, 'sources:upload')
  const { incoming } = await takeBody({ takesBytes: 'application/scim+json' }, request)
  const { clock } = api.parts
  const call = { actor, now: clock(), requestId: context.requestId, rights: toCallerRights(principal) }
  const name = { organizationId, sourceId: toSourceId(context) }
  return context.baseUrl + placeOfLog(organizationSlug, await acceptBulkUpload(api.parts, call, { name, incoming }))
}

/** A source is its own service principal and has one job; both are named by its id. */
function toSourceId(context: RequestContext): string {
  const source = parseTypeId('src', context.parameters.get('app') ?? '')
  const job = parseTypeId('src', context.parameters.get('job') ?? '')
  if (source === undefined || source !== job) throw apiError('notFound', 'There is no such job')
  return source
}
