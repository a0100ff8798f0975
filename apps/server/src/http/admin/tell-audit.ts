import type { ApiError } from '@rollcall/admin-api'
import { noOrganization } from '../../access/idempotency.ts'
import { recordRefusedCall } from '../../access/refused-calls.ts'
import type { CallOrigins } from '../../audit/call-origins.ts'
import { redactShapes } from '../../audit/redact-log-text.ts'
import type { RequestContext } from '../request-context.ts'
import type { AdminParts } from './call-context.ts'

type Told = {
  readonly parts: Pick<AdminParts, 'database'>
  readonly origins: CallOrigins
  readonly request: Request
  readonly context: RequestContext
}

const messageCharactersMax = 1_000

/** Where a call that may change something came from, for the events that its changes become. */
export function tellOrigin({ origins, request, context }: Told): void {
  const { organizationId = noOrganization, actor, requestId, arrivedAt: at, clientIp: ip, route } = context
  if (actor === undefined || request.method === 'GET' || request.method === 'HEAD') return
  const userAgent = request.headers.get('user-agent')
  origins.note({ organizationId, requestId, at, ip, userAgent, method: request.method, route })
}

/**
 * A refused call of somebody who is known, in an organization that he sees. Reads count only when they are forbidden;
 * what comes too often is not written down, or whoever calls could fill the database.
 */
export async function tellRefusal(told: Told, path: string, error: ApiError): Promise<void> {
  const { parts, request, context } = told
  const { organizationId, actor } = context
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (organizationId === undefined || actor === undefined || error.status >= 500 || error.status === 429) return
  if (isRead && error.status !== 403) return
  await recordRefusedCall(parts.database, {
    organizationId,
    id: context.id,
    at: context.arrivedAt,
    actor,
    requestId: context.requestId,
    method: request.method,
    route: context.route,
    path,
    status: error.status,
    code: error.code,
    message: redactShapes(error.message.slice(0, messageCharactersMax)),
  }).catch((cause: unknown) => context.logger.warn({ err: cause }, 'A refused call could not be written down'))
}
