import { isJsonObject, type JsonObject } from '@rollcall/scim'
import { AccessError } from '../../access/access-error.ts'
import { OutboundError, type OutboundFetch } from '../../outbound-fetch.ts'

/** What we keep of an identity provider's discovery document (OpenID Connect Discovery §3, RFC 8414 §2), by its names. */
export type OidcDescription = {
  readonly issuer: string
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly jwks_uri: string
  readonly userinfo_endpoint?: string
  readonly end_session_endpoint?: string
  readonly authorization_response_iss_parameter_supported?: boolean
  readonly backchannel_logout_supported?: boolean
  /** Of those that it offers, the ones that we accept: never `none`, and none that takes a shared secret. */
  readonly id_token_signing_alg_values_supported: readonly string[]
  /** Undefined: it does not say. */
  readonly code_challenge_methods_supported?: readonly string[]
  readonly token_endpoint_auth_methods_supported?: readonly string[]
}

/** Signatures that need the identity provider's private key. */
const acceptedAlgorithms = new Set([
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
])
/** Core §3.1.3.7: what stands where nobody says anything. */
const defaultAlgorithm = 'RS256'

const field = 'oidc.issuer'

/** Reads the discovery document of an issuer. Throws `invalidDiscovery`, which names the exact cause. */
export async function discover(outboundFetch: OutboundFetch, issuer: string): Promise<OidcDescription> {
  const url = discoveryUrl(issuer)
  return readDiscovery(await fetchObject(outboundFetch, url), { issuer, url })
}

/** Core's rule: the well-known path is appended to the issuer, path and all. */
function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
}

/** A JSON object at an address of the identity provider. Throws `invalidDiscovery`. */
export async function fetchObject(outboundFetch: OutboundFetch, url: string): Promise<JsonObject> {
  const { status, text } = await ask(outboundFetch, url)
  if (status !== 200) throw invalid(`${url} answered ${status}: is the issuer right?`)
  const body = parse(text)
  if (!isJsonObject(body)) throw invalid(`${url} answered no JSON object: is the issuer right?`)
  return body
}

async function ask(outboundFetch: OutboundFetch, url: string) {
  try {
    return await outboundFetch({ url, headers: { accept: 'application/json' } })
  } catch (error) {
    if (error instanceof OutboundError) throw invalid(error.message)
    throw error
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function readDiscovery(body: JsonObject, asked: { readonly issuer: string; readonly url: string }): OidcDescription {
  const { issuer } = body
  if (issuer !== asked.issuer) throw invalid(explainIssuer(issuer, asked.issuer))
  const algorithms = texts(body['id_token_signing_alg_values_supported']) ?? [defaultAlgorithm]
  const accepted = algorithms.filter((name) => acceptedAlgorithms.has(name))
  if (accepted.length === 0)
    throw invalid(
      `It signs ID tokens by ${algorithms.join(', ')} only; we accept signatures by a key of its own, such as RS256`,
    )
  const challenges = texts(body['code_challenge_methods_supported'])
  if (challenges !== undefined && !challenges.includes('S256'))
    throw invalid('It does not offer PKCE with S256 (code_challenge_methods_supported)')
  const endpoint = (name: string): string => readEndpoint(body, name, asked.issuer)
  const optional = (name: string) => (body[name] === undefined ? {} : { [name]: endpoint(name) })
  return {
    issuer: asked.issuer,
    authorization_endpoint: endpoint('authorization_endpoint'),
    token_endpoint: endpoint('token_endpoint'),
    jwks_uri: endpoint('jwks_uri'),
    ...optional('userinfo_endpoint'),
    ...optional('end_session_endpoint'),
    id_token_signing_alg_values_supported: accepted,
    ...(challenges !== undefined && { code_challenge_methods_supported: challenges }),
    ...listed(body, 'token_endpoint_auth_methods_supported'),
    ...flagged(body, 'authorization_response_iss_parameter_supported'),
    ...flagged(body, 'backchannel_logout_supported'),
  }
}

function explainIssuer(found: unknown, asked: string): string {
  const said = `The document calls its issuer ${JSON.stringify(found)}, and ${JSON.stringify(asked)} was asked for`
  if (typeof found !== 'string') return `${said}: it is no discovery document`
  if (found.includes('{tenantid}')) return `${said}: name the tenant’s own id instead of "common" or "organizations"`
  return `${said}: enter it to the letter, with or without the slash at its end`
}

/** Plain http is for an issuer of plain http, which only an operator can allow. */
function readEndpoint(body: JsonObject, name: string, issuer: string): string {
  const value = body[name]
  if (typeof value !== 'string') throw invalid(`The discovery document has no ${name}`)
  const url = URL.parse(value)
  const isSecure = url?.protocol === 'https:' || (url?.protocol === 'http:' && issuer.startsWith('http:'))
  if (!isSecure) throw invalid(`${name} in the discovery document is no https address: ${value}`)
  return value
}

function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : undefined
}

function listed(body: JsonObject, name: string) {
  const values = texts(body[name])
  return values === undefined ? {} : { [name]: values }
}

function flagged(body: JsonObject, name: string) {
  return typeof body[name] === 'boolean' ? { [name]: body[name] } : {}
}

function invalid(message: string): AccessError {
  return new AccessError('invalidDiscovery', message, { field })
}
