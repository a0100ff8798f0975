import { scimError, type ScimError } from '@rollcall/scim'
import { toErrorResponse } from '@rollcall/scim/server'
import { findAsyncRequest } from '../../events/async-requests.ts'
import type { CompletedOperation } from '../../events/completed-operation.ts'
import { toCompletionClaims } from '../../events/completion-tokens.ts'
import { issuerOf } from '../../events/issuer.ts'
import { toJti } from '../../events/token-names.ts'
import type { TokenSigner } from '../../events/token-signer.ts'
import { formatTypeId } from '../../type-id.ts'
import type { Mount } from '../mount.ts'
import type { RequestContext } from '../request-context.ts'
import { admit, toRefusalError } from './admission.ts'
import { asyncRequestsPrefix } from './defer.ts'
import type { ScimParts } from './scim-context.ts'

type AsyncParts = Pick<ScimParts, 'authenticator' | 'database'> & { readonly signer: TokenSigner }
type Asker = { readonly organizationId: string; readonly connectionId: string }

const noStore = { 'cache-control': 'no-store' }

/** `GET /o/:slug/async-requests/{txn}`: the completion of an asynchronous request (RFC 9967 §2.5.1.1), for its connection. */
export function asyncRequestMounts(parts: AsyncParts): readonly Mount[] {
  return [{ prefix: asyncRequestsPrefix, fetch: (request, context) => answer(parts, request, context) }]
}

async function answer(parts: AsyncParts, request: Request, context: RequestContext): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return toErrorResponse(scimError('methodNotAllowed', 'Only GET and HEAD', { headers: { allow: 'GET, HEAD' } }))
  const asker = await authenticate(parts, request, context)
  if ('error' in asker) return toErrorResponse(asker.error)
  const [txn = '', place] = context.path.slice(1).split(':', 2)
  const standing = await findAsyncRequest(parts.database, asker, txn)
  const unknown = (): Response => toErrorResponse(scimError('notFound', 'This connection has no such request'))
  if (standing === undefined) return unknown()
  if (standing.kind === 'waiting')
    return new Response(null, { status: 202, headers: { 'retry-after': '1', ...noStore } })
  const wanted = place === undefined ? txn : `${txn}:${place}`
  const single = standing.completions.find((completion) => completion.txn === wanted)
  if (single !== undefined) return toTokenResponse(await sign(parts, asker, { context, completion: single }))
  if (place !== undefined) return unknown()
  // A bulk request: all of its events, as RFC 8936 §2.4 hands over several.
  const sets: Record<string, string> = {}
  for (const completion of standing.completions)
    sets[toJti(completion.tokenId)] = await sign(parts, asker, { context, completion })
  return Response.json({ sets }, { headers: noStore })
}

async function authenticate(
  { authenticator }: AsyncParts,
  request: Request,
  context: RequestContext,
): Promise<Asker | { readonly error: ScimError }> {
  const slug = context.parameters.get('slug')
  const header = request.headers.get('authorization')
  const authentication = await authenticator.authenticate(header, context.clientIp, slug)
  if (authentication.kind === 'refused') return { error: toRefusalError(authentication) }
  const admission = admit(authentication.principal, { slug, client: request.headers.get('user-agent') })
  if (admission.kind === 'refused') return admission
  const { principal, connection } = admission
  return { organizationId: principal.organizationId, connectionId: connection.id }
}

type Wanted = { readonly context: RequestContext; readonly completion: CompletedOperation }

/** Meant for the connection that asked. */
function sign({ signer }: AsyncParts, asker: Asker, { context, completion }: Wanted): Promise<string> {
  const issuer = issuerOf(context.baseUrl, asker.organizationId)
  const aud = formatTypeId('con', asker.connectionId)
  return signer.sign({ iss: issuer, aud, ...toCompletionClaims(completion) })
}

function toTokenResponse(token: string): Response {
  return new Response(token, { headers: { 'content-type': 'application/secevent+jwt', ...noStore } })
}
