import { constants, createDecipheriv, privateDecrypt } from 'node:crypto'
import { decodeBytes } from './decode.ts'
import { requireAlgorithm } from './check-signatures.ts'
import { SamlError } from './saml-error.ts'
import { childrenOf, namespaces, walk, type XmlElement } from './xml.ts'

const ciphers: ReadonlyMap<string, 'aes-128-gcm' | 'aes-256-gcm'> = new Map([
  ['http://www.w3.org/2009/xmlenc11#aes128-gcm', 'aes-128-gcm'],
  ['http://www.w3.org/2009/xmlenc11#aes256-gcm', 'aes-256-gcm'],
])
const keyTransports: ReadonlySet<string> = new Set(['http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p'])
const nonceBytes = 12
const tagBytes = 16

/**
 * The assertion inside of an EncryptedAssertion, and the key that opened it: AES-GCM only, since CBC gives the plaintext
 * away to whoever may ask often (xmlenc-core1 §6.1.1). It is read here so that it can be checked before its signature is.
 */
export function decryptAssertion(
  encrypted: XmlElement,
  privateKeys: readonly string[],
): { readonly xml: string; readonly privateKey: string } {
  const [data, ...others] = childrenOf(encrypted, namespaces.encryption, 'EncryptedData')
  const keys = [...walk(encrypted)].filter(({ name, namespace }) => {
    return name === 'EncryptedKey' && namespace === namespaces.encryption
  })
  const [key] = keys
  if (data === undefined || others.length > 0 || key === undefined || keys.length > 1)
    throw new SamlError('undecipherable', 'An encrypted assertion needs one EncryptedData and one EncryptedKey')
  const [method] = childrenOf(data, namespaces.encryption, 'EncryptionMethod')
  requireAlgorithm(method, new Set(ciphers.keys()))
  const [transport] = childrenOf(key, namespaces.encryption, 'EncryptionMethod')
  requireAlgorithm(transport, keyTransports)
  const cipher = ciphers.get(method?.attributes.get('Algorithm') ?? '') ?? 'aes-256-gcm'
  for (const privateKey of privateKeys) {
    const secret = openKey(privateKey, valueOf(key))
    if (secret !== undefined) return { xml: open(cipher, secret, valueOf(data)), privateKey }
  }
  throw new SamlError('undecipherable', 'The assertion is encrypted for a key that is not ours')
}

function openKey(privateKey: string, sealed: Buffer): Buffer | undefined {
  try {
    return privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, sealed)
  } catch {
    return undefined
  }
}

function open(cipher: 'aes-128-gcm' | 'aes-256-gcm', secret: Buffer, sealed: Buffer): string {
  if (sealed.length <= nonceBytes + tagBytes) throw new SamlError('undecipherable', 'There is too little ciphertext')
  try {
    const decipher = createDecipheriv(cipher, secret, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
    decipher.setAuthTag(sealed.subarray(-tagBytes))
    const text = Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()])
    return decodeBytes(text)
  } catch (error) {
    if (error instanceof SamlError) throw error
    throw new SamlError('undecipherable', 'The assertion was changed after it was encrypted', { cause: error })
  }
}

function valueOf(element: XmlElement): Buffer {
  const [data] = childrenOf(element, namespaces.encryption, 'CipherData')
  const [value] = childrenOf(data, namespaces.encryption, 'CipherValue')
  return Buffer.from(value?.text ?? '', 'base64')
}
