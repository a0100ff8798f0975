import { createVerify } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { insertSamlReplay, insertSamlRequest, takeSamlRequest } from '../../db/queries/saml-exchange.ts'
import type { SealedIdentityProvider } from '../../db/queries/identity-providers.ts'
import { transaction } from '../../db/transaction.ts'
import { formatTypeId } from '../../type-id.ts'
import { endSessions, type Session } from '../sessions.ts'
import { decodeBytes, messageBytesMax, readMessage } from './decode.ts'
import { createSaml, requestMs, type Exchange } from './library.ts'
import { assertionAgeMaxMs, clockSkewMs } from './read-assertion.ts'
import { SamlError } from './saml-error.ts'
import { newRequestId, toExchange, type SamlDoor } from './sign-in.ts'
import { childrenOf, namespaces, type XmlElement } from './xml.ts'

const nameIdFormat = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'

/** Where the browser goes so that the identity provider ends its session too; undefined when it takes no such requests. */
export async function beginLogout(
  door: SamlDoor,
  provider: SealedIdentityProvider,
  session: Pick<Session, 'externalSubject' | 'externalSession' | 'externalNameForm'>,
): Promise<string | undefined> {
  const exchange = toExchange(door, provider)
  if (exchange.description.singleLogoutUrl === null || session.externalSubject === null) return undefined
  const id = newRequestId()
  const { organizationId, id: providerId } = provider
  const expiresAt = new Date(door.now.getTime() + requestMs)
  const request = {
    organizationId,
    providerId,
    id,
    createdAt: door.now,
    expiresAt,
  }
  await insertSamlRequest(door.database, request)
  // The identity provider must find its session by it: the name is written as it wrote it (saml-core-2.0-os §3.7.1).
  const { format, nameQualifier, spNameQualifier } = session.externalNameForm ?? {}
  const profile = {
    issuer: exchange.description.entityId,
    nameID: session.externalSubject,
    nameIDFormat: format ?? nameIdFormat,
    ...(nameQualifier !== undefined && { nameQualifier }),
    ...(spNameQualifier !== undefined && { spNameQualifier }),
    ...(session.externalSession !== null && { sessionIndex: session.externalSession }),
  }
  return createSaml(exchange, { newRequestId: id }).getLogoutUrlAsync(profile, '', {})
}

/** The identity provider ends sessions; answers with where the browser takes our answer. Throws `SamlError`. */
export async function takeLogoutRequest(
  door: SamlDoor,
  provider: SealedIdentityProvider,
  query: string,
): Promise<string | undefined> {
  const exchange = toExchange(door, provider)
  const root = openRedirect(exchange, query, 'SAMLRequest', 'LogoutRequest')
  const end = root.attributes.get('NotOnOrAfter')
  if (end !== undefined && Date.parse(end) + clockSkewMs <= door.now.getTime())
    throw new SamlError('expired', `The request was valid until ${end}`)
  const [nameId, ...others] = childrenOf(root, namespaces.assertion, 'NameID')
  const name = nameId?.text.trim() ?? ''
  if (name === '' || others.length > 0) throw new SamlError('noSubject', 'The request must have one NameID')
  const indexes = childrenOf(root, namespaces.protocol, 'SessionIndex').map(({ text }) => text.trim())
  const id = root.attributes.get('ID') ?? ''
  const key = { organizationId: provider.organizationId, providerId: provider.id }
  await transaction(door.database, async (tx) => {
    const expiresAt = new Date(door.now.getTime() + assertionAgeMaxMs + 2 * clockSkewMs)
    if (!(await insertSamlReplay(tx, key, { id, expiresAt })))
      throw new SamlError('replayed', 'The request was taken before')
    for (const sessionIndex of indexes.length > 0 ? indexes : [undefined])
      await endSessions(tx, {
        organizationId: provider.organizationId,
        identityProviderId: provider.id,
        external: { nameId: name, sessionIndex },
        reason: 'singleLogout',
        now: door.now,
        actor: formatTypeId('idp', provider.id),
        requestId: door.requestId,
      })
  })
  const { singleLogoutResponseUrl, singleLogoutUrl } = exchange.description
  if ((singleLogoutResponseUrl ?? singleLogoutUrl) === null) return undefined
  const relayState = new URLSearchParams(query).get('RelayState') ?? ''
  const profile = { ID: id, issuer: exchange.description.entityId, nameID: name, nameIDFormat: nameIdFormat }
  const saml = createSaml(exchange, { newRequestId: newRequestId(), answersLogout: true })
  return saml.getLogoutResponseUrlAsync(profile, relayState, {}, true)
}

