import type { ClientProof } from '../../access/access-tokens.ts'
import { parseBasic } from '../../access/authorization-header.ts'
import { refuse } from './answers.ts'

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/**
 * How the client of a token request shows who it is, by one way only (RFC 6749 §2.3): its secret by Basic or in the body,
 * or an assertion that it signed (RFC 7523 §2.2).
 */
export function readClientProof(
  headers: Headers,
  form: URLSearchParams,
  audiences: readonly string[],
): ClientProof | Response {
  const assertion = form.get('client_assertion')
  const type = form.get('client_assertion_type')
  if (assertion === null && type === null) return readSecret(headers, form)
  if (assertion === null || type !== assertionType)
    return refuse('invalid_client', `An assertion comes with client_assertion_type=${assertionType}`)
  if (headers.has('authorization') || form.has('client_secret'))
    return refuse('invalid_client', 'Authenticate by one way only: a secret or an assertion')
  return { kind: 'assertion', assertion, audiences }
}

/** RFC 6749 §2.3.1: Basic, where both parts are form-encoded, or the body; never both. */
function readSecret(headers: Headers, form: URLSearchParams): ClientProof | Response {
  const authorization = headers.get('authorization')
  const [id, secret] = [form.get('client_id'), form.get('client_secret')]
  if (authorization === null)
    return id === null || secret === null ? noProof() : { kind: 'secret', clientId: id, clientSecret: secret }
  const basic = parseBasic(authorization)
  if (basic === undefined || secret !== null) return noProof()
  return { kind: 'secret', clientId: decodeForm(basic.user), clientSecret: decodeForm(basic.password) }
}

function noProof(): Response {
  const ways = 'client_id and client_secret in the body or by Basic authentication, not both, or a client_assertion'
  return refuse('invalid_client', `Send ${ways}`)
}

function decodeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
