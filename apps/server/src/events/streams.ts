import type { JsonObject } from '@rollcall/scim'
import { AccessError } from '../access/access-error.ts'
import { requireSecretAnew } from '../access/secret-place.ts'
import { toPage, type Call, type Page, type PageOf } from '../access/call.ts'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import {
  deleteEventStreamRow,
  insertEventStream,
  selectEventStream,
  selectEventStreams,
  updateEventStream,
  type EventStreamRow,
  type StreamMethod,
  type StreamState,
  type SubjectFormat,
} from '../db/queries/event-streams.ts'
import { countWaitingTokens, deleteWaitingTokens, insertEventTokens } from '../db/queries/event-tokens.ts'
import { lockOrganization } from '../db/queries/organizations.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import type { Encryption } from '../encryption.ts'
import { createId, formatTypeId } from '../type-id.ts'
import { followOutbox } from './outbox.ts'
import { grantedUris, publicUris, streamUris, supportedUris } from './signal-events.ts'
import { baseClaims } from './stream-tokens.ts'
import { toJti } from './token-names.ts'
import { withoutQuery } from './without-query.ts'

export type EventStream = EventStreamRow

/** What a receiver, or an administrator for it, may say about a stream. */
export type StreamCommand = {
  readonly description?: string | null | undefined
  readonly eventsRequested?: readonly string[] | undefined
  readonly method?: StreamMethod | undefined
  readonly endpointUrl?: string | null | undefined
  /** The whole Authorization header of pushes; null: none. */
  readonly authorizationHeader?: string | null | undefined
  readonly connectionId?: string | null | undefined
  readonly subjectFormat?: SubjectFormat | undefined
  readonly allSubjects?: boolean | undefined
  readonly state?: StreamState | undefined
  readonly stateReason?: string | null | undefined
}

export type CreateStream = StreamCommand & {
  readonly audience?: readonly string[] | undefined
  /** Whoever may manage it by the stream API; null: administrators only. */
  readonly ownerId: string | null
  readonly issuer: string
}

type Parts = { readonly database: Database; readonly encryption: Encryption }
type Key = { readonly organizationId: string; readonly id: string }

/** So many receivers an organization may have. */
export const streamsMax = 50

/** What is told to whoever may not read people: no data, only that something happened. */
export function allowedUris(mayReadPeople: boolean): readonly string[] {
  return mayReadPeople ? supportedUris : publicUris
}

/** The events that a stream carries, in the order of the catalogue. */
export function deliveredUris({ eventsRequested }: Pick<EventStream, 'eventsRequested'>): readonly string[] {
  const granted = grantedUris(eventsRequested)
  return supportedUris.filter((uri) => granted.has(uri))
}

/** What a stream carries and its receiver may not read: his rights may have shrunk since he asked for it. */
export function lackingUris(stream: Pick<EventStream, 'eventsRequested'>, mayReadPeople: boolean): readonly string[] {
  const allowed = new Set(allowedUris(mayReadPeople))
  return stream.eventsRequested.filter((uri) => supportedUris.includes(uri) && !allowed.has(uri))
}

/** Throws `beyondRights`, `invalidUrl`, `tooManyStreams`. */
export async function createStream(
  { database, encryption }: Parts,
  call: Call,
  request: { readonly organizationId: string; readonly command: CreateStream },
): Promise<EventStream> {
  const { organizationId, command } = request
  const id = createId()
  const method = command.method ?? ((command.endpointUrl ?? null) === null ? 'poll' : 'push')
  const row: EventStream = {
    organizationId,
    id,
    ownerId: command.ownerId,
    description: command.description ?? null,
    connectionId: command.connectionId ?? null,
    issuer: command.issuer,
    audience: command.audience ?? [formatTypeId('evs', id)],
    eventsRequested: command.eventsRequested ?? [...publicUris],
    method,
    endpointUrl: endpointOf(method, command.endpointUrl),
    authorizationSealed: seal(encryption, { organizationId, id }, command.authorizationHeader),
    subjectFormat: command.subjectFormat ?? 'email',
    allSubjects: command.allSubjects ?? true,
    state: command.state ?? 'enabled',
    stateReason: command.stateReason ?? null,
    failures: 0,
    failingSince: null,
    lastError: null,
    lastDeliveredAt: null,
    verifiedAt: null,
    version: 1,
    createdBy: call.actor,
    createdAt: call.now,
    updatedAt: call.now,
  }
  requireReading(call, row)
  return transaction(database, async (tx) => {
    await lockOrganization(tx, organizationId)
    const others = await selectEventStreams(tx, organizationId, { rowsMax: streamsMax })
    if (others.length >= streamsMax)
      throw new AccessError('tooManyStreams', `An organization may have ${streamsMax} event streams`)
    await followOutbox(tx, { organizationId, consumer: 'security-events' })
    const stream = await insertEventStream(tx, row)
    await record(tx, call, stream, 'event_stream.created')
    return stream
  })
}

