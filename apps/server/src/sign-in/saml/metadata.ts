import { escapeHtml as escapeXml } from '../../escape-html.ts'
import { listOwnCertificates, type OwnKeys } from './own-keys.ts'
import type { ServiceProviderUrls } from './service-provider.ts'
import type { NameIdFormat } from './settings.ts'
import { signMetadata } from './sign-metadata.ts'

/** Whoever reads our metadata should read it again after so long. */
export const metadataMs = 7 * 24 * 3_600_000

const formats: { readonly [format in NameIdFormat]: string } = {
  persistent: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  emailAddress: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  unspecified: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
}

/**
 * What we say of ourselves to one identity provider (saml-metadata-2.0-os §2.4.4). During a roll-over both certificates
 * stand in it; encryption is asked for with the current key only.
 */
export function writeMetadata(
  urls: ServiceProviderUrls,
  keys: OwnKeys,
  options: { readonly nameIdFormat: NameIdFormat; readonly isSigned: boolean; readonly now: Date },
): string {
  const certificates = listOwnCertificates(keys)
  const signing = certificates.map(({ pem }) => toKey('signing', pem))
  const encryption = certificates.filter(({ state }) => state === 'current').map(({ pem }) => toKey('encryption', pem))
  const preferred = formats[options.nameIdFormat]
  const others = [formats.persistent, formats.emailAddress].filter((format) => format !== preferred)
  const validUntil = new Date(options.now.getTime() + metadataMs).toISOString()
  const xml = `<?xml version="1.0" encoding="UTF-8"?>
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${escapeXml(urls.entityId)}" validUntil="${validUntil}" cacheDuration="P1D">
  <SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
${[...signing, ...encryption].join('\n')}
    <SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${escapeXml(urls.singleLogoutUrl)}"/>
${[preferred, ...others].map((format) => `    <NameIDFormat>${format}</NameIDFormat>`).join('\n')}
    <AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${escapeXml(urls.assertionConsumerServiceUrl)}" index="0" isDefault="true"/>
  </SPSSODescriptor>
</EntityDescriptor>
`
  return options.isSigned ? signMetadata(xml, keys.current) : xml
}

function toKey(use: 'signing' | 'encryption', pem: string): string {
  const base64 = pem.replaceAll(/-----[A-Z ]+-----|\s/g, '')
  const methods =
    use === 'encryption'
      ? `
      <EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes256-gcm"/>
      <EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes128-gcm"/>
      <EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"/>`
      : ''
  return `    <KeyDescriptor use="${use}">
      <KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${base64}</X509Certificate></X509Data></KeyInfo>${methods}
    </KeyDescriptor>`
}
