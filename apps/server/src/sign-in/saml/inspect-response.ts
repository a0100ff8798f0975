import { checkSignatures } from './check-signatures.ts'
import { decodeMessage, readMessage } from './decode.ts'
import { decryptAssertion } from './decrypt.ts'
import { SamlError } from './saml-error.ts'
import { childrenOf, namespaces, walk, type XmlElement } from './xml.ts'

/** A response that has the one right shape. Nothing of it is verified yet, so nothing of it is believed. */
export type InspectedResponse = {
  readonly xml: string
  /** The request that it claims to answer. */
  readonly inResponseTo: string | undefined
  /** Our key that the assertion is encrypted for; undefined: it is in the clear. */
  readonly decryptionKey: string | undefined
  /** It carries a signature besides that of the assertion: then that one must be good too. */
  readonly isSigned: boolean
}

const success = 'urn:oasis:names:tc:SAML:2.0:status:Success'

/**
 * Everything that can be refused before a signature is looked at: this is where wrapped, doubled and relocated assertions
 * end. Throws `SamlError`.
 */
export function inspectResponse(
  text: string,
  expected: { readonly recipient: string; readonly issuer: string; readonly privateKeys: readonly string[] },
): InspectedResponse {
  const xml = decodeMessage(text)
  const root = readMessage(xml)
  if (root.name !== 'Response' || root.namespace !== namespaces.protocol)
    throw new SamlError('malformed', `The message is a ${root.name}, not a Response of SAML 2.0`)
  checkAddress(root, expected)
  checkStatus(root)
  const assertion = findAssertion(root)
  const decrypted =
    assertion.name === 'EncryptedAssertion' ? decryptAssertion(assertion, expected.privateKeys) : undefined
  if (decrypted === undefined) {
    checkSignatures(root, [root, assertion])
    requireSigned(assertion)
  } else {
    checkSignatures(root, [root])
    const inner = readMessage(decrypted.xml)
    if (!isAssertion(inner) || [...walk(inner)].filter(isAssertion).length !== 1)
      throw new SamlError('assertionCount', 'What was encrypted is not one assertion')
    checkSignatures(inner, [inner])
    requireSigned(inner)
  }
  const isSigned = childrenOf(root, namespaces.signature, 'Signature').length > 0
  return { xml, inResponseTo: root.attributes.get('InResponseTo'), decryptionKey: decrypted?.privateKey, isSigned }
}

function checkAddress(root: XmlElement, expected: { readonly recipient: string; readonly issuer: string }): void {
  const destination = root.attributes.get('Destination')
  if (destination !== undefined && destination !== expected.recipient)
    throw new SamlError('recipientMismatch', `The response is for "${destination}", not for "${expected.recipient}"`)
  const issuers = childrenOf(root, namespaces.assertion, 'Issuer')
  const issuer = issuers[0]?.text.trim()
  if (issuers.length > 1 || (issuer !== undefined && issuer !== expected.issuer))
    throw new SamlError('issuerMismatch', `The response is from "${issuer ?? ''}", not from "${expected.issuer}"`)
}

function checkStatus(root: XmlElement): void {
  const [status] = childrenOf(root, namespaces.protocol, 'Status')
  const [code] = childrenOf(status, namespaces.protocol, 'StatusCode')
  const value = code?.attributes.get('Value') ?? ''
  if (value === success) return
  const inner = childrenOf(code, namespaces.protocol, 'StatusCode')[0]?.attributes.get('Value')
  const message = childrenOf(status, namespaces.protocol, 'StatusMessage')[0]?.text.slice(0, 200)
  const said = [value, inner, message].filter((part) => part !== undefined && part !== '').join(' ')
  throw new SamlError('providerRefused', `The identity provider answered ${said}`)
}

/** The one assertion, directly in the response. Counted by name in any namespace: parsers differ about namespaces. */
function findAssertion(root: XmlElement): XmlElement {
  const all = [...walk(root)].filter(({ name }) => /^(?:Encrypted)?Assertion$/i.test(name))
  const [first] = all
  const direct = root.children.find((child) => child === first && child.namespace === namespaces.assertion)
  const responses = [...walk(root)].filter(({ name }) => name === 'Response')
  if (direct === undefined || all.length !== 1 || responses.length !== 1)
    throw new SamlError(
      'assertionCount',
      `The response holds ${all.length} assertions; it must be one, directly inside`,
    )
  return direct
}

function isAssertion({ name, namespace }: XmlElement): boolean {
  return name === 'Assertion' && namespace === namespaces.assertion
}

function requireSigned(assertion: XmlElement): void {
  if (childrenOf(assertion, namespaces.signature, 'Signature').length === 0)
    throw new SamlError('unsigned', 'The assertion itself is not signed')
}
