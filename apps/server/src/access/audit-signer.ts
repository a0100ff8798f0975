import { createHmac } from 'node:crypto'
import type { Queryable } from '../db/pool.ts'
import type { Clock } from '../clock.ts'
import type { Encryption } from '../encryption.ts'
import { getInstanceSecret } from './instance-secrets.ts'

/** Signs ends and checkpoints of audit chains with a secret of the instance that lies in the database only sealed. */
export function createAuditSigner(parts: {
  readonly database: Queryable
  readonly encryption: Encryption
  readonly clock: Clock
}): (text: string) => Promise<string> {
  let secret: Promise<Uint8Array> | undefined
  return async (text) => {
    secret ??= getInstanceSecret(parts.database, parts.encryption, { name: 'audit-signing', now: parts.clock() })
    return `v1.${createHmac('sha256', await secret)
      .update(text)
      .digest('base64url')}`
  }
}
