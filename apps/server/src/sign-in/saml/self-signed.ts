import { createPublicKey, generateKeyPair, randomBytes, sign, X509Certificate } from 'node:crypto'
import { promisify } from 'node:util'

/** A key pair of ours and the certificate that carries its public half, both as PEM. */
export type KeyPair = { readonly privateKey: string; readonly certificate: string }

const generate = promisify(generateKeyPair)
const rsaBits = 3_072

/**
 * A new RSA key with a certificate that it signed itself. Identity providers pin such certificates; only the key in it
 * counts (saml-metadata-2.0-os §2.4.1.1).
 */
export async function createKeyPair(options: {
  readonly name: string
  readonly notBefore: Date
  readonly notAfter: Date
}): Promise<KeyPair> {
  const { privateKey, publicKey } = await generate('rsa', {
    modulusLength: rsaBits,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const keyInfo = createPublicKey(publicKey).export({ type: 'spki', format: 'der' })
  const name = sequence(set(sequence(commonName, utf8(options.name.slice(0, nameCharactersMax)))))
  const body = sequence(
    element(0xa0, integer(Buffer.from([2]))),
    integer(serialNumber()),
    sha256WithRsa,
    name,
    sequence(time(options.notBefore), time(options.notAfter)),
    name,
    keyInfo,
  )
  const signature = sign('sha256', body, privateKey)
  const certificate = sequence(body, sha256WithRsa, element(0x03, Buffer.concat([Buffer.from([0]), signature])))
  return { privateKey, certificate: new X509Certificate(certificate).toString() }
}

/** X.520 allows a common name so many characters. */
const nameCharactersMax = 64

// What follows is DER (X.690): a tag, a length and the content.
function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content])
  const hex = content.length.toString(16)
  const length = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content])
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return element(0x30, ...parts)
}

function set(...parts: readonly Uint8Array[]): Buffer {
  return element(0x31, ...parts)
}

function integer(value: Uint8Array): Buffer {
  return element(0x02, value)
}

function utf8(text: string): Buffer {
  return element(0x0c, Buffer.from(text, 'utf8'))
}

/** UTCTime until 2049, GeneralizedTime from then on (RFC 5280 §4.1.2.5). */
function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/\D/g, '').slice(0, 14)
  return date.getUTCFullYear() < 2050
    ? element(0x17, Buffer.from(`${digits.slice(2)}Z`))
    : element(0x18, Buffer.from(`${digits}Z`))
}

/** Positive and without a leading zero byte. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes
}

// 2.5.4.3 and 1.2.840.113549.1.1.11 with its NULL.
const commonName = Buffer.from('0603550403', 'hex')
const sha256WithRsa = Buffer.from('300d06092a864886f70d01010b0500', 'hex')
