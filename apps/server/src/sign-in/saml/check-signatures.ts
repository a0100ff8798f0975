import { childrenOf, namespaces, walk, type XmlElement } from './xml.ts'
import { SamlError } from './saml-error.ts'

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'

const methods: ReadonlySet<string> = new Set([
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
])
const digests: ReadonlySet<string> = new Set([
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmlenc#sha512',
])
const transforms: ReadonlySet<string> = new Set([enveloped, exclusive])

/**
 * Where signatures stand and what they are made of, before any is verified: each a direct child of what it signs, one
 * reference, by that element's ID, and strong algorithms only (RFC 9231; saml-core-2.0-os §5.4).
 */
export function checkSignatures(root: XmlElement, mayCarry: readonly XmlElement[]): void {
  const all = [...walk(root)].filter(isSignature)
  const placed = mayCarry.flatMap((element) => {
    const own = childrenOf(element, namespaces.signature, 'Signature')
    if (own.length > 1) throw new SamlError('signaturePlacement', `${element.name} has more than one signature`)
    return own.map((signature) => ({ element, signature }))
  })
  if (placed.length !== all.length) throw new SamlError('signaturePlacement', 'A signature stands where none belongs')
  for (const { element, signature } of placed) checkSignature(element, signature)
}

function isSignature({ name, namespace }: XmlElement): boolean {
  return namespace === namespaces.signature && name === 'Signature'
}

function checkSignature(element: XmlElement, signature: XmlElement): void {
  const names = signature.children.map(({ name }) => name).join(' ')
  // Objects inside of a signature have carried whole forged messages.
  if (!/^SignedInfo SignatureValue(?: KeyInfo)?$/.test(names))
    throw new SamlError('signaturePlacement', `A signature consists of ${names}`)
  const info = only(signature, 'SignedInfo')
  const reference = only(info, 'Reference')
  const id = element.attributes.get('ID') ?? ''
  if (id === '' || reference.attributes.get('URI') !== `#${id}`)
    throw new SamlError('signaturePlacement', `The signature in ${element.name} refers to something else`)
  requireAlgorithm(only(info, 'CanonicalizationMethod'), new Set([exclusive]))
  requireAlgorithm(only(info, 'SignatureMethod'), methods)
  requireAlgorithm(only(reference, 'DigestMethod'), digests)
  const used = childrenOf(only(reference, 'Transforms'), namespaces.signature, 'Transform')
  if (used.length > 2) throw new SamlError('signaturePlacement', 'A signature has more than two transforms')
  for (const transform of used) requireAlgorithm(transform, transforms)
}

/** One of its transforms must be the exclusive canonical form: what is signed must not depend on what is around it. */
export function requireExclusive(signature: XmlElement): void {
  const used = [...walk(signature)].filter(({ name }) => name === 'Transform')
  if (!used.some(({ attributes }) => attributes.get('Algorithm') === exclusive))
    throw new SamlError('weakAlgorithm', `The signature lacks the transform "${exclusive}"`)
}

function only(parent: XmlElement, name: string): XmlElement {
  const [first, ...others] = childrenOf(parent, namespaces.signature, name)
  if (first === undefined || others.length > 0)
    throw new SamlError('signaturePlacement', `A signature must have one ${name}`)
  return first
}

export function requireAlgorithm(element: XmlElement | undefined, allowed: ReadonlySet<string>): void {
  const algorithm = element?.attributes.get('Algorithm') ?? ''
  if (!allowed.has(algorithm))
    throw new SamlError('weakAlgorithm', `${element?.name ?? ''}: "${algorithm}" is not accepted`)
}
