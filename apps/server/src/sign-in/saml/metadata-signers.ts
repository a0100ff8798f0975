import { X509Certificate } from 'node:crypto'
import { AccessError } from '../../access/access-error.ts'

/** Who may sign the metadata of an identity provider. */
export type MetadataSigner = {
  /** SHA-256 of the certificate's DER, in hexadecimal. */
  readonly fingerprint: string
  /** Null: only the fingerprint was given; then the certificate must stand in the signature. */
  readonly pem: string | null
}

const field = 'saml.metadataSigners'
const fingerprintPattern = /^[0-9a-f]{64}$/
const rsaBitsMin = 2_048

/** Certificates in PEM and SHA-256 fingerprints, as administrators send them; each counts once. Throws `invalidMetadata`. */
export function parseMetadataSigners(texts: readonly string[]): readonly MetadataSigner[] {
  const byFingerprint = new Map<string, MetadataSigner>()
  for (const signer of texts.map(parseSigner))
    if (signer.pem !== null || !byFingerprint.has(signer.fingerprint)) byFingerprint.set(signer.fingerprint, signer)
  return [...byFingerprint.values()]
}

function parseSigner(text: string): MetadataSigner {
  const fingerprint = text.replaceAll(/[:\s]/g, '').toLowerCase()
  if (fingerprintPattern.test(fingerprint)) return { fingerprint, pem: null }
  const certificate = readCertificate(text)
  if (certificate === undefined)
    throw new AccessError(
      'invalidMetadata',
      'metadataSigners takes certificates in PEM ("-----BEGIN CERTIFICATE-----…") and SHA-256 fingerprints (64 hexadecimal digits)',
      { field },
    )
  if (!isStrong(certificate))
    throw new AccessError('invalidMetadata', `metadataSigners takes RSA keys of ${rsaBitsMin} bits and more`, { field })
  return { fingerprint: toFingerprint(certificate), pem: certificate.toString() }
}

/** Undefined: it is none. */
export function readCertificate(source: string | Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(source)
  } catch {
    return undefined
  }
}

export function toFingerprint({ fingerprint256 }: X509Certificate): string {
  return fingerprint256.replaceAll(':', '').toLowerCase()
}

/** The only signatures that are taken are those of RSA. */
export function isStrong({ publicKey }: X509Certificate): boolean {
  return publicKey.asymmetricKeyType === 'rsa' && (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) >= rsaBitsMin
}