/** The answer to a logout request of ours. Throws `SamlError` when it is none. */
export async function takeLogoutResponse(
  door: SamlDoor,
  provider: SealedIdentityProvider,
  query: string,
): Promise<void> {
  const root = openRedirect(toExchange(door, provider), query, 'SAMLResponse', 'LogoutResponse')
  const id = root.attributes.get('InResponseTo') ?? ''
  const key = { organizationId: provider.organizationId, providerId: provider.id }
  if (!(await takeSamlRequest(door.database, key, { id, now: door.now })))
    throw new SamlError('unknownRequest', 'The logout that it answers is unknown here, answered already or too old')
}

const algorithms: ReadonlyMap<string, string> = new Map([
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'RSA-SHA256'],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', 'RSA-SHA512'],
])

/**
 * Reads a message of the redirect binding (saml-bindings-2.0-os §3.4.4). Unlike the library it insists on the signature,
 * over the very octets of the query, and on a short list of algorithms.
 */
function openRedirect(
  exchange: Exchange,
  query: string,
  parameter: 'SAMLRequest' | 'SAMLResponse',
  name: 'LogoutRequest' | 'LogoutResponse',
): XmlElement {
  const parts = query.replace(/^\?/, '').split('&')
  const raw = (wanted: string): string | undefined => {
    const [first, ...others] = parts.filter((part) => part.startsWith(`${wanted}=`))
    if (others.length > 0) throw new SamlError('malformed', `${wanted} is given twice`)
    return first
  }
  const signed = [raw(parameter), raw('RelayState'), raw('SigAlg')].filter((part) => part !== undefined).join('&')
  const algorithmName = valueOf(raw('SigAlg'))
  const signature = valueOf(raw('Signature'))
  if (signature === '') throw new SamlError('unsigned', 'The message is not signed')
  const algorithm = algorithms.get(algorithmName)
  if (algorithm === undefined) throw new SamlError('weakAlgorithm', `SigAlg "${algorithmName}" is not accepted`)
  const isVerified = exchange.description.certificates.some(({ pem }) =>
    createVerify(algorithm).update(signed).verify(pem, signature, 'base64'),
  )
  if (!isVerified) throw new SamlError('signatureInvalid', 'The signature fits none of the certificates')
  const root = readMessage(inflate(valueOf(raw(parameter))))
  if (root.name !== name || root.namespace !== namespaces.protocol)
    throw new SamlError('malformed', `The message is a ${root.name}, not a ${name}`)
  checkMessage(root, exchange)
  return root
}

function valueOf(part: string | undefined): string {
  const text = part?.slice(part.indexOf('=') + 1) ?? ''
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'))
  } catch {
    throw new SamlError('malformed', 'The query has broken percent-encoding')
  }
}

function inflate(base64: string): string {
  try {
    return decodeBytes(inflateRawSync(Buffer.from(base64, 'base64'), { maxOutputLength: messageBytesMax }))
  } catch (error) {
    if (error instanceof SamlError) throw error
    throw new SamlError('malformed', 'The message is not deflated, or too large', { cause: error })
  }
}

function checkMessage(root: XmlElement, { description, urls, now }: Exchange): void {
  const issuer = childrenOf(root, namespaces.assertion, 'Issuer')[0]?.text.trim()
  if (issuer !== description.entityId)
    throw new SamlError('issuerMismatch', `The message is from "${issuer ?? ''}", not from "${description.entityId}"`)
  const destination = root.attributes.get('Destination')
  if (destination !== urls.singleLogoutUrl)
    throw new SamlError(
      'recipientMismatch',
      `The message is for "${destination ?? ''}", not for "${urls.singleLogoutUrl}"`,
    )
  const issued = Date.parse(root.attributes.get('IssueInstant') ?? '')
  if (!(issued <= now.getTime() + clockSkewMs)) throw new SamlError('notYetValid', 'The message is from the future')
  if (issued + assertionAgeMaxMs + clockSkewMs <= now.getTime())
    throw new SamlError('expired', 'The message is too old')
}
