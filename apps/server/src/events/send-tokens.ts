import type { JsonObject } from '@rollcall/scim'
import {
  claimPushStream,
  selectEventStream,
  updateStreamDelivery,
  updateStreamVerified,
  type EventStreamRow,
} from '../db/queries/event-streams.ts'
import {
  countTokenAttempt,
  selectWaitingTokens,
  settleEventTokens,
  type EventTokenRow,
} from '../db/queries/event-tokens.ts'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import type { Parts } from '../parts.ts'
import { streamUris } from './signal-events.ts'
import { openAuthorization, pauseStream } from './streams.ts'
import type { TokenSigner } from './token-signer.ts'

type SendParts = Pick<Parts, 'database' | 'clock' | 'encryption' | 'outboundFetch' | 'logger'> & {
  readonly signer: TokenSigner
}

/** What is sent to one stream before the next one has its turn. */
const batchMax = 50
const claimMs = 60_000
const turnMs = 20_000
const retryBaseMs = 5_000
const retryMsMax = 3_600_000
/** A receiver that takes nothing for so long is paused: what happens meanwhile is kept for it. */
const failingMsMax = 3 * 24 * 3_600_000
const errorCharactersMax = 300

/** The token as it leaves: the claims that were written down, with issuer and audience of the stream. */
export function signToken(signer: TokenSigner, stream: EventStreamRow, claims: JsonObject): Promise<string> {
  const { audience } = stream
  const [only] = audience
  const aud = audience.length === 1 && only !== undefined ? only : [...audience]
  return signer.sign({ iss: stream.issuer, aud, ...claims })
}

/** Pushes what waits (RFC 8935), stream by stream and in order, until nothing is due or the signal asks to stop. */
export async function pushTokens(parts: SendParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const now = parts.clock()
    const stream = await claimPushStream(parts.database, { now, until: new Date(now.getTime() + claimMs) })
    if (stream === undefined) return
    await pushAll(parts, stream, signal)
  }
}

async function pushAll(parts: SendParts, stream: EventStreamRow, signal: AbortSignal): Promise<void> {
  const { database, clock } = parts
  const key = { organizationId: stream.organizationId, streamId: stream.id }
  const startedMs = performance.now()
  const waiting = { isEnabled: stream.state === 'enabled', rowsMax: batchMax }
  let delivered: Date | null = null
  for (const token of await selectWaitingTokens(database, key, waiting)) {
    if (signal.aborted || performance.now() - startedMs > turnMs) break
    const answer = await push(parts, stream, token)
    if (answer.kind === 'failed') {
      await countTokenAttempt(database, key, token.id)
      return postpone(parts, stream, { error: answer.error, delivered })
    }
    delivered = clock()
    const error = answer.kind === 'refused' ? answer.error : null
    const settled = { ids: [token.id], at: delivered, error }
    await settleTokens(database, stream, settled)
  }
  const standing = { dueAt: clock(), failures: 0, failingSince: null, lastError: null, lastDeliveredAt: delivered }
  await updateStreamDelivery(database, stream, standing)
}

/** The receiver has taken these tokens, or refused them for good; a verification that it took verifies the stream. */
export async function settleTokens(
  database: Database,
  stream: Pick<EventStreamRow, 'organizationId' | 'id'>,
  settled: { readonly ids: readonly string[]; readonly at: Date; readonly error: string | null },
): Promise<number> {
  const key = { organizationId: stream.organizationId, streamId: stream.id }
  const claims = await settleEventTokens(database, key, settled)
  const isVerified = settled.error === null && claims.some(({ events }) => isVerification(events))
  if (isVerified) await updateStreamVerified(database, stream, settled.at)
  return claims.length
}

function isVerification(events: unknown): boolean {
  return typeof events === 'object' && events !== null && streamUris.verification in events
}

type Pushed =
  | { readonly kind: 'taken' }
  /** The receiver says that this token is wrong: sent again it would be no better. */
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'failed'; readonly error: string }

async function push(parts: SendParts, stream: EventStreamRow, { claims }: EventTokenRow): Promise<Pushed> {
  const authorization = openAuthorization(parts.encryption, stream)
  try {
    const answer = await parts.outboundFetch({
      url: stream.endpointUrl ?? '',
      method: 'POST',
      headers: {
        'content-type': 'application/secevent+jwt',
        accept: 'application/json',
        ...(authorization !== undefined && { authorization }),
      },
      body: await signToken(parts.signer, stream, claims),
    })
    if (answer.status >= 200 && answer.status < 300) return { kind: 'taken' }
    const error = describeError(answer.status, answer.text)
    // RFC 8935 §2.3: only 400 speaks of the token itself. Who we are may be put right.
    const isToken = answer.status === 400 && !/"(?:authentication_failed|access_denied)"/.test(answer.text)
    return { kind: isToken ? 'refused' : 'failed', error }
  } catch (error) {
    return { kind: 'failed', error: error instanceof Error ? error.message.slice(0, errorCharactersMax) : 'no answer' }
  }
}

function describeError(status: number, text: string): string {
  const { err, description } = parseObject(text)
  const said = [err, description].filter((part) => typeof part === 'string').join(': ')
  return (said === '' ? `The receiver answered ${status}` : said).slice(0, errorCharactersMax)
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

async function postpone(
  { database, clock, logger }: SendParts,
  stream: EventStreamRow,
  { error, delivered }: { readonly error: string; readonly delivered: Date | null },
): Promise<void> {
  const now = clock()
  const isFirst = delivered !== null || stream.failingSince === null
  const failures = isFirst ? 1 : stream.failures + 1
  const failingSince = isFirst ? now : stream.failingSince
  const waitMs = Math.min(retryBaseMs * 2 ** (failures - 1), retryMsMax)
  const dueAt = new Date(now.getTime() + waitMs * (1 + Math.random() / 10))
  await updateStreamDelivery(database, stream, {
    dueAt,
    failures,
    failingSince,
    lastError: error,
    lastDeliveredAt: delivered,
  })
  const isLong = failingSince !== null && now.getTime() - failingSince.getTime() >= failingMsMax
  if (!isLong || stream.state !== 'enabled') return
  logger.warn({ stream: stream.id, error }, 'an event stream has failed for days and is paused')
  await pause(database, stream, { now, reason: `No delivery since ${failingSince.toISOString()}: ${error}` })
}

async function pause(
  database: Database,
  { organizationId, id }: EventStreamRow,
  { now, reason }: { readonly now: Date; readonly reason: string },
): Promise<void> {
  await transaction(database, async (tx) => {
    const stream = await selectEventStream(tx, organizationId, id, { lock: true })
    if (stream?.state === 'enabled') await pauseStream(tx, stream, { now, reason })
  })
}
