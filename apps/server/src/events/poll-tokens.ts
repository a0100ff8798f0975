import { setTimeout as sleep } from 'node:timers/promises'
import { selectWaitingTokens } from '../db/queries/event-tokens.ts'
import type { Database } from '../db/pool.ts'
import { settleTokens, signToken } from './send-tokens.ts'
import type { EventStream } from './streams.ts'
import { parseJti, toJti } from './token-names.ts'
import type { TokenSigner } from './token-signer.ts'

/** What a receiver says when it polls (RFC 8936 §2.4). */
export type Poll = {
  readonly maxEvents?: number | undefined
  readonly returnImmediately: boolean
  readonly ack: readonly string[]
  readonly setErrs: Readonly<Record<string, { readonly err: string; readonly description?: string | undefined }>>
}

export type PollAnswer = { readonly sets: Readonly<Record<string, string>>; readonly moreAvailable: boolean }

export const maxEventsDefault = 100
export const maxEventsMax = 1_000
/** So long a poll waits for something to happen. */
const waitMsMax = 25_000
const pauseMs = 250

type PollParts = { readonly database: Database; readonly signer: TokenSigner }

/**
 * Takes note of what the receiver has taken or refused, then hands over what waits: the same again until it is acknowledged.
 * Waits for something where nothing is, unless the receiver wants an answer at once or wants no events at all.
 */
export async function pollTokens(
  { database, signer }: PollParts,
  stream: EventStream,
  { poll, now, signal }: { readonly poll: Poll; readonly now: Date; readonly signal: AbortSignal },
): Promise<PollAnswer> {
  await settle(database, stream, { poll, now })
  const wanted = Math.min(poll.maxEvents ?? maxEventsDefault, maxEventsMax)
  const key = { organizationId: stream.organizationId, streamId: stream.id }
  const isWaiting = wanted > 0 && !poll.returnImmediately && stream.state === 'enabled'
  const deadline = performance.now() + (isWaiting ? waitMsMax : 0)
  // A paused stream holds back all but what is about itself.
  const range = { isEnabled: stream.state === 'enabled', rowsMax: wanted + 1 }
  const read = () => selectWaitingTokens(database, key, range)
  let rows = await read()
  while (rows.length === 0 && performance.now() < deadline && !signal.aborted) {
    await sleep(pauseMs, undefined, { signal }).catch(() => {})
    rows = await read()
  }
  const sets: Record<string, string> = {}
  for (const { id, claims } of rows.slice(0, wanted)) sets[toJti(id)] = await signToken(signer, stream, claims)
  return { sets, moreAvailable: rows.length > wanted }
}

/** What is acknowledged twice, or was never sent, is no error (RFC 8936 §2.4). */
async function settle(
  database: Database,
  stream: EventStream,
  { poll, now }: { readonly poll: Poll; readonly now: Date },
): Promise<void> {
  const ids = poll.ack.flatMap((jti) => parseJti(jti) ?? [])
  await settleTokens(database, stream, { ids, at: now, error: null })
  for (const [jti, { err, description }] of Object.entries(poll.setErrs)) {
    const id = parseJti(jti)
    const error = description === undefined ? err : `${err}: ${description}`
    if (id !== undefined) await settleTokens(database, stream, { ids: [id], at: now, error })
  }
}
