import type { JsonObject } from '@rollcall/scim'
import { createHash } from 'node:crypto'
import { decodeMessage } from './decode.ts'
import { namespaces, readXml, walk, type XmlElement } from './xml.ts'

/** So many attributes are told about. */
const attributesMax = 50
const textCharactersMax = 300

/**
 * What a message says of itself, for whoever looks for the fault: addresses, times and algorithms in full; of people a
 * letter and the domain; no signature, of certificates their fingerprints, and nothing that is encrypted (CON-G8).
 */
export function traceResponse(text: string): JsonObject {
  const bytes = Math.floor((text.length * 3) / 4)
  try {
    return { bytes, ...describe(readXml(decodeMessage(text))) }
  } catch (error) {
    return { bytes, unreadable: error instanceof Error ? error.message.slice(0, textCharactersMax) : 'unknown' }
  }
}

function describe(root: XmlElement): JsonObject {
  const all = [...walk(root)]
  const named = (name: string): readonly XmlElement[] => all.filter((element) => element.name === name)
  const texts = (name: string, max = textCharactersMax): string[] =>
    named(name).map(({ text }) => cut(text.trim(), max))
  const values = (name: string, attribute: string): string[] =>
    named(name).flatMap(({ attributes }) => {
      const value = attributes.get(attribute)
      return value === undefined ? [] : [cut(value)]
    })
  const signatures = all.filter(({ name, namespace }) => name === 'Signature' && namespace === namespaces.signature)
  return {
    message: root.name,
    issuers: texts('Issuer'),
    destination: root.attributes.get('Destination') ?? null,
    inResponseTo: root.attributes.get('InResponseTo') ?? null,
    status: values('StatusCode', 'Value'),
    recipients: values('SubjectConfirmationData', 'Recipient'),
    audiences: texts('Audience'),
    times: {
      issued: values('Assertion', 'IssueInstant'),
      notBefore: values('Conditions', 'NotBefore'),
      notOnOrAfter: [...values('Conditions', 'NotOnOrAfter'), ...values('SubjectConfirmationData', 'NotOnOrAfter')],
      sessionNotOnOrAfter: values('AuthnStatement', 'SessionNotOnOrAfter'),
    },
    assertions: named('Assertion').length,
    encryptedAssertions: named('EncryptedAssertion').length,
    signatures: signatures.length,
    certificates: [...new Set(texts('X509Certificate', Infinity).flatMap(fingerprintOf))],
    algorithms: [
      ...values('SignatureMethod', 'Algorithm'),
      ...values('DigestMethod', 'Algorithm'),
      ...values('EncryptionMethod', 'Algorithm'),
    ],
    nameIds: named('NameID').map(({ text, attributes }) => ({
      format: attributes.get('Format') ?? null,
      value: mask(text.trim()),
    })),
    attributes: named('Attribute')
      .slice(0, attributesMax)
      .map((attribute) => ({
        name: cut(attribute.attributes.get('Name') ?? ''),
        values: attribute.children.map(({ text }) => mask(text.trim())).slice(0, attributesMax),
      })),
  }
}

/** `a…@example.com` of an address, `a… (12)` of anything else. */
export function mask(value: string): string {
  const first = [...value][0] ?? ''
  const at = value.lastIndexOf('@')
  return at > 0 ? `${first}…${cut(value.slice(at))}` : `${first}… (${value.length})`
}

function cut(text: string, max = textCharactersMax): string {
  return text.length > max ? `${text.slice(0, max)}…` : text
}

/** As `identityProvider.certificates` has it, so that one sees which of them signed; whoever sent it may have made it up. */
function fingerprintOf(base64: string): readonly string[] {
  const der = Buffer.from(base64, 'base64')
  return der.length === 0 ? [] : [createHash('sha256').update(der).digest('hex')]
}
