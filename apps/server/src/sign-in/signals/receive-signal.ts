import { insertAccessChange } from '../../db/queries/access-changes.ts'
import {
  deleteReceivedSignals,
  insertReceivedSignal,
  selectTransmitter,
  updateSignalOutcome,
  updateTransmitterReceived,
} from '../../db/queries/transmitters.ts'
import type { Database, Queryable } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import { streamUris } from '../../events/signal-events.ts'
import { actOnSignal, actorOf, type Acted, type Acting } from './act-on-signal.ts'
import { RefusedSignal } from './signal-error.ts'
import type { TransmitterKeys } from './transmitter-keys.ts'
import type { Transmitter } from './transmitters.ts'
import { rememberedDays, verifyEventToken } from './verify-token.ts'

type ReceiveParts = { readonly database: Database; readonly keys: TransmitterKeys }
type Received = { readonly token: string; readonly now: Date; readonly requestId: string | undefined }

/**
 * Takes a security event token: proves it, acts on it and remembers its id in one transaction. One that was taken before is
 * taken again without a word (RFC 8935 §2.2). Throws RefusedSignal.
 */
export async function receiveSignal(
  { database, keys }: ReceiveParts,
  transmitter: Transmitter,
  { token, now, requestId }: Received,
): Promise<void> {
  try {
    const claims = await verifyEventToken(keys, transmitter, { token, now })
    const events = listEvents(claims['events'])
    const acting = { database, transmitter, now, requestId }
    await take(acting, { jti: claims.jti, events, subject: claims['sub_id'] })
    const isVerification = events.some(({ uri }) => uri === streamUris.verification)
    await updateTransmitterReceived(database, transmitter, { at: now, error: null, isVerification })
  } catch (error) {
    if (!(error instanceof RefusedSignal)) throw error
    const refused = { at: now, error: `${error.fault}: ${error.message}`, isVerification: false }
    await updateTransmitterReceived(database, transmitter, refused)
    throw error
  }
}

type Event = { readonly uri: string; readonly payload: Readonly<Record<string, unknown>> }

function listEvents(events: unknown): readonly Event[] {
  if (typeof events !== 'object' || events === null || Array.isArray(events))
    throw new RefusedSignal('invalid_request', '"events" must be an object')
  const listed = Object.entries(events).map(([uri, payload]: [string, unknown]) => ({
    uri,
    payload: typeof payload === 'object' && payload !== null ? { ...payload } : {},
  }))
  if (listed.length === 0) throw new RefusedSignal('invalid_request', '"events" names no event')
  return listed
}

type Signal = { readonly jti: string; readonly events: readonly Event[]; readonly subject: unknown }

async function take(acting: Acting, { jti, events, subject }: Signal): Promise<void> {
  const { database, transmitter, now: receivedAt } = acting
  const [first] = events
  const event = first?.uri ?? ''
  const acts = await transaction(database, async (tx) => {
    const acts: Acted[] = []
    const received = { jti, event, userId: null, outcome: 'ignored', receivedAt }
    // Two that come at once wait here for each other: the second one finds the first one's row.
    if (!(await insertReceivedSignal(tx, transmitter, received))) return acts
    for (const { uri, payload } of events) {
      // Events from before RFC 9493 carry their subject themselves.
      const acted = await actOnSignal(tx, acting, { uri, subject: subject ?? payload['subject'] })
      const { outcome, userId } = acted
      await updateSignalOutcome(tx, transmitter, { jti, userId, outcome })
      if (userId !== null) await record(tx, acting, { event: uri, userId, outcome })
      acts.push(acted)
    }
    return acts
  })
  for (const { recordHold } of acts) await recordHold?.()
}

/** What a transmitter's signal did here, beside the changes of the person itself. */
export async function record(
  tx: Queryable,
  { transmitter, now, requestId }: Acting,
  signal: { readonly event: string; readonly userId: string | null; readonly outcome: string },
): Promise<void> {
  await insertAccessChange(tx, {
    organizationId: transmitter.organizationId,
    at: now,
    action: 'transmitter.signal_received',
    subjectId: transmitter.id,
    subjectVersion: transmitter.version,
    actor: actorOf(transmitter),
    requestId,
    data: { ...signal },
  })
}

/** The transmitter of an address that takes signals; undefined: there is none, or it is switched off. */
export async function findTransmitter(
  database: Queryable,
  key: Pick<Transmitter, 'organizationId' | 'id'>,
): Promise<Transmitter | undefined> {
  const found = await selectTransmitter(database, key.organizationId, key.id)
  return found?.state === 'enabled' ? found : undefined
}

/** Forgets ids of tokens that are too old to be taken. */
export function trimSignals(database: Queryable, now: Date): Promise<void> {
  return deleteReceivedSignals(database, new Date(now.getTime() - rememberedDays * 24 * 3_600_000))
}
