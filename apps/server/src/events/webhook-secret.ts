import { createHmac, randomBytes } from 'node:crypto'
import { getInstanceSecret } from '../access/instance-secrets.ts'
import type { Queryable } from '../db/pool.ts'
import { createEncryption, type Encryption } from '../encryption.ts'

const secretBytes = 32
const prefix = 'whsec_'

/** A secret as Standard Webhooks writes it. */
export function createWebhookSecret(): string {
  return prefix + randomBytes(secretBytes).toString('base64')
}

export type Vault = {
  seal(secret: string, place: SecretPlace): string
  open(sealed: string, place: SecretPlace): string
}

type SecretPlace = { readonly organizationId: string; readonly id: string }

/**
 * Where the secrets of endpoints lie: sealed by a key that is itself a sealed secret of the instance, so that a rotation
 * of the encryption keys seals that one anew and touches no endpoint.
 */
export async function openVault(database: Queryable, encryption: Encryption, now: Date): Promise<Vault> {
  const key = await getInstanceSecret(database, encryption, { name: 'webhooks', now })
  const inner = createEncryption([Buffer.from(key).toString('base64')])
  const contextOf = ({ organizationId, id }: SecretPlace): string => `webhooks/${organizationId}/${id}`
  return {
    seal: (secret, place) => inner.seal(secret, contextOf(place)),
    open: (sealed, place) => inner.open(sealed, contextOf(place)),
  }
}

/**
 * The headers of a message (Standard Webhooks): HMAC-SHA-256 over `id.timestamp.body`, one signature for each live secret.
 */
export function signMessage(
  message: { readonly id: string; readonly at: Date; readonly body: string },
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(message.at.getTime() / 1000))
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64')
    const mac = createHmac('sha256', key).update(`${message.id}.${timestamp}.${message.body}`)
    return `v1,${mac.digest('base64')}`
  })
  return { 'webhook-id': message.id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}