/** Events with the data of people go where somebody says who may read them. */
function requireReading({ rights }: Call, { eventsRequested }: EventStream): void {
  const mayRead = rights === 'all' || rights.permissions.has('people:read')
  const allowed = allowedUris(mayRead)
  if (!deliveredUris({ eventsRequested }).every((uri) => allowed.includes(uri)))
    throw new AccessError('beyondRights', 'Events with the data of people need the permission "people:read" too')
}

function endpointOf(method: StreamMethod, url: string | null | undefined): string | null {
  if (method === 'poll') return null
  if (url === null || url === undefined)
    throw new AccessError('invalidUrl', 'A stream that pushes needs the address of its receiver', {
      field: 'endpointUrl',
    })
  const isWeb = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
  if (!isWeb || new URL(url).username !== '' || new URL(url).hash !== '')
    throw new AccessError('invalidUrl', 'The address of the receiver must be an https URL', { field: 'endpointUrl' })
  return url
}

function seal(encryption: Encryption, key: Key, header: string | null | undefined): string | null {
  return header === null || header === undefined || header === '' ? null : encryption.seal(header, contextOf(key))
}

/** The Authorization header of pushes, in clear. */
export function openAuthorization(encryption: Encryption, stream: EventStream): string | undefined {
  const { authorizationSealed } = stream
  return authorizationSealed === null ? undefined : encryption.open(authorizationSealed, contextOf(stream))
}

function contextOf({ organizationId, id }: Key): string {
  return `event_streams/${organizationId}/${id}`
}

/** Throws `eventStreamNotFound`; with an owner also for the streams of others. */
export async function getStream(
  db: Queryable,
  { organizationId, id }: Key,
  options: { readonly ownerId?: string | undefined; readonly lock?: boolean } = {},
): Promise<EventStream> {
  const stream = await selectEventStream(db, organizationId, id, { lock: options.lock === true })
  const isOthers = options.ownerId !== undefined && stream?.ownerId !== options.ownerId
  if (stream === undefined || isOthers) throw new AccessError('eventStreamNotFound', 'There is no such event stream')
  return stream
}

export async function listStreams(
  db: Queryable,
  organizationId: string,
  page: PageOf & { readonly ownerId?: string | undefined },
): Promise<Page<EventStream>> {
  const { limit, after, ownerId } = page
  const rows = await selectEventStreams(db, organizationId, { ownerId, after, rowsMax: limit + 1 })
  return toPage(rows, limit, ({ id }) => id)
}

export type UpdateStream = Key & {
  readonly ownerId?: string | undefined
  readonly command: StreamCommand
  readonly ifVersion?: number | undefined
}

/** Changes what the command names. Throws `eventStreamNotFound`, `versionMismatch`, `beyondRights`, `invalidUrl`, `secretMissing`. */
export async function updateStream(
  { database, encryption }: Parts,
  call: Call,
  request: UpdateStream,
): Promise<EventStream> {
  const { command, ownerId, ifVersion } = request
  return transaction(database, async (tx) => {
    const before = await getStream(tx, request, { ownerId, lock: true })
    if (ifVersion !== undefined && ifVersion !== before.version)
      throw new AccessError('versionMismatch', 'The event stream has changed', { currentVersion: before.version })
    const row = applyCommand(before, command, { encryption, now: call.now })
    if (isPointed(command)) requireReading(call, row)
    const after = await updateEventStream(tx, row)
    await settleState(tx, call, { before, after, isByReceiver: ownerId !== undefined })
    await record(tx, call, after, 'event_stream.updated')
    return after
  })
}

/** Whether a command says what is told, or to whom. */
function isPointed({ eventsRequested, method, endpointUrl }: StreamCommand): boolean {
  return eventsRequested !== undefined || method !== undefined || endpointUrl !== undefined
}

