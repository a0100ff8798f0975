import { createKeyPair, type KeyPair } from '../../src/sign-in/saml/self-signed.ts'

/** Where the identity provider of the tests stands, for browsers that never go there. */
export const providerUrl = 'https://idp.example.com'

export function createPair(): Promise<KeyPair> {
  return createKeyPair({ name: 'idp', notBefore: new Date('2026-01-01'), notAfter: new Date('2036-01-01') })
}

/** Metadata as identity providers publish it. */
export function metadataOf(
  certificates: readonly string[],
  options: { readonly entityId?: string; readonly extra?: string; readonly validUntil?: string } = {},
): string {
  const { entityId = `${providerUrl}/metadata`, extra = '', validUntil } = options
  const keys = certificates.map((pem) => {
    const base64 = pem.replaceAll(/-----[^-]+-----|\s/g, '')
    return `<KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>
${base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>`
  })
  const redirect = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'
  return `<?xml version="1.0"?>${extra}
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${entityId}"${validUntil === undefined ? '' : ` validUntil="${validUntil}"`}>
<!-- made by hand --><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
${keys.join('\n')}
<SingleLogoutService Binding="${redirect}" Location="${providerUrl}/slo"/>
<SingleSignOnService Binding="${redirect}" Location="${providerUrl}/sso"/>
</IDPSSODescriptor></EntityDescriptor>`
}
