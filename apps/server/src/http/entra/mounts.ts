import type { AdminApi } from '../admin/answer.ts'
import type { AdminParts } from '../admin/call-context.ts'
import { securityHeaders } from '../admin/headers.ts'
import { createRateLimit } from '../admin/rate-limit.ts'
import { tellOrigin } from '../admin/tell-audit.ts'
import { toApiError } from '../admin/to-api-error.ts'
import type { Mount } from '../mount.ts'
import type { RequestContext } from '../request-context.ts'
import { answerBulkUpload, isBulkUpload } from './bulk-upload.ts'
import { answerObjectConnections } from './object-connections.ts'

/** Clients replace Graph's own address, with the version that it ends in or without. */
const roots = ['', '/graph/v1.0'] as const

/** Calls about synchronization jobs as Microsoft Graph has them, for clients that speak to Entra ID today. */
export function entraMounts(parts: AdminParts, options: Pick<AdminApi, 'authenticator' | 'origins'>): readonly Mount[] {
  const api: AdminApi = { ...options, parts, rateLimit: createRateLimit() }
  return roots.map((root) => ({
    prefix: `${root}/servicePrincipals/:app/synchronization/jobs/:job`,
    fetch: (request, context) => answer(api, request, context),
  }))
}

async function answer(api: AdminApi, request: Request, context: RequestContext): Promise<Response> {
  const headers = new Headers(securityHeaders(context.baseUrl))
  try {
    if (isBulkUpload(context)) {
      headers.set('location', await answerBulkUpload(api, request, context))
      return new Response(null, { status: 202, headers })
    }
    const body = await answerObjectConnections(api, request, context)
    if (body === undefined) return new Response(null, { status: 204, headers })
    headers.set('content-type', 'application/json; charset=utf-8')
    return new Response(request.method === 'HEAD' ? null : JSON.stringify(body), { status: 200, headers })
  } catch (error) {
    return toRefusal(error, context, headers)
  } finally {
    tellOrigin({ ...api, request, context })
  }
}

const graphCodes: ReadonlyMap<number, string> = new Map([
  [400, 'Request_BadRequest'],
  [401, 'InvalidAuthenticationToken'],
  [403, 'Authorization_RequestDenied'],
  [404, 'Request_ResourceNotFound'],
  [405, 'Request_BadRequest'],
  [409, 'Conflict'],
  [429, 'TooManyRequests'],
])

/** Refusals in the shape of Microsoft Graph. */
function toRefusal(error: unknown, context: RequestContext, headers: Headers): Response {
  const { status, code, message, headers: own, cause } = toApiError(error)
  if (code === 'internal') context.logger.error({ err: cause }, 'A request failed unexpectedly')
  for (const [name, value] of Object.entries(own)) headers.set(name, value)
  headers.set('content-type', 'application/json; charset=utf-8')
  const body = {
    error: {
      code: graphCodes.get(status) ?? 'InternalServerError',
      message,
      innerError: { code, 'request-id': context.requestId },
    },
  }
  return new Response(JSON.stringify(body), { status, headers })
}
