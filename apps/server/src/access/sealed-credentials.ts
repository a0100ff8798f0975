import type { Database } from '../db/pool.ts'
import { createEncryption, type Encryption } from '../encryption.ts'
import { getInstanceSecret } from './instance-secrets.ts'

export type Sealing = { readonly database: Database; readonly encryption: Encryption }

/** Whose credentials: what is sealed for one opens for nobody else. */
export type SealedFor = {
  readonly ring: 'apps' | 'sources'
  readonly organizationId: string
  readonly id: string
}

export async function sealCredentialsFor(
  parts: Sealing,
  now: Date,
  whose: SealedFor & { readonly credentials: object },
): Promise<string> {
  return (await openRing(parts, now, whose)).seal(JSON.stringify(whose.credentials), contextOf(whose))
}

/** As they were when they were sealed. */
export async function openCredentialsFor(
  parts: Sealing,
  now: Date,
  whose: SealedFor & { readonly sealed: string },
): Promise<unknown> {
  return JSON.parse((await openRing(parts, now, whose)).open(whose.sealed, contextOf(whose)))
}

/** Under a secret of the instance, which is sealed anew when the encryption key is changed: these stay as they are. */
async function openRing({ database, encryption }: Sealing, now: Date, { ring }: SealedFor): Promise<Encryption> {
  const key = await getInstanceSecret(database, encryption, { name: ring, now })
  return createEncryption([Buffer.from(key).toString('base64')])
}

function contextOf({ ring, organizationId, id }: SealedFor): string {
  return `${ring}/${organizationId}/${id}`
}
