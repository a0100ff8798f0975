import { createHash } from 'node:crypto'
import { isJsonObject, type JsonObject } from '@rollcall/scim'
import {
  selectEventSubjects,
  selectFormerScimIds,
  selectTransactions,
  type SubjectRow,
} from '../db/queries/event-subjects.ts'
import { selectListedSubjects, selectListeningStreams, type EventStreamRow } from '../db/queries/event-streams.ts'
import { insertEventTokens, type NewEventToken } from '../db/queries/event-tokens.ts'
import type { Transaction } from '../db/transaction.ts'
import { createId, formatTypeId } from '../type-id.ts'
import { toJti } from './token-names.ts'
import { listMemberAccounts, toChangeEvents, type ChangeEvents } from './change-events.ts'
import { grantedUris } from './signal-events.ts'
import type { OutboxChange, OutboxConsumer } from './outbox.ts'

/** Writes down for each stream what happened that it wants to be told; signed when it leaves. */
export const securityEventConsumer: OutboxConsumer = {
  name: 'security-events',
  handle: async (tx, changes) => {
    const organizationIds = [...new Set(changes.map(({ organizationId }) => organizationId))]
    const streams = await selectListeningStreams(tx, organizationIds)
    if (streams.length === 0) return
    const known = await learn(tx, organizationIds, { changes, streams })
    const tokens = changes.flatMap((change) =>
      streams
        .filter((stream) => stream.organizationId === change.organizationId && change.at >= stream.createdAt)
        .flatMap((stream) => toTokens(change, stream, known)),
    )
    await insertEventTokens(tx, tokens)
  },
}

/** What a batch of changes is about. */
type Known = {
  readonly subjects: ReadonlyMap<string, SubjectRow>
  readonly formerIds: ReadonlyMap<string, string>
  /** The transactions of asynchronous requests, by request id. */
  readonly transactions: ReadonlyMap<string, string>
  /** `stream subject` of those that streams name. */
  readonly listed: ReadonlySet<string>
}

type Batch = { readonly changes: readonly OutboxChange[]; readonly streams: readonly EventStreamRow[] }

