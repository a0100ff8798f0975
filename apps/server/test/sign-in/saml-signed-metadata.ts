import { createRequire } from 'node:module'
import type { KeyPair } from '../../src/sign-in/saml/self-signed.ts'

type Signer = {
  addReference(reference: {
    readonly xpath: string
    readonly transforms: readonly string[]
    readonly digestAlgorithm: string
  }): void
  computeSignature(xml: string, options: { readonly location: { reference: string; action: string } }): void
  getSignedXml(): string
}

// Its types would bring those of the browser into all of our code.
const { SignedXml } = createRequire(import.meta.url)('xml-crypto') as {
  readonly SignedXml: new (options: object) => Signer
}

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'

/** Signs metadata as identity providers do; what is left out is right. */
export function signMetadata(
  xml: string,
  pair: KeyPair,
  options: {
    readonly algorithm?: string
    readonly digest?: string
    readonly transforms?: readonly string[]
    /** The element that is signed; the signature always stands in the first. */
    readonly signs?: string
    /** The certificate that stands in the signature; null: none. */
    readonly shows?: string | null
  } = {},
): string {
  const { shows = pair.certificate, transforms = [enveloped, exclusive] } = options
  const signed = new SignedXml({
    privateKey: pair.privateKey,
    signatureAlgorithm: options.algorithm ?? 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: exclusive,
    ...(shows === null ? { getKeyInfoContent: () => null } : { publicCert: shows }),
  })
  signed.addReference({
    xpath: options.signs ?? '/*',
    transforms,
    digestAlgorithm: options.digest ?? 'http://www.w3.org/2001/04/xmlenc#sha256',
  })
  signed.computeSignature(xml, { location: { reference: '/*', action: 'prepend' } })
  return signed.getSignedXml()
}
