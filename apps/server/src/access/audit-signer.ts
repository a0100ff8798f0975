import { createHmac } from 'node:crypto'
import type { Queryable } from '../db/pool.ts'
import type { Clock } from '../clock.ts'
import type { Encryption } from '../encryption.ts'
import { cacheInstanceSecret } from './instance-secrets.ts'

/** Signs ends and checkpoints of audit chains with a secret of the instance that lies in the database only sealed. */
export function createAuditSigner(parts: {
  readonly database: Queryable
  readonly encryption: Encryption
  readonly clock: Clock
}): (text: string) => Promise<string> {
  const getSecret = cacheInstanceSecret(parts, 'audit-signing')
  return async (text) => {
    return `v1.${createHmac('sha256', await getSecret())
      .update(text)
      .digest('base64url')}`
  }
}
