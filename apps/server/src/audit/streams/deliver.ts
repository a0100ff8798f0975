import type { Clock } from '../../clock.ts'
import type { Database } from '../../db/pool.ts'
import {
  selectDueStreams,
  selectHeadSequence,
  updateStreamDelivered,
  updateStreamFailed,
  type AuditStreamRow,
} from '../../db/queries/audit-streams.ts'
import { listEvents } from '../list-events.ts'
import { parseAuditQuery } from '../query/parse.ts'
import { viewEvent, type AuditEvent } from '../view-event.ts'
import { toOcsf } from './ocsf.ts'
import { sendEvents, type Senders } from './send.ts'

const streamsPerTurn = 20
const batchMax = 500
const archiveBatchMax = 10_000
/** An archive gets an object about so often, as Datadog's does. */
const archiveSeconds = 900
const retryBaseMs = 5_000
const retryMaxMs = 15 * 60_000
const errorCharactersMax = 500

type Sending = Senders & {
  readonly clock: Clock
  /** Opens the secret of a stream. */
  readonly open: (stream: AuditStreamRow) => Promise<string | undefined>
  readonly host: string
}

export type DeliverAudit = Sending & { readonly database: Database; readonly signal?: AbortSignal | undefined }

/** Sends what has been sealed to every stream that waits for it, each behind its own cursor. Returns how many events. */
export async function deliverAudit(parts: DeliverAudit): Promise<number> {
  let delivered = 0
  for (;;) {
    const due = await selectDueStreams(parts.database, parts.clock(), streamsPerTurn)
    // None waits for another: one that does not answer takes as long as its time limit.
    const counts = await Promise.all(due.map((stream) => deliverOne(parts, stream)))
    const turn = counts.reduce((sum, count) => sum + count, 0)
    delivered += turn
    if (turn === 0 || parts.signal?.aborted === true) return delivered
  }
}

async function deliverOne(parts: DeliverAudit, stream: AuditStreamRow): Promise<number> {
  const { database, clock } = parts
  try {
    const { events, position } = await readBatch(database, stream)
    if (events.length > 0) await send(parts, stream, events)
    const at = clock()
    const dueAt = stream.kind === 's3' ? new Date(at.getTime() + secondsOf(stream) * 1000) : at
    await updateStreamDelivered(database, stream, { position, events: events.length, at, dueAt })
    return events.length
  } catch (error) {
    const at = clock()
    const waitMs = Math.min(retryMaxMs, retryBaseMs * 2 ** Math.min(stream.failures, 20))
    const message = error instanceof Error ? error.message : String(error)
    await updateStreamFailed(database, stream, {
      error: message.slice(0, errorCharactersMax),
      at,
      dueAt: new Date(at.getTime() + waitMs),
    })
    return 0
  }
}

/** Where nothing more matches, the cursor goes to the end that the chain had before it was read. */
async function readBatch(
  database: Database,
  stream: AuditStreamRow,
): Promise<{ readonly events: readonly AuditEvent[]; readonly position: number }> {
  const head = await selectHeadSequence(database, stream.organizationId)
  const { data, next } = await listEvents(database, stream.organizationId, {
    filter: parseAuditQuery(stream.query),
    order: 'asc',
    limit: stream.kind === 's3' ? archiveBatchMax : batchMax,
    after: String(stream.position),
  })
  const last = data.at(-1)?.sequence ?? stream.position
  return { events: data.map(viewEvent), position: next === undefined ? Math.max(head, last) : last }
}

async function send(parts: Sending, stream: AuditStreamRow, events: readonly AuditEvent[]): Promise<void> {
  const sent = events.map((event) => ({ event, body: stream.format === 'ocsf' ? toOcsf(event) : { ...event } }))
  await sendEvents(
    parts,
    {
      kind: stream.kind,
      settings: stream.settings,
      organization: stream.organizationId,
      secret: await parts.open(stream),
      host: parts.host,
      now: parts.clock(),
    },
    sent,
  )
}

/** One made-up event, sent at once; it has no place in the chain. Throws OutboundError. */
export async function sendTestEvent(parts: Sending, stream: AuditStreamRow): Promise<void> {
  await send(parts, stream, [testEvent(parts.clock())])
}

function testEvent(now: Date): AuditEvent {
  return {
    id: 'aud_00000000000000000000000000',
    sequence: 0,
    at: now.toISOString(),
    action: 'audit_stream.test',
    result: 'success',
    event: 'Access Management',
    verb: 'created',
    kind: 'audit_stream',
    actor: { id: 'system', type: 'system', identity: null, details: {} },
    context: { ip: null, userAgent: null, requestId: null, connectionId: null },
    targets: [],
    identity: null,
    changes: [],
    request: null,
    details: { note: 'A test: nothing happened' },
    erased: [],
    previousHash: '',
    hash: '',
  }
}

function secondsOf({ settings }: AuditStreamRow): number {
  const seconds = settings['everySeconds']
  return typeof seconds === 'number' ? seconds : archiveSeconds
}
