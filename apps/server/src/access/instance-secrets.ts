import { randomBytes } from 'node:crypto'
import { insertSealedSecret, selectSealedSecret } from '../db/queries/instance.ts'
import type { Queryable } from '../db/pool.ts'
import { secretContext, type Encryption } from '../encryption.ts'

const secretBytes = 32

/** A secret that all processes of the instance share; the first one that asks makes it. It is stored sealed. */
export async function getInstanceSecret(
  database: Queryable,
  encryption: Encryption,
  request: { readonly name: string; readonly now: Date },
): Promise<Uint8Array<ArrayBuffer>> {
  const { name, now } = request
  const context = secretContext(name)
  const stored =
    (await selectSealedSecret(database, name)) ??
    (await insertSealedSecret(database, {
      name,
      sealed: encryption.seal(randomBytes(secretBytes).toString('base64'), context),
      at: now,
    }))
  return Uint8Array.from(Buffer.from(encryption.open(stored, context), 'base64'))
}

/** The same, fetched once for as long as the process lives; a failure is not remembered. */
export function cacheInstanceSecret(
  parts: { readonly database: Queryable; readonly encryption: Encryption; clock(): Date },
  name: string,
): () => Promise<Uint8Array<ArrayBuffer>> {
  let secret: Promise<Uint8Array<ArrayBuffer>> | undefined
  return () => {
    secret ??= getInstanceSecret(parts.database, parts.encryption, { name, now: parts.clock() }).catch(
      (error: unknown) => {
        secret = undefined
        throw error
      },
    )
    return secret
  }
}
