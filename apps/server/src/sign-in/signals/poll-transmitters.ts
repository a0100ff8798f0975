import { claimPolledTransmitter, updateTransmitterPolled } from '../../db/queries/transmitters.ts'
import type { Parts } from '../../parts.ts'
import { receiveSignal } from './receive-signal.ts'
import { RefusedSignal } from './signal-error.ts'
import type { TransmitterKeys } from './transmitter-keys.ts'
import { openTransmitterAuthorization, type Transmitter } from './transmitters.ts'

type PollParts = Pick<Parts, 'database' | 'clock' | 'encryption' | 'outboundFetch'> & { readonly keys: TransmitterKeys }

const claimMs = 60_000
const intervalMs = 10_000
const retryBaseMs = 10_000
const retryMsMax = 600_000
const maxEvents = 100
/** One transmitter keeps the others waiting no longer than for so many answers. */
const roundsMax = 20
const errorCharactersMax = 300

/** Asks every transmitter that is polled and whose turn it is (RFC 8936). */
export async function pollTransmitters(parts: PollParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const now = parts.clock()
    const transmitter = await claimPolledTransmitter(parts.database, { now, until: new Date(now.getTime() + claimMs) })
    if (transmitter === undefined) return
    await pollOne(parts, transmitter, signal)
  }
}

async function pollOne(parts: PollParts, transmitter: Transmitter, signal: AbortSignal): Promise<void> {
  const { database, clock } = parts
  try {
    await pollAll(parts, transmitter, signal)
    const dueAt = new Date(clock().getTime() + intervalMs)
    await updateTransmitterPolled(database, transmitter, { dueAt, failures: 0, lastError: null })
  } catch (error) {
    const lastError = error instanceof Error ? error.message.slice(0, errorCharactersMax) : 'no answer'
    const failures = transmitter.failures + 1
    const waitMs = Math.min(retryBaseMs * 2 ** (failures - 1), retryMsMax)
    await updateTransmitterPolled(database, transmitter, {
      dueAt: new Date(clock().getTime() + waitMs),
      failures,
      lastError,
    })
  }
}

type Settled = { readonly ack: readonly string[]; readonly setErrs: Readonly<Record<string, object>> }

/** Each answer is acted on before the next request acknowledges it: a crash in between costs nothing but a repetition. */
async function pollAll(parts: PollParts, transmitter: Transmitter, signal: AbortSignal): Promise<void> {
  let settled: Settled = { ack: [], setErrs: {} }
  for (let round = 0; round < roundsMax && !signal.aborted; round++) {
    const sets = await ask(parts, transmitter, settled)
    if (sets.length === 0) return
    settled = await takeAll(parts, transmitter, sets)
  }
}

async function takeAll(
  parts: PollParts,
  transmitter: Transmitter,
  sets: readonly (readonly [jti: string, token: string])[],
): Promise<Settled> {
  const ack: string[] = []
  const setErrs: Record<string, object> = {}
  for (const [jti, token] of sets)
    try {
      await receiveSignal(parts, transmitter, { token, now: parts.clock(), requestId: undefined })
      ack.push(jti)
    } catch (error) {
      if (!(error instanceof RefusedSignal)) throw error
      setErrs[jti] = { err: error.fault, description: error.message }
    }
  return { ack, setErrs }
}

async function ask(
  { outboundFetch, encryption }: PollParts,
  transmitter: Transmitter,
  settled: Settled,
): Promise<readonly (readonly [string, string])[]> {
  const authorization = openTransmitterAuthorization(encryption, transmitter)
  const { status, text } = await outboundFetch({
    url: transmitter.pollUrl ?? '',
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(authorization !== undefined && { authorization }),
    },
    body: JSON.stringify({ maxEvents, returnImmediately: true, ...settled }),
  })
  if (status < 200 || status > 299) throw new Error(`The transmitter answered ${status}`)
  const answer: unknown = text === '' ? {} : JSON.parse(text)
  const sets: unknown = typeof answer === 'object' && answer !== null && 'sets' in answer ? answer.sets : {}
  if (typeof sets !== 'object' || sets === null) throw new Error('The transmitter’s answer holds no "sets"')
  return Object.entries(sets)
    .slice(0, maxEvents)
    .flatMap(([jti, token]: [string, unknown]) => (typeof token === 'string' ? [[jti, token] as const] : []))
}
