import { createHash } from 'node:crypto'
import {
  claimIdempotencyKey,
  deleteIdempotencyKey,
  deleteIdempotencyKeysBefore,
  selectIdempotencyKey,
  updateIdempotencyAnswer,
  type IdempotencyKey,
} from '../db/queries/idempotency-keys.ts'
import type { Queryable } from '../db/pool.ts'
import type { Encryption } from '../encryption.ts'
import { nilId } from '../nil-id.ts'

export type { IdempotencyKey } from '../db/queries/idempotency-keys.ts'

/** In the place of the organization where a request concerns none. */
export const noOrganization = nilId

const keptMs = 24 * 3600 * 1000
// Longer than any request may run: whoever holds a key for so long has died.
const abandonedMs = 60_000

export type StoredAnswer = {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** `claimed`: go on, then `keepAnswer` or `releaseKey`. `replay`: answer this. The others are refusals. */
export type Claim =
  | { readonly kind: 'claimed' }
  | { readonly kind: 'replay'; readonly answer: StoredAnswer }
  | { readonly kind: 'inFlight' }
  | { readonly kind: 'otherRequest' }

export type IdempotencyParts = { readonly database: Queryable; readonly encryption: Encryption }

/** Takes an Idempotency-Key for one request; `content` is all that makes the request what it is. */
export async function claimKey(
  { database, encryption }: IdempotencyParts,
  key: IdempotencyKey,
  request: { readonly content: string; readonly now: Date },
): Promise<Claim> {
  const fingerprint = createHash('sha256').update(request.content).digest()
  const at = request.now
  const expiredBefore = new Date(at.getTime() - keptMs)
  const abandonedBefore = new Date(at.getTime() - abandonedMs)
  if (await claimIdempotencyKey(database, key, { fingerprint, at, expiredBefore, abandonedBefore }))
    return { kind: 'claimed' }
  const row = await selectIdempotencyKey(database, key)
  if (row !== undefined && !fingerprint.equals(row.fingerprint)) return { kind: 'otherRequest' }
  // A row that vanished was freed just now: the client tries again like one that came too early.
  if (row === undefined || row.status === null) return { kind: 'inFlight' }
  const body = encryption.open(row.body ?? '', contextOf(key))
  return { kind: 'replay', answer: { status: row.status, body, headers: row.headers ?? {} } }
}

/** The answer may hold a secret that is shown once: it is kept sealed. */
export async function keepAnswer(
  { database, encryption }: IdempotencyParts,
  key: IdempotencyKey,
  answer: StoredAnswer,
): Promise<void> {
  const body = encryption.seal(answer.body, contextOf(key))
  await updateIdempotencyAnswer(database, key, { ...answer, body })
}

/** For a request that was refused: it changed nothing, so the same key may try again. */
export async function releaseKey({ database }: IdempotencyParts, key: IdempotencyKey): Promise<void> {
  await deleteIdempotencyKey(database, key)
}

export function dropExpiredKeys(database: Queryable, now: Date): Promise<number> {
  return deleteIdempotencyKeysBefore(database, new Date(now.getTime() - keptMs))
}

function contextOf(key: IdempotencyKey): string {
  return `idempotency_keys/${key.organizationId}/${key.principal}/${key.key}`
}
