import { X509Certificate } from 'node:crypto'
import { AccessError } from '../../access/access-error.ts'
import { childrenOf, namespaces, readXml, XmlError, type XmlElement } from './xml.ts'

/** A certificate of an identity provider; its fingerprint is what we pin. */
export type PinnedCertificate = {
  readonly pem: string
  /** SHA-256 of the DER, in hexadecimal. */
  readonly fingerprint: string
  readonly subject: string
  readonly notBefore: string
  readonly notAfter: string
}

/** What an identity provider says of itself, as far as we need it. */
export type SamlDescription = {
  readonly entityId: string
  readonly singleSignOnUrl: string
  readonly singleLogoutUrl: string | null
  /** Where answers to its logout requests go; null: to singleLogoutUrl. */
  readonly singleLogoutResponseUrl: string | null
  readonly certificates: readonly PinnedCertificate[]
}

const certificatesMax = 10
const rsaBitsMin = 2_048
const entityIdCharactersMax = 1_024
const redirect = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'
const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol'

/** Reads SAML metadata (saml-metadata-2.0-os). Throws `invalidMetadata`, which says what is missing. */
export function readIdentityProviderMetadata(xml: string, now: Date): SamlDescription {
  const root = read(xml)
  const entity = findEntity(root)
  const entityId = entity.attributes.get('entityID') ?? ''
  if (entityId === '' || entityId.length > entityIdCharactersMax) throw invalid('has no entityID')
  const role = findRole(entity)
  if (role === undefined) throw invalid('describes no identity provider of SAML 2.0 (IDPSSODescriptor)')
  for (const element of [root, entity, role]) refuseExpired(element, now)
  const signOn = childrenOf(role, namespaces.metadata, 'SingleSignOnService').find(isRedirect)
  const singleSignOnUrl = signOn?.attributes.get('Location')
  if (singleSignOnUrl === undefined) throw invalid('names no SingleSignOnService with the binding HTTP-Redirect')
  const logout = childrenOf(role, namespaces.metadata, 'SingleLogoutService').find(isRedirect)
  return {
    entityId,
    singleSignOnUrl: parseAddress(singleSignOnUrl, 'SingleSignOnService'),
    singleLogoutUrl: parseOptional(logout?.attributes.get('Location'), 'SingleLogoutService'),
    singleLogoutResponseUrl: parseOptional(logout?.attributes.get('ResponseLocation'), 'SingleLogoutService'),
    certificates: readCertificates(role),
  }
}

/** A document that has no end says nothing of it; each part may have its own. */
function refuseExpired({ name, attributes }: XmlElement, now: Date): void {
  const text = attributes.get('validUntil')
  if (text === undefined) return
  const validUntil = Date.parse(text)
  if (Number.isNaN(validUntil)) throw invalid(`has a validUntil in its ${name} that is no time`)
  if (validUntil <= now.getTime()) throw invalid(`has expired: the validUntil of its ${name} was ${text}`)
}

function read(xml: string): XmlElement {
  try {
    return readXml(xml.replace(/^\uFEFF/, '').trim())
  } catch (error) {
    if (error instanceof XmlError) throw invalid(`is no XML that can be read: ${error.message}`)
    throw error
  }
}

/** The one entity, or of several the one that is an identity provider. */
function findEntity(root: XmlElement): XmlElement {
  if (root.namespace !== namespaces.metadata) throw invalid('is no SAML 2.0 metadata')
  if (root.name === 'EntityDescriptor') return root
  const entities = childrenOf(root, namespaces.metadata, 'EntityDescriptor').filter(
    (entity) => findRole(entity) !== undefined,
  )
  const [first] = entities
  if (first === undefined || entities.length > 1)
    throw invalid(`describes ${entities.length} identity providers; it must be exactly one`)
  return first
}

function findRole(entity: XmlElement): XmlElement | undefined {
  return childrenOf(entity, namespaces.metadata, 'IDPSSODescriptor').find((role) =>
    (role.attributes.get('protocolSupportEnumeration') ?? '').split(/\s+/).includes(protocol),
  )
}

function isRedirect(service: XmlElement): boolean {
  return service.attributes.get('Binding') === redirect
}

function readCertificates(role: XmlElement): readonly PinnedCertificate[] {
  const texts = childrenOf(role, namespaces.metadata, 'KeyDescriptor')
    .filter((key) => (key.attributes.get('use') ?? 'signing') === 'signing')
    .flatMap((key) => childrenOf(key, namespaces.signature, 'KeyInfo'))
    .flatMap((info) => childrenOf(info, namespaces.signature, 'X509Data'))
    .flatMap((data) => childrenOf(data, namespaces.signature, 'X509Certificate'))
    .map(({ text }) => text.replaceAll(/\s+/g, ''))
  const all = [...new Set(texts)].map(toPinned)
  if (all.length === 0) throw invalid('has no certificate for signing')
  if (all.length > certificatesMax) throw invalid(`has more than ${certificatesMax} certificates for signing`)
  return all
}

function toPinned(base64: string): PinnedCertificate {
  let certificate
  try {
    certificate = new X509Certificate(Buffer.from(base64, 'base64'))
  } catch {
    throw invalid('has a certificate that cannot be read')
  }
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey
  if (asymmetricKeyType !== 'rsa' && asymmetricKeyType !== 'ec')
    throw invalid(`has a certificate with a key of the type ${asymmetricKeyType}; there are rsa and ec`)
  if (asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) < rsaBitsMin)
    throw invalid(`has a certificate with an RSA key of less than ${rsaBitsMin} bits`)
  return {
    pem: certificate.toString(),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    subject: certificate.subject,
    notBefore: certificate.validFromDate.toISOString(),
    notAfter: certificate.validToDate.toISOString(),
  }
}

function parseOptional(text: string | undefined, service: string): string | null {
  return text === undefined ? null : parseAddress(text, service)
}

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Browsers are sent there: https, or this very machine. */
function parseAddress(text: string, service: string): string {
  const url = URL.parse(text)
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.has(url.hostname))) return url.href
  throw invalid(`has a ${service} whose Location is no https address`)
}

function invalid(what: string): AccessError {
  return new AccessError('invalidMetadata', `The metadata ${what}`, { field: 'saml' })
}
