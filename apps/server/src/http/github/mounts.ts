import type { AdminApi } from '../admin/answer.ts'
import type { AdminParts } from '../admin/call-context.ts'
import { securityHeaders } from '../admin/headers.ts'
import { createRateLimit } from '../admin/rate-limit.ts'
import { tellOrigin } from '../admin/tell-audit.ts'
import { toApiError } from '../admin/to-api-error.ts'
import type { Mount } from '../mount.ts'
import type { RequestContext } from '../request-context.ts'
import { answerExternalGroups } from './external-groups.ts'

/** GitHub's REST calls about external groups, for clients that speak to GitHub today. */
export function githubMounts(
  parts: AdminParts,
  options: Pick<AdminApi, 'authenticator' | 'origins'>,
): readonly Mount[] {
  const api: AdminApi = { ...options, parts, rateLimit: createRateLimit() }
  return [{ prefix: '/api/v3/orgs/:slug', fetch: (request, context) => answer(api, request, context) }]
}

async function answer(api: AdminApi, request: Request, context: RequestContext): Promise<Response> {
  const headers = new Headers(securityHeaders(context.baseUrl))
  try {
    const { status, body, link } = await answerExternalGroups(api, request, context)
    if (link !== undefined) headers.set('link', link)
    if (status === 204) return new Response(null, { status, headers })
    headers.set('content-type', 'application/json; charset=utf-8')
    return new Response(request.method === 'HEAD' ? null : JSON.stringify(body), { status, headers })
  } catch (error) {
    return toRefusal(error, context, headers)
  } finally {
    tellOrigin({ ...api, request, context })
    // Who is in a team may decide what his keys may do.
    if (request.method !== 'GET' && request.method !== 'HEAD') api.authenticator.doubt()
  }
}

/** Refusals in GitHub's shape; what is wrong in particular stands in `errors`. */
function toRefusal(error: unknown, context: RequestContext, headers: Headers): Response {
  const { status, code, message, errors, headers: own, cause } = toApiError(error)
  if (code === 'internal') context.logger.error({ err: cause }, 'A request failed unexpectedly')
  for (const [name, value] of Object.entries(own)) headers.set(name, value)
  headers.set('content-type', 'application/json; charset=utf-8')
  const body = {
    message,
    documentation_url: `${context.baseUrl}/errors/${code}`,
    // GitHub says it as text.
    status: String(status),
    ...(errors.length > 0 && { errors: errors.map((each) => ({ code: each.code, message: each.detail })) }),
  }
  return new Response(JSON.stringify(body), { status, headers })
}
