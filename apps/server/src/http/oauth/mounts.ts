import { issueAccessToken, type ClientProof, type TokenAnswer, type TokenRequest } from '../../access/access-tokens.ts'
import type { Parts } from '../../parts.ts'
import type { Doors } from '../doors.ts'
import type { Mount } from '../mount.ts'
import type { RequestContext } from '../request-context.ts'
import { toLogRow } from '../scim/log-row.ts'
import { noStore, refuse, type OAuthError } from './answers.ts'
import { readClientProof } from './client-proof.ts'
import { readForm } from './form.ts'

type OAuthParts = Pick<Parts, 'database' | 'clock'> & Pick<Doors, 'authenticator' | 'requestLog'>

const jwtGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/**
 * `POST /oauth/token`: access tokens for clients with a secret (RFC 6749 §4.4). Where the address names the organization,
 * also for clients that sign (RFC 7523).
 */
export function oauthMounts(parts: OAuthParts): readonly Mount[] {
  const fetch: Mount['fetch'] = (request, context) => answerToken(parts, request, context)
  return [
    { prefix: '/oauth/token', fetch },
    { prefix: '/o/:slug/oauth/token', fetch },
  ]
}

async function answerToken(parts: OAuthParts, request: Request, context: RequestContext): Promise<Response> {
  if (context.path !== '' && context.path !== '/') return refuse('invalid_request', 'The endpoint is /oauth/token', 404)
  if (request.method !== 'POST') return refuse('invalid_request', 'The token endpoint takes POST only', 405)
  const form = await readForm(request)
  if (form instanceof Response) return form
  const grant = form.get('grant_type')
  if (grant === null) return refuse('invalid_request', 'grant_type is missing')
  if (grant !== 'client_credentials' && grant !== jwtGrant)
    return refuse('unsupported_grant_type', `Only client_credentials and ${jwtGrant} are supported`)
  const proof =
    grant === jwtGrant ? readGrant(form, context) : readClientProof(request.headers, form, audiencesOf(context))
  if (proof instanceof Response) return proof
  const slug = context.parameters.get('slug')
  if (proof.kind === 'assertion' && slug === undefined)
    return refuse('invalid_request', 'Assertions are taken at /o/<organization>/oauth/token')
  const asked = { proof, slug, scope: form.get('scope') ?? undefined, address: context.clientIp }
  return exchange(parts, asked, { request, context, wrong: grant === jwtGrant ? 'invalid_grant' : 'invalid_client' })
}

/** RFC 7523 §2.1: the assertion is the grant. Its issuer and its subject are the client itself. */
function readGrant(form: URLSearchParams, context: RequestContext): ClientProof | Response {
  const assertion = form.get('assertion')
  if (assertion === null) return refuse('invalid_request', 'assertion is missing')
  return { kind: 'assertion', assertion, audiences: audiencesOf(context) }
}

/** What clients may be told to name as the audience: this endpoint, or the server. */
function audiencesOf({ mountUrl, baseUrl }: RequestContext): readonly string[] {
  return [mountUrl, baseUrl]
}

type Exchange = { readonly request: Request; readonly context: RequestContext; readonly wrong: OAuthError }

async function exchange(
  parts: OAuthParts,
  asked: TokenRequest,
  { request, context, wrong }: Exchange,
): Promise<Response> {
  const { refusals } = parts.authenticator
  const block = refusals.findBlock(context.clientIp)
  if (block !== undefined) {
    const headers = { ...noStore, 'retry-after': String(block.retryAfterSeconds ?? 1) }
    return Response.json({ error: 'invalid_client', error_description: block.detail }, { status: 429, headers })
  }
  const call = { actor: 'oauth', now: parts.clock(), requestId: context.requestId }
  const answer = await issueAccessToken(parts.database, call, asked)
  const response = toResponse(answer, wrong)
  const { organizationId, connectionId, keyId } = answer
  if (answer.kind === 'refused' && answer.error === 'invalid_client')
    refusals.forged({ kind: 'refused', reason: 'unknown', detail: '', organizationId, keyId }, context.clientIp)
  if (organizationId !== undefined) {
    const detail = answer.kind === 'refused' ? answer.error : undefined
    const asker = { organizationId, connectionId, keyId }
    const line = toLogRow(request, context, { ...asker, path: context.prefix, status: response.status, detail })
    parts.requestLog.add(line)
  }
  return response
}

function toResponse(answer: TokenAnswer, wrong: OAuthError): Response {
  if (answer.kind === 'refused')
    return answer.error === 'invalid_client'
      ? refuse(wrong, 'The client is unknown, its secret or signature is wrong or used up, or it has ended')
      : refuse('invalid_scope', 'The client does not have that scope')
  const body = {
    access_token: answer.accessToken,
    token_type: 'Bearer',
    expires_in: answer.expiresInSeconds,
    scope: answer.scope,
  }
  return Response.json(body, { headers: noStore })
}
