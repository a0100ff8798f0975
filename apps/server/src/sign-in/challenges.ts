import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { cacheInstanceSecret } from '../access/instance-secrets.ts'
import { deleteChallengesBefore } from '../db/queries/passkeys.ts'
import type { Queryable } from '../db/pool.ts'
import type { Encryption } from '../encryption.ts'

/** What a challenge may be answered for, by whom. An answer to another one is worth nothing. */
export type ChallengePurpose = {
  readonly kind: 'signIn' | 'confirm' | 'register'
  readonly organizationId: string
  /** Of `confirm` and `register`: whose session has asked. */
  readonly sessionId?: string
}

export type Challenges = {
  /** 48 bytes in base64url, as the browser gets them. */
  create(purpose: ChallengePurpose, now: Date): Promise<string>
  /** Undefined: we never asked for this, or it was too long ago. Whoever takes the answer uses `hash` up. */
  check(
    challenge: string,
    purpose: ChallengePurpose,
    now: Date,
  ): Promise<{ readonly hash: Buffer; readonly expiresAt: Date } | undefined>
}

const secretName = 'passkey.challenge'
export const challengeMinutes = 10
const timeBytes = 6
const randomBytesOfChallenge = 10
const macBytes = 32

/**
 * Challenges of passkeys that know themselves what they are good for and how long: asking for one writes nothing, so that
 * strangers fill no table, and any process can take the answer.
 */
export function createChallenges(parts: {
  readonly database: Queryable
  readonly encryption: Encryption
  clock(): Date
}): Challenges {
  const getSecret = cacheInstanceSecret(parts, secretName)
  const macOf = async (head: Buffer, { kind, organizationId, sessionId }: ChallengePurpose): Promise<Buffer> =>
    createHmac('sha256', await getSecret())
      .update(head)
      .update(JSON.stringify([kind, organizationId, sessionId ?? null]))
      .digest()
  return {
    create: async (purpose, now) => {
      const time = Buffer.alloc(timeBytes)
      time.writeUIntBE(now.getTime() + challengeMinutes * 60_000, 0, timeBytes)
      const head = Buffer.concat([time, randomBytes(randomBytesOfChallenge)])
      return Buffer.concat([head, await macOf(head, purpose)]).toString('base64url')
    },
    check: async (challenge, purpose, now) => {
      const bytes = Buffer.from(challenge, 'base64url')
      if (bytes.length !== timeBytes + randomBytesOfChallenge + macBytes) return undefined
      const head = bytes.subarray(0, -macBytes)
      const expiresAt = new Date(head.readUIntBE(0, timeBytes))
      if (!timingSafeEqual(bytes.subarray(-macBytes), await macOf(head, purpose))) return undefined
      return expiresAt > now ? { hash: createHash('sha256').update(bytes).digest(), expiresAt } : undefined
    },
  }
}

/** Forgets answered challenges that are too old to be answered again. */
export function trimChallenges(database: Queryable, now: Date): Promise<number> {
  return deleteChallengesBefore(database, now)
}
