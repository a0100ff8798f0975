import { createPublicKey, generateKeyPair, type KeyObject, createPrivateKey } from 'node:crypto'
import { promisify } from 'node:util'
import type { JsonObject } from '@rollcall/scim'
import { calculateJwkThumbprint, exportJWK, SignJWT, type JWK } from 'jose'
import type { Clock } from '../clock.ts'
import { insertSealedSecret, selectSealedSecret } from '../db/queries/instance.ts'
import type { Queryable } from '../db/pool.ts'
import { secretContext, type Encryption } from '../encryption.ts'

/** The one algorithm: what the CAEP interoperability profile demands of all. */
export const tokenAlgorithm = 'RS256'
const keyBits = 2_048
const secretName = 'security-events.key'
const generate = promisify(generateKeyPair)

export type TokenSigner = {
  /** A security event token (RFC 8417) in its compact form. */
  sign(claims: JsonObject): Promise<string>
  /** What verifies the tokens (RFC 7517). */
  publishedKeys(): Promise<{ readonly keys: readonly JWK[] }>
}

type Key = { readonly id: string; readonly secret: KeyObject; readonly published: JWK }

/** Signs with the key of the instance, which the first process that signs makes; it is stored sealed. */
export function createTokenSigner(parts: {
  readonly database: Queryable
  readonly encryption: Encryption
  readonly clock: Clock
}): TokenSigner {
  let known: Promise<Key> | undefined
  const getKey = (): Promise<Key> => {
    known ??= loadKey(parts).catch((error: unknown) => {
      known = undefined
      throw error
    })
    return known
  }
  return {
    sign: async (claims) => {
      const { id, secret } = await getKey()
      const header = { alg: tokenAlgorithm, typ: 'secevent+jwt', kid: id }
      return new SignJWT({ ...claims }).setProtectedHeader(header).sign(secret)
    },
    publishedKeys: async () => ({ keys: [(await getKey()).published] }),
  }
}

async function loadKey({ database, encryption, clock }: Parameters<typeof createTokenSigner>[0]): Promise<Key> {
  const context = secretContext(secretName)
  const stored = (await selectSealedSecret(database, secretName)) ?? (await makeKey())
  const secret = createPrivateKey(encryption.open(stored, context))
  const published = await exportJWK(createPublicKey(secret))
  const id = await calculateJwkThumbprint(published)
  return { id, secret, published: { ...published, kid: id, use: 'sig', alg: tokenAlgorithm } }

  async function makeKey(): Promise<string> {
    const { privateKey } = await generate('rsa', { modulusLength: keyBits })
    const text = privateKey.export({ type: 'pkcs8', format: 'pem' })
    return insertSealedSecret(database, { name: secretName, sealed: encryption.seal(text, context), at: clock() })
  }
}
