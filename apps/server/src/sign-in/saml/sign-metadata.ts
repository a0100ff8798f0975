import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import type { KeyPair } from './self-signed.ts'

type Signer = {
  addReference(reference: {
    readonly xpath: string
    readonly transforms: readonly string[]
    readonly digestAlgorithm: string
  }): void
  computeSignature(
    xml: string,
    options: { readonly prefix: string; readonly location: { readonly reference: string; readonly action: 'prepend' } },
  ): void
  getSignedXml(): string
}

// The types of the package would bring those of the browser into all of our code.
const { SignedXml } = createRequire(import.meta.url)('xml-crypto') as {
  readonly SignedXml: new (options: {
    readonly privateKey: string
    readonly publicCert: string
    readonly signatureAlgorithm: string
    readonly canonicalizationAlgorithm: string
    readonly getCertFromKeyInfo: () => null
  }) => Signer
}

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'

/** Signs our metadata as a whole; the signature is the first child, where the schema wants it (saml-metadata-2.0-os §3). */
export function signMetadata(xml: string, { privateKey, certificate }: KeyPair): string {
  // An ID has to begin with a letter or an underscore.
  const id = `_${createHash('sha256').update(xml).digest('hex')}`
  const signer = new SignedXml({
    privateKey,
    publicCert: certificate,
    signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: exclusive,
    getCertFromKeyInfo: () => null,
  })
  signer.addReference({
    xpath: '/*',
    transforms: [enveloped, exclusive],
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
  })
  const named = xml.replace('<EntityDescriptor ', `<EntityDescriptor ID="${id}" `)
  signer.computeSignature(named, { prefix: 'ds', location: { reference: '/*', action: 'prepend' } })
  return signer.getSignedXml()
}
