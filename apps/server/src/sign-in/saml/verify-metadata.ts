import { createRequire } from 'node:module'
import { AccessError } from '../../access/access-error.ts'
import { checkSignatures, requireExclusive } from './check-signatures.ts'
import { requireUniqueIds } from './decode.ts'
import { isStrong, readCertificate, toFingerprint, type MetadataSigner } from './metadata-signers.ts'
import { SamlError } from './saml-error.ts'
import { childrenOf, namespaces, readXml, XmlError, type XmlElement } from './xml.ts'

type Node = object
type SignedXml = {
  findSignatures(document: Node): readonly Node[]
  loadSignature(signature: Node): void
  checkSignature(xml: string): boolean
  getSignedReferences(): readonly string[]
}
type Options = { readonly publicCert: string; readonly getCertFromKeyInfo: () => null }

// The types of both packages would bring those of the browser into all of our code.
const require = createRequire(import.meta.url)
const { SignedXml } = require('xml-crypto') as { readonly SignedXml: new (options: Options) => SignedXml }
const { DOMParser } = require('@xmldom/xmldom') as {
  readonly DOMParser: new () => { parseFromString(text: string, type: string): Node }
}

/**
 * The bytes of the metadata that one of the signers has signed: only they may be read. The signature must be a child of
 * the document's element and cover all of it. Throws `invalidMetadata`, which says what is wrong with it.
 */
export function verifyMetadata(text: string, signers: readonly MetadataSigner[]): string {
  // As every reader of XML has to see line ends (XML 1.0 §2.11); the signature was made over these.
  const xml = text
    .replace(/^\uFEFF/, '')
    .trim()
    .replaceAll(/\r\n?/g, '\n')
  const signature = inspect(xml)
  const certificates = listCertificates(signature, signers)
  for (const certificate of certificates) {
    const verified = verifyWith(xml, certificate)
    if (verified !== undefined) return verified
  }
  throw invalid(
    'carries a signature that does not verify: it was changed after it was signed, or another key signed it',
  )
}

/** Looks at the signature before it is verified, as at that of an assertion. */
function inspect(xml: string): XmlElement {
  try {
    const root = readXml(xml)
    const [signature] = childrenOf(root, namespaces.signature, 'Signature')
    if (signature === undefined)
      throw invalid(
        `is not signed: there is no signature directly in its ${root.name}, and metadataSigners asks for one`,
      )
    requireUniqueIds(root)
    // In a federation's document each entity may carry its own besides; what counts is the one over all.
    checkSignatures(root, [root, ...childrenOf(root, namespaces.metadata, 'EntityDescriptor')])
    requireExclusive(signature)
    return signature
  } catch (error) {
    if (error instanceof SamlError) throw invalid(`carries a signature that is not taken: ${error.message}`)
    if (error instanceof XmlError) throw invalid(`is no XML that can be read: ${error.message}`)
    throw error
  }
}

/** What is pinned as a certificate, and of those in the signature what is pinned by its fingerprint. */
function listCertificates(signature: XmlElement, signers: readonly MetadataSigner[]): readonly string[] {
  const enclosed = childrenOf(signature, namespaces.signature, 'KeyInfo')
    .flatMap((info) => childrenOf(info, namespaces.signature, 'X509Data'))
    .flatMap((data) => childrenOf(data, namespaces.signature, 'X509Certificate'))
    .map(({ text }) => readCertificate(Buffer.from(text, 'base64')))
    .filter((certificate) => certificate !== undefined)
  const pinned = signers.flatMap(({ pem }) => (pem === null ? [] : [pem]))
  const fingerprints = new Set(signers.map(({ fingerprint }) => fingerprint))
  const matching = enclosed.filter((certificate) => fingerprints.has(toFingerprint(certificate)))
  const all = [...new Set([...pinned, ...matching.filter(isStrong).map(String)])]
  if (all.length > 0) return all
  if (matching.length > 0) throw invalid('is signed by a key that is too weak: RSA of 2048 bits and more is taken')
  const found = enclosed.map(toFingerprint).join(', ')
  throw invalid(
    found === ''
      ? 'is signed, but names no certificate: give the certificate itself in metadataSigners, not its fingerprint'
      : `is signed by ${found}, which is not among metadataSigners`,
  )
}

/** Undefined: it does not verify by this key. */
function verifyWith(xml: string, publicCert: string): string | undefined {
  const signed = new SignedXml({ publicCert, getCertFromKeyInfo: () => null })
  const document = new DOMParser().parseFromString(xml, 'text/xml')
  try {
    const own = signed.findSignatures(document).find(isInRoot)
    if (own === undefined) return undefined
    signed.loadSignature(own)
    if (!signed.checkSignature(xml)) return undefined
  } catch {
    // It throws where a digest or a signature is wrong in some ways, and answers false in others.
    return undefined
  }
  const [verified, ...others] = signed.getSignedReferences()
  return others.length === 0 ? verified : undefined
}

function isInRoot(signature: Node): boolean {
  // Nodes of the parser have them; its types are left out above.
  const { parentNode, ownerDocument } = signature as {
    readonly parentNode: Node | null
    readonly ownerDocument: { readonly documentElement: Node }
  }
  return parentNode === ownerDocument.documentElement
}

function invalid(what: string): AccessError {
  return new AccessError('invalidMetadata', `The metadata ${what}`, { field: 'saml.metadataSigners' })
}
