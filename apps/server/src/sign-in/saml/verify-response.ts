import { inspectResponse, type InspectedResponse } from './inspect-response.ts'
import { createSaml, type Exchange } from './library.ts'
import { readAssertion, type Assertion } from './read-assertion.ts'
import { SamlError, type SamlCode } from './saml-error.ts'

/** The first look at a response: its shape, and which request it claims to answer. Throws `SamlError`. */
export function openResponse(exchange: Exchange, text: string): InspectedResponse {
  const { urls, description, keys } = exchange
  const pairs = [keys.current, keys.next, keys.former]
  return inspectResponse(text, {
    recipient: urls.assertionConsumerServiceUrl,
    issuer: description.entityId,
    privateKeys: pairs.flatMap((pair) => (pair === null ? [] : [pair.privateKey])),
  })
}

/**
 * Verifies the signature, then reads what was signed and checks that it is for us, now, and about the request that was
 * found. Throws `SamlError`.
 */
export async function verifyResponse(
  exchange: Exchange,
  opened: InspectedResponse,
  request: string | undefined,
): Promise<Assertion> {
  const { urls, description, settings, now } = exchange
  const saml = createSaml(exchange, {
    request,
    isUnsolicitedAllowed: settings.idpInitiated && request === undefined,
    decryptionKey: opened.decryptionKey,
    isResponseSigned: opened.isSigned,
  })
  const SAMLResponse = Buffer.from(opened.xml, 'utf8').toString('base64')
  let verifiedXml: string | undefined
  try {
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse })
    verifiedXml = profile?.getAssertionXml?.()
  } catch (error) {
    throw toSamlError(error)
  }
  if (verifiedXml === undefined) throw new SamlError('assertionCount', 'The response holds no assertion')
  return readAssertion(verifiedXml, {
    issuer: description.entityId,
    audience: urls.entityId,
    recipient: urls.assertionConsumerServiceUrl,
    inResponseTo: request,
    now,
  })
}

/** The library's words, by what they are about; what is none of these is the signature. */
const words: readonly (readonly [RegExp, SamlCode])[] = [
  [/Cannot read prop/, 'malformed'],
  [/audience/i, 'audienceMismatch'],
  [/not yet valid/i, 'notYetValid'],
  [/expired|too old|No valid subject confirmation/i, 'expired'],
  [/InResponseTo/i, 'unknownRequest'],
  [/decrypt|EncryptedAssertion/i, 'undecipherable'],
  [/conditions|NotOnOrAfter|IssueInstant|NotBefore/i, 'malformed'],
]

function toSamlError(error: unknown): SamlError {
  const message = error instanceof Error ? error.message : String(error)
  const code = words.find(([pattern]) => pattern.test(message))?.[1] ?? 'signatureInvalid'
  return new SamlError(code, message.slice(0, 500), { cause: error })
}
