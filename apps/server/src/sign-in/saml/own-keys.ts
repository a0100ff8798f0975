import { X509Certificate } from 'node:crypto'
import type { Encryption } from '../../encryption.ts'
import { createKeyPair, type KeyPair } from './self-signed.ts'

/** Our key pairs for one identity provider: the first signs, all decrypt, all are published. */
export type OwnKeys = {
  readonly current: KeyPair
  /** Published before it is used, so that the identity provider knows it in time. */
  readonly next: KeyPair | null
  /** Used until the last roll-over. */
  readonly former: KeyPair | null
}

export type OwnCertificate = {
  readonly pem: string
  readonly state: 'current' | 'next' | 'former'
  readonly fingerprint: string
  readonly subject: string
  readonly notBefore: Date
  readonly notAfter: Date
}

/** Long-lived: what ends a key is the roll-over, and nobody's sign-in should break because a date passed by. */
const years = 10
const dayMs = 24 * 3_600_000
/** Clocks differ. */
const slackMs = dayMs

export async function createOwnPair(name: string, now: Date): Promise<KeyPair> {
  const notBefore = new Date(now.getTime() - slackMs)
  return createKeyPair({ name, notBefore, notAfter: new Date(now.getTime() + years * 365 * dayMs) })
}

export function sealKeys(encryption: Encryption, provider: ProviderName, keys: OwnKeys): string {
  return encryption.seal(JSON.stringify(keys), contextOf(provider))
}

export function openKeys(
  encryption: Encryption,
  provider: ProviderName & { readonly secrets: string | null },
): OwnKeys {
  if (provider.secrets === null) throw new Error('The identity provider has no keys')
  // We sealed it ourselves, in this form.
  return JSON.parse(encryption.open(provider.secrets, contextOf(provider))) as OwnKeys
}

type ProviderName = { readonly organizationId: string; readonly id: string }

/** Whoever seals secrets of an identity provider uses it, or rotation cannot open them. */
export function contextOf({ organizationId, id }: ProviderName): string {
  return `identity_providers/${organizationId}/${id}`
}

export function listOwnCertificates(keys: OwnKeys): readonly OwnCertificate[] {
  return (['current', 'next', 'former'] as const).flatMap((state) => {
    const pair = keys[state]
    return pair === null ? [] : [toCertificate(pair, state)]
  })
}

function toCertificate({ certificate: pem }: KeyPair, state: OwnCertificate['state']): OwnCertificate {
  const { subject, fingerprint256, validFromDate, validToDate } = new X509Certificate(pem)
  const fingerprint = fingerprint256.replaceAll(':', '').toLowerCase()
  return { pem, state, fingerprint, subject, notBefore: validFromDate, notAfter: validToDate }
}