async function learn(tx: Transaction, organizationIds: readonly string[], { changes, streams }: Batch): Promise<Known> {
  const ids = [
    ...new Set(
      changes.flatMap(({ subjectId, data }) => [
        subjectId,
        ...(typeof data['userId'] === 'string' ? [data['userId']] : []),
        ...listMemberAccounts(data, 'added'),
        ...listMemberAccounts(data, 'removed'),
      ]),
    ),
  ].filter((id) => uuid.test(id))
  const rows = await selectEventSubjects(tx, organizationIds, ids)
  const gone = rows.filter(({ scimId }) => scimId === null).map(({ id }) => id)
  const requestIds = [...new Set(changes.flatMap(({ requestId }) => requestId ?? []))]
  const streamIds = streams.map(({ id }) => id)
  const listed = await selectListedSubjects(tx, streamIds, ids)
  return {
    subjects: new Map(rows.map((row) => [row.id, row])),
    formerIds: await selectFormerScimIds(tx, organizationIds, gone),
    transactions: await selectTransactions(tx, organizationIds, requestIds),
    listed: new Set(listed.map(({ streamId, subjectId }) => `${streamId} ${subjectId}`)),
  }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

function toTokens(change: OutboxChange, stream: EventStreamRow, known: Known): readonly NewEventToken[] {
  const row = known.subjects.get(change.subjectId)
  const made = toChangeEvents(change, grantedUris(stream.eventsRequested), {
    document: toDocument(change, row),
    memberIds: toMemberIds(change, known),
    showsExternalId: stream.connectionId !== null && stream.connectionId === change.connectionId,
  })
  return made.flatMap((events): readonly NewEventToken[] => {
    const subjectId = events.subject === 'scim' ? change.subjectId : events.userId
    if (!tells(stream, subjectId, known)) return []
    const subId =
      events.subject === 'scim' ? toScimSubject(change, stream, known) : toAccountSubject(events, stream, known)
    if (subId === undefined) return []
    const id = createId()
    const claims = {
      ...baseClaims({ id, at: change.at, txn: toTransaction(change, known) }),
      sub_id: subId,
      events: events.events,
    }
    const { organizationId } = stream
    return [{ organizationId, streamId: stream.id, id, claims, createdAt: change.at }]
  })
}

/** `iat` is when it happened; `jti` and `txn` stay the same however often it is sent (RFC 9967 §2.2). */
export function baseClaims(given: { readonly id: string; readonly at: Date; readonly txn: string }): JsonObject {
  return { iat: Math.floor(given.at.getTime() / 1000), jti: toJti(given.id), txn: given.txn }
}

/** Two streams, and a second reading, hear of one change under one name. */
function toTransaction({ organizationId, position, requestId }: OutboxChange, { transactions }: Known): string {
  const asynchronous = requestId === null ? undefined : transactions.get(requestId)
  if (asynchronous !== undefined) return toJti(asynchronous)
  return createHash('sha256').update(`${organizationId}/${position}`).digest('hex').slice(0, 32)
}

function tells({ id, allSubjects }: EventStreamRow, subjectId: string, { listed }: Known): boolean {
  return listed.has(`${id} ${subjectId}`) !== allSubjects
}

/** RFC 9967 §2.1: the relative path; externalId for the connection that gave it. */
function toScimSubject(change: OutboxChange, stream: EventStreamRow, known: Known): JsonObject | undefined {
  const row = known.subjects.get(change.subjectId)
  const told = change.data['scimId']
  const scimId = typeof told === 'string' ? told : (row?.scimId ?? known.formerIds.get(change.subjectId))
  if (row === undefined || scimId === undefined) return undefined
  const isOwn = stream.connectionId !== null && stream.connectionId === row.connectionId
  return toScimSubjectId({ ...row, scimId }, isOwn)
}

/** The subject identifier of format `scim`. */
export function toScimSubjectId(row: SubjectRow & { readonly scimId: string }, showsExternalId: boolean): JsonObject {
  return {
    format: 'scim',
    uri: `/${row.kind === 'user' ? 'Users' : 'Groups'}/${row.scimId}`,
    ...(showsExternalId && row.externalId !== null && { externalId: row.externalId }),
  }
}

type AccountEvents = Extract<ChangeEvents, { subject: 'account' }>

function toAccountSubject(events: AccountEvents, stream: EventStreamRow, known: Known): JsonObject {
  const user = toAccountSubjectId(stream, events.userId, known.subjects.get(events.userId))
  if (events.sessionId === undefined) return user
  return { format: 'complex', user, session: { format: 'opaque', id: formatTypeId('ses', events.sessionId) } }
}

/** As the stream wants people to be named; without an address by the issuer's own id. */
export function toAccountSubjectId(
  stream: Pick<EventStreamRow, 'subjectFormat' | 'issuer'>,
  userId: string,
  row: SubjectRow | undefined,
): JsonObject {
  const sub = formatTypeId('usr', userId)
  if (stream.subjectFormat === 'opaque') return { format: 'opaque', id: sub }
  const email = stream.subjectFormat === 'email' ? findAddress(row) : undefined
  if (email !== undefined) return { format: 'email', email }
  return { format: 'iss_sub', iss: stream.issuer, sub }
}

/** The primary address, else the first one, else the user name when it is one. */
function findAddress(row: SubjectRow | undefined): string | undefined {
  const { emails, userName } = parseDocument(row)
  const list = Array.isArray(emails) ? emails.filter(isJsonObject) : []
  const value = (list.find(({ primary }) => primary === true) ?? list[0])?.['value']
  if (typeof value === 'string' && value.includes('@')) return value
  return typeof userName === 'string' && userName.includes('@') ? userName : undefined
}

function parseDocument(row: SubjectRow | undefined): JsonObject {
  const value: unknown = JSON.parse(row?.document ?? '{}')
  return isJsonObject(value) ? value : {}
}

/** Only while it is still what the change made of it. */
function toDocument(change: OutboxChange, row: SubjectRow | undefined): JsonObject | undefined {
  if (row === undefined || row.scimId === null || row.kind !== 'user') return undefined
  return row.version === change.subjectVersion ? { id: row.scimId, ...parseDocument(row) } : undefined
}

function toMemberIds({ data }: OutboxChange, { subjects, formerIds }: Known): ReadonlyMap<string, string> {
  const accounts = [...listMemberAccounts(data, 'added'), ...listMemberAccounts(data, 'removed')]
  return new Map(
    accounts.flatMap((id) => {
      const scimId = subjects.get(id)?.scimId ?? formerIds.get(id)
      return scimId === undefined ? [] : [[id, scimId] as const]
    }),
  )
}
