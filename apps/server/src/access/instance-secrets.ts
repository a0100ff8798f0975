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
