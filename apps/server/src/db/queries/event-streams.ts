import type { Queryable } from '../pool.ts'

export type StreamState = 'enabled' | 'paused' | 'disabled'
export type StreamMethod = 'push' | 'poll'
export type SubjectFormat = 'email' | 'iss_sub' | 'opaque'

/** A receiver of security event tokens. */
export type EventStreamRow = {
  readonly organizationId: string
  readonly id: string
  readonly ownerId: string | null
  readonly description: string | null
  readonly connectionId: string | null
  readonly issuer: string
  readonly audience: readonly string[]
  readonly eventsRequested: readonly string[]
  readonly method: StreamMethod
  readonly endpointUrl: string | null
  readonly authorizationSealed: string | null
  readonly subjectFormat: SubjectFormat
  readonly allSubjects: boolean
  readonly state: StreamState
  readonly stateReason: string | null
  readonly failures: number
  readonly failingSince: Date | null
  readonly lastError: string | null
  readonly lastDeliveredAt: Date | null
  readonly verifiedAt: Date | null
  readonly version: number
  readonly createdBy: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

const columns = `organization_id as "organizationId", id, owner_id as "ownerId", description, connection_id as "connectionId",
  issuer, audience, events_requested as "eventsRequested", method, endpoint_url as "endpointUrl",
  authorization_sealed as "authorizationSealed", subject_format as "subjectFormat", all_subjects as "allSubjects", state,
  state_reason as "stateReason", failures, failing_since as "failingSince", last_error as "lastError",
  last_delivered_at as "lastDeliveredAt", verified_at as "verifiedAt", version, created_by as "createdBy",
  created_at as "createdAt", updated_at as "updatedAt"`

export async function insertEventStream(tx: Queryable, row: EventStreamRow): Promise<EventStreamRow> {
  const { rows } = await tx.query<EventStreamRow>(
    {
      text: `insert into event_streams (organization_id, id, owner_id, description, connection_id, issuer, audience,
          events_requested, method, endpoint_url, authorization_sealed, subject_format, all_subjects, state, state_reason,
          due_at, created_by, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $16, $16) returning ${columns}`,
    },
    [
      row.organizationId,
      row.id,
      row.ownerId,
      row.description,
      row.connectionId,
      row.issuer,
      row.audience,
      row.eventsRequested,
      row.method,
      row.endpointUrl,
      row.authorizationSealed,
      row.subjectFormat,
      row.allSubjects,
      row.state,
      row.stateReason,
      row.createdAt,
      row.createdBy,
    ],
  )
  return only(rows)
}

export async function updateEventStream(tx: Queryable, row: EventStreamRow): Promise<EventStreamRow> {
  const { rows } = await tx.query<EventStreamRow>(
    {
      text: `update event_streams set description = $3, connection_id = $4, events_requested = $5, method = $6,
          endpoint_url = $7, authorization_sealed = $8, subject_format = $9, all_subjects = $10, state = $11,
          state_reason = $12, updated_at = $13, due_at = $13, failures = 0, failing_since = null, version = version + 1
        where organization_id = $1 and id = $2 returning ${columns}`,
    },
    [
      row.organizationId,
      row.id,
      row.description,
      row.connectionId,
      row.eventsRequested,
      row.method,
      row.endpointUrl,
      row.authorizationSealed,
      row.subjectFormat,
      row.allSubjects,
      row.state,
      row.stateReason,
      row.updatedAt,
    ],
  )
  return only(rows)
}

function only(rows: readonly EventStreamRow[]): EventStreamRow {
  const [row] = rows
  if (row === undefined) throw new Error('The statement returned no row')
  return row
}

export async function selectEventStream(
  db: Queryable,
  organizationId: string,
  id: string,
  options: { readonly lock?: boolean } = {},
): Promise<EventStreamRow | undefined> {
  const { rows } = await db.query<EventStreamRow>(
    {
      text: `select ${columns} from event_streams where organization_id = $1 and id = $2
        ${options.lock === true ? 'for update' : ''}`,
    },
    [organizationId, id],
  )
  return rows[0]
}

/** Oldest first; with an owner only those that are his. */
export async function selectEventStreams(
  db: Queryable,
  organizationId: string,
  page: { readonly ownerId?: string | undefined; readonly after?: string | undefined; readonly rowsMax: number },
): Promise<readonly EventStreamRow[]> {
  const { rows } = await db.query<EventStreamRow>(
    {
      text: `select ${columns} from event_streams
        where organization_id = $1 and ($2::uuid is null or owner_id = $2) and ($3::uuid is null or id > $3)
        order by id limit $4`,
    },
    [organizationId, page.ownerId ?? null, page.after ?? null, page.rowsMax],
  )
  return rows
}

/** The streams of several organizations that take what happens: paused ones hold it back, disabled ones miss it. */
export async function selectListeningStreams(
  db: Queryable,
  organizationIds: readonly string[],
): Promise<readonly EventStreamRow[]> {
  const { rows } = await db.query<EventStreamRow>(
    {
      text: `select ${columns} from event_streams where organization_id = any($1::uuid[]) and state <> 'disabled' order by id`,
    },
    [organizationIds],
  )
  return rows
}

export async function deleteEventStreamRow(tx: Queryable, organizationId: string, id: string): Promise<void> {
  await tx.query({ text: 'delete from event_streams where organization_id = $1 and id = $2' }, [organizationId, id])
}

type StreamKey = { readonly organizationId: string; readonly id: string }

/** False when the subject stood there already. */
export async function insertStreamSubject(
  tx: Queryable,
  { organizationId, id }: StreamKey,
  subject: { readonly subjectId: string; readonly at: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    {
      text: `insert into event_stream_subjects (organization_id, stream_id, subject_id, added_at)
        values ($1, $2, $3, $4) on conflict do nothing`,
    },
    [organizationId, id, subject.subjectId, subject.at],
  )
  return rowCount === 1
}

export async function deleteStreamSubject(
  tx: Queryable,
  { organizationId, id }: StreamKey,
  subjectId: string,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    { text: 'delete from event_stream_subjects where organization_id = $1 and stream_id = $2 and subject_id = $3' },
    [organizationId, id, subjectId],
  )
  return rowCount === 1
}

