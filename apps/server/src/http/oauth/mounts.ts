import { issueAccessToken, type Grant, type TokenAnswer, type TokenRequest } from '../../access/access-tokens.ts'
import type { ClientProof } from '../../access/oauth-clients.ts'
import type { Permission } from '../../access/scopes.ts'
import type { Parts } from '../../parts.ts'
import type { Doors } from '../doors.ts'
import type { Mount } from '../mount.ts'
import type { RequestContext } from '../request-context.ts'
import { toLogRow } from '../scim/log-row.ts'
import { noStore, refuse, type OAuthError } from './answers.ts'
import { answerAuthorize } from './authorize.ts'
import { readClientProof } from './client-proof.ts'
import { readForm } from './form.ts'

type OAuthParts = Pick<Parts, 'database' | 'clock'> & Pick<Doors, 'authenticator' | 'requestLog'>

const jwtGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/**
 * `POST /oauth/token`: access tokens for clients with a secret (RFC 6749 §4.4). Where the address names the organization,
 * also for clients that sign (RFC 7523) and for those that an administrator consents to (RFC 6749 §4.1).
 */
export function oauthMounts(parts: OAuthParts): readonly Mount[] {
  const fetch: Mount['fetch'] = (request, context) => answerToken(parts, request, context)
  return [
    { prefix: '/oauth/token', fetch },
    { prefix: '/o/:slug/oauth/token', fetch },
    { prefix: '/o/:slug/oauth/authorize', fetch: (request, context) => answerAuthorize(parts, request, context) },
  ]
}

async function answerToken(parts: OAuthParts, request: Request, context: RequestContext): Promise<Response> {
  if (context.path !== '' && context.path !== '/') return refuse('invalid_request', 'The endpoint is /oauth/token', 404)
  if (request.method !== 'POST') return refuse('invalid_request', 'The token endpoint takes POST only', 405)
  const form = await readForm(request)
  if (form instanceof Response) return form
  const type = form.get('grant_type')
  if (type === null) return refuse('invalid_request', 'grant_type is missing')
  const isAssertion = type === jwtGrant
  const grant = readGrant(isAssertion ? 'client_credentials' : type, form)
  if (grant instanceof Response) return grant
  const proof = isAssertion
    ? readAssertion(form, context)
    : readClientProof(request.headers, form, audiencesOf(context))
  if (proof instanceof Response) return proof
  const slug = context.parameters.get('slug')
  if (proof.kind === 'assertion' && slug === undefined)
    return refuse('invalid_request', 'Assertions are taken at /o/<organization>/oauth/token')
  const asked = { proof, grant, slug, address: context.clientIp }
  return exchange(parts, asked, { request, context, wrong: isAssertion ? 'invalid_grant' : 'invalid_client' })
}

function readGrant(type: string, form: URLSearchParams): Grant | Response {
  const scope = form.get('scope') ?? undefined
  switch (type) {
    case 'client_credentials':
      return { kind: 'client', scope }
    case 'authorization_code': {
      const [code, redirectUri] = [form.get('code'), form.get('redirect_uri')]
      if (code === null || redirectUri === null) return refuse('invalid_request', 'code and redirect_uri are wanted')
      return { kind: 'code', code, redirectUri, verifier: form.get('code_verifier') ?? undefined }
    }
    case 'refresh_token': {
      const refreshToken = form.get('refresh_token')
      if (refreshToken === null) return refuse('invalid_request', 'refresh_token is missing')
      return { kind: 'refresh', refreshToken, scope }
    }
    default: {
      const known = `client_credentials, authorization_code, refresh_token and ${jwtGrant}`
      return refuse('unsupported_grant_type', `Supported are ${known}`)
    }
  }
}

/** RFC 7523 §2.1: the assertion is the grant. Its issuer and its subject are the client itself. */
function readAssertion(form: URLSearchParams, context: RequestContext): ClientProof | Response {
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
  const attempts = parts.authenticator.refusals
  const block = attempts.findBlock(context.clientIp)
  if (block !== undefined) {
    const headers = { ...noStore, 'retry-after': String(block.retryAfterSeconds ?? 1) }
    return Response.json({ error: 'invalid_client', error_description: block.detail }, { status: 429, headers })
  }
  // A token has what its client has; nobody is given a right here.
  const rights = { permissions: new Set<Permission>(), roleIds: [] }
  const call = { actor: 'oauth', now: parts.clock(), requestId: context.requestId, rights }
  const answer = await issueAccessToken(parts.database, call, asked)
  const response = toResponse(answer, wrong)
  const { organizationId, connectionId, keyId } = answer
  if (answer.kind === 'refused' && answer.error === 'invalid_client')
    attempts.forged({ kind: 'refused', reason: 'unknown', detail: '', organizationId, keyId }, context.clientIp)
  if (organizationId !== undefined) {
    const detail = answer.kind === 'refused' ? answer.error : undefined
    const asker = { organizationId, connectionId, keyId }
    const line = toLogRow(request, context, { ...asker, path: context.prefix, status: response.status, detail })
    parts.requestLog.add(line)
  }
  return response
}

const refusals: { readonly [error in OAuthError]?: string } = {
  invalid_client: 'The client is unknown, its secret or signature is wrong or used up, or it has ended',
  invalid_grant: 'The code or the refresh token is not this client’s, was used, or has ended',
  unauthorized_client: 'A client with redirect URIs needs an administrator’s consent, and no other client asks for one',
  invalid_scope: 'The client does not have that scope',
}

function toResponse(answer: TokenAnswer, wrong: OAuthError): Response {
  if (answer.kind === 'refused') {
    const error = answer.error === 'invalid_client' ? wrong : answer.error
    return refuse(error, refusals[answer.error] ?? 'Refused')
  }
  const body = {
    access_token: answer.accessToken,
    token_type: 'Bearer',
    expires_in: answer.expiresInSeconds,
    scope: answer.scope,
    ...(answer.refreshToken !== undefined && { refresh_token: answer.refreshToken }),
  }
  return Response.json(body, { headers: noStore })
}