function applyCommand(
  before: EventStream,
  command: StreamCommand,
  { encryption, now }: { readonly encryption: Encryption; readonly now: Date },
): EventStream {
  const method = command.method ?? before.method
  const endpointUrl = command.endpointUrl === undefined ? before.endpointUrl : command.endpointUrl
  const { authorizationHeader } = command
  requireSecretAnew({
    field: 'authorizationHeader',
    hasSecret: before.authorizationSealed !== null,
    isGiven: authorizationHeader !== undefined,
    before: before.endpointUrl,
    after: endpointUrl,
  })
  return {
    ...before,
    description: command.description === undefined ? before.description : command.description,
    connectionId: command.connectionId === undefined ? before.connectionId : command.connectionId,
    eventsRequested: command.eventsRequested ?? before.eventsRequested,
    method,
    endpointUrl: endpointOf(method, endpointUrl),
    authorizationSealed:
      authorizationHeader === undefined ? before.authorizationSealed : seal(encryption, before, authorizationHeader),
    subjectFormat: command.subjectFormat ?? before.subjectFormat,
    allSubjects: command.allSubjects ?? before.allSubjects,
    state: command.state ?? before.state,
    stateReason: command.state === undefined ? before.stateReason : (command.stateReason ?? null),
    updatedAt: now,
  }
}

/** A disabled stream misses what happens; one whose state we change is told so (SSF 1.0 §8.1.5). */
async function settleState(
  tx: Queryable,
  call: Call,
  {
    before,
    after,
    isByReceiver,
  }: { readonly before: EventStream; readonly after: EventStream; readonly isByReceiver: boolean },
): Promise<void> {
  if (before.state === after.state) return
  if (after.state === 'disabled')
    await deleteWaitingTokens(tx, { organizationId: after.organizationId, streamId: after.id })
  if (!isByReceiver) await tellState(tx, after, call.now)
}

/** Pauses a stream whose receiver takes nothing; the receiver is told first when it is there again. */
export async function pauseStream(
  tx: Queryable,
  stream: EventStream,
  { now, reason }: { readonly now: Date; readonly reason: string },
): Promise<void> {
  const paused = await updateEventStream(tx, { ...stream, state: 'paused', stateReason: reason, updatedAt: now })
  await tellState(tx, paused, now)
  await record(tx, { actor: 'system', now, requestId: undefined }, paused, 'event_stream.paused')
}

/** Tells a receiver that its stream was switched by us. */
async function tellState(tx: Queryable, stream: EventStream, now: Date): Promise<void> {
  const reason = stream.stateReason === null ? {} : { reason: stream.stateReason }
  await tellStream(tx, stream, { now, events: { [streamUris.updated]: { status: stream.state, ...reason } } })
}

/** Something about the stream itself: its subject is its id. */
async function tellStream(
  tx: Queryable,
  { organizationId, id: streamId }: Key,
  { now, events }: { readonly now: Date; readonly events: JsonObject },
): Promise<void> {
  const id = createId()
  const claims = {
    ...baseClaims({ id, at: now, txn: toJti(id) }),
    sub_id: { format: 'opaque', id: formatTypeId('evs', streamId) },
    events,
  }
  await insertEventTokens(tx, [{ organizationId, streamId, id, claims, createdAt: now, isControl: true }])
}

/** Has a verification event delivered (SSF 1.0 §8.1.4). */
export async function verifyStream(
  db: Queryable,
  stream: Key,
  { now, state }: { readonly now: Date; readonly state: string | undefined },
): Promise<void> {
  await tellStream(db, stream, { now, events: { [streamUris.verification]: state === undefined ? {} : { state } } })
}

/** How much waits in each stream that has something. */
export function countWaiting(db: Queryable, organizationId: string): Promise<ReadonlyMap<string, number>> {
  return countWaitingTokens(db, organizationId)
}

/** Throws `eventStreamNotFound`, `versionMismatch`. */
export async function deleteStream(
  database: Database,
  call: Call,
  request: Key & { readonly ownerId?: string | undefined; readonly ifVersion?: number | undefined },
): Promise<void> {
  const { ownerId, ifVersion } = request
  await transaction(database, async (tx) => {
    const stream = await getStream(tx, request, { ownerId, lock: true })
    if (ifVersion !== undefined && ifVersion !== stream.version)
      throw new AccessError('versionMismatch', 'The event stream has changed', { currentVersion: stream.version })
    await deleteEventStreamRow(tx, stream.organizationId, stream.id)
    await record(tx, call, stream, 'event_stream.deleted')
  })
}

async function record(
  tx: Queryable,
  call: Pick<Call, 'actor' | 'now' | 'requestId'>,
  stream: EventStream,
  action: `event_stream.${'created' | 'updated' | 'deleted' | 'paused'}`,
): Promise<void> {
  const { organizationId, description, method, eventsRequested, state, stateReason, version } = stream
  const endpointUrl = stream.endpointUrl === null ? null : withoutQuery(stream.endpointUrl)
  await insertAccessChange(tx, {
    organizationId,
    at: call.now,
    action,
    subjectId: stream.id,
    subjectVersion: version,
    actor: call.actor,
    requestId: call.requestId,
    data: { description, method, endpointUrl, eventsRequested, state, stateReason },
  })
}
