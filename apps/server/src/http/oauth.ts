import { issueAccessToken, type TokenAnswer, type TokenRequest } from '../access/access-tokens.ts'
import { parseBasic } from '../access/authorization-header.ts'
import type { Parts } from '../parts.ts'
import type { Doors } from './doors.ts'
import type { Mount } from './mount.ts'
import type { RequestContext } from './request-context.ts'
import { toLogRow } from './scim/log-row.ts'

type OAuthParts = Pick<Parts, 'database' | 'clock'> & Pick<Doors, 'authenticator' | 'requestLog'>
type OAuthError = 'invalid_request' | 'invalid_client' | 'unsupported_grant_type' | 'invalid_scope'

const formType = 'application/x-www-form-urlencoded'
const bodyBytesMax = 8_192
// RFC 6749 §5.1: tokens must not be kept by caches.
const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' }

/** `POST /oauth/token`: access tokens for clients with a secret (RFC 6749 §4.4). */
export function oauthMounts(parts: OAuthParts): readonly Mount[] {
  return [{ prefix: '/oauth/token', fetch: (request, context) => answerToken(parts, request, context) }]
}

async function answerToken(parts: OAuthParts, request: Request, context: RequestContext): Promise<Response> {
  if (context.path !== '' && context.path !== '/') return refuse('invalid_request', 'The endpoint is /oauth/token', 404)
  if (request.method !== 'POST') return refuse('invalid_request', 'The token endpoint takes POST only', 405)
  const form = await readForm(request)
  if (form === undefined)
    return refuse('invalid_request', `The body must be ${formType}, at most ${bodyBytesMax} bytes`)
  const repeated = [...form.keys()].find((name) => form.getAll(name).length > 1)
  if (repeated !== undefined) return refuse('invalid_request', `${repeated.slice(0, 40)} is given twice`)
  const grant = form.get('grant_type')
  if (grant === null) return refuse('invalid_request', 'grant_type is missing')
  if (grant !== 'client_credentials') return refuse('unsupported_grant_type', 'Only client_credentials is supported')
  const client = readClient(request.headers, form)
  if (client === undefined)
    return refuse('invalid_client', 'Send client_id and client_secret in the body or by Basic authentication, not both')
  return exchange(parts, { ...client, scope: form.get('scope') ?? undefined }, request, context)
}

async function exchange(
  parts: OAuthParts,
  client: TokenRequest,
  request: Request,
  context: RequestContext,
): Promise<Response> {
  const { refusals } = parts.authenticator
  const block = refusals.findBlock(context.clientIp)
  if (block !== undefined) {
    const headers = { ...noStore, 'retry-after': String(block.retryAfterSeconds ?? 1) }
    return Response.json({ error: 'invalid_client', error_description: block.detail }, { status: 429, headers })
  }
  const call = { actor: 'oauth', now: parts.clock(), requestId: context.requestId }
  const answer = await issueAccessToken(parts.database, call, client)
  const response = toResponse(answer)
  const { organizationId, connectionId, keyId } = answer
  if (answer.kind === 'refused' && answer.error === 'invalid_client')
    refusals.forged({ kind: 'refused', reason: 'unknown', detail: '', organizationId, keyId }, context.clientIp)
  if (organizationId !== undefined) {
    const detail = answer.kind === 'refused' ? answer.error : undefined
    const asker = { organizationId, connectionId, keyId }
    const line = toLogRow(request, context, { ...asker, path: '/oauth/token', status: response.status, detail })
    parts.requestLog.add(line)
  }
  return response
}

function toResponse(answer: TokenAnswer): Response {
  if (answer.kind === 'refused')
    return answer.error === 'invalid_client'
      ? refuse('invalid_client', 'The client is unknown, its secret is wrong, or it has ended')
      : refuse('invalid_scope', 'The client does not have that scope')
  const body = {
    access_token: answer.accessToken,
    token_type: 'Bearer',
    expires_in: answer.expiresInSeconds,
    scope: answer.scope,
  }
  return Response.json(body, { headers: noStore })
}

async function readForm(request: Request): Promise<URLSearchParams | undefined> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== formType || Number(request.headers.get('content-length') ?? 0) > bodyBytesMax) return undefined
  const chunks: Uint8Array[] = []
  let bytes = 0
  // The web's stream type forgets that a request's body is made of bytes.
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > bodyBytesMax) return undefined
    chunks.push(chunk)
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
}

/** RFC 6749 §2.3.1: Basic, where both parts are form-encoded, or the body; never both. */
function readClient(
  headers: Headers,
  form: URLSearchParams,
): { readonly clientId: string; readonly clientSecret: string } | undefined {
  const authorization = headers.get('authorization')
  const [id, secret] = [form.get('client_id'), form.get('client_secret')]
  if (authorization === null) return id === null || secret === null ? undefined : { clientId: id, clientSecret: secret }
  const basic = parseBasic(authorization)
  if (basic === undefined || secret !== null) return undefined
  return { clientId: decodeForm(basic.user), clientSecret: decodeForm(basic.password) }
}

function decodeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

function refuse(error: OAuthError, description: string, status = error === 'invalid_client' ? 401 : 400): Response {
  const headers = {
    ...noStore,
    ...(status === 401 ? { 'www-authenticate': 'Basic realm="Rollcall"' } : {}),
    ...(status === 405 ? { allow: 'POST' } : {}),
  }
  return Response.json({ error, error_description: description }, { status, headers })
}