export type ListedSubject = { readonly streamId: string; readonly subjectId: string }

/** Which of these subjects are named in which streams. */
export async function selectListedSubjects(
  db: Queryable,
  streamIds: readonly string[],
  subjectIds: readonly string[],
): Promise<readonly ListedSubject[]> {
  const { rows } = await db.query<ListedSubject>(
    {
      text: `select s.stream_id as "streamId", s.subject_id as "subjectId" from event_streams e
        join event_stream_subjects s on s.organization_id = e.organization_id and s.stream_id = e.id
        where e.id = any($1::uuid[]) and s.subject_id = any($2::uuid[])`,
    },
    [streamIds, subjectIds],
  )
  return rows
}

/** Takes a stream whose next push is due; nobody else takes it until then. */
export async function claimPushStream(
  db: Queryable,
  { now, until }: { readonly now: Date; readonly until: Date },
): Promise<EventStreamRow | undefined> {
  const { rows } = await db.query<EventStreamRow>(
    {
      name: 'claim_push_stream',
      text: `update event_streams set due_at = $2 where (organization_id, id) = (
          select s.organization_id, s.id from event_streams s
          where s.method = 'push' and s.due_at <= $1 and exists (
            select from event_tokens t
            where t.organization_id = s.organization_id and t.stream_id = s.id and t.settled_at is null
              and (s.state = 'enabled' or t.is_control)
          )
          order by s.due_at limit 1 for update skip locked
        ) returning ${columns}`,
    },
    [now, until],
  )
  return rows[0]
}

/** How the pushes to a stream go: `dueAt` is when the next one may leave. */
export async function updateStreamDelivery(
  db: Queryable,
  { organizationId, id }: StreamKey,
  delivery: {
    readonly dueAt: Date
    readonly failures: number
    readonly failingSince: Date | null
    readonly lastError: string | null
    readonly lastDeliveredAt: Date | null
  },
): Promise<void> {
  await db.query(
    {
      text: `update event_streams set due_at = $3, failures = $4, failing_since = $5, last_error = $6,
          last_delivered_at = coalesce($7, last_delivered_at)
        where organization_id = $1 and id = $2`,
    },
    [
      organizationId,
      id,
      delivery.dueAt,
      delivery.failures,
      delivery.failingSince,
      delivery.lastError,
      delivery.lastDeliveredAt,
    ],
  )
}

export async function updateStreamVerified(db: Queryable, { organizationId, id }: StreamKey, at: Date): Promise<void> {
  await db.query({ text: 'update event_streams set verified_at = $3 where organization_id = $1 and id = $2' }, [
    organizationId,
    id,
    at,
  ])
}

/** The streams of a connection that take events of a kind. */
export async function selectConnectionStreams(
  db: Queryable,
  { organizationId, connectionId }: { readonly organizationId: string; readonly connectionId: string },
  uri: string,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    {
      text: `select id from event_streams
        where organization_id = $1 and connection_id = $2 and state <> 'disabled' and $3 = any(events_requested)`,
    },
    [organizationId, connectionId, uri],
  )
  return rows.map(({ id }) => id)
}
