import { scimError } from '@rollcall/scim'
import type { DeferredRequest, Deferral } from '@rollcall/scim/server'
import { queuedMax, queueAsyncRequest } from '../../events/async-requests.ts'
import type { ScimContext, ScimParts } from './scim-context.ts'

const retrySeconds = 30

/** Below the address of an organization: how its asynchronous requests stand. */
export const asyncRequestsPrefix = '/o/:slug/async-requests'

/** Puts a write aside for a worker, and says where its completion can be read. */
export async function deferRequest(
  parts: Pick<ScimParts, 'database' | 'encryption'>,
  request: DeferredRequest,
  { principal, connection, web, now }: ScimContext,
): Promise<Deferral> {
  const { organizationId, keyId, organizationSlug } = principal
  const asking = {
    organizationId,
    keyId,
    connectionId: connection.id,
    baseUrl: web.baseUrl,
    prefix: web.prefix,
    ip: web.clientIp,
  }
  const txn = await queueAsyncRequest(parts, asking, { request, now })
  if (txn === undefined)
    throw scimError('tooManyRequests', `${queuedMax} asynchronous requests of this connection wait already`, {
      headers: { 'retry-after': String(retrySeconds) },
    })
  const place = asyncRequestsPrefix.replace(':slug', organizationSlug)
  return { txn, location: `${web.baseUrl}${place}/${txn}` }
}
