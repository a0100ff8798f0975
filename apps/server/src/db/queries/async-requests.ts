import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

/** A SCIM write that waits for a worker. */
export type AsyncRequestRow = {
  readonly organizationId: string
  readonly id: string
  readonly connectionId: string
  readonly keyId: string
  readonly baseUrl: string
  readonly prefix: string
  readonly method: string
  readonly path: string
  readonly headers: JsonObject
  readonly body: string | null
  readonly ip: string
  readonly attempts: number
  readonly createdAt: Date
}

export type NewAsyncRequest = Omit<AsyncRequestRow, 'attempts'>

export async function insertAsyncRequest(db: Queryable, row: NewAsyncRequest): Promise<void> {
  await db.query(
    {
      text: `insert into async_requests
          (organization_id, id, connection_id, key_id, base_url, prefix, method, path, headers, body, ip, due_at, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9::json, $10, $11, $12, $12)`,
    },
    [
      row.organizationId,
      row.id,
      row.connectionId,
      row.keyId,
      row.baseUrl,
      row.prefix,
      row.method,
      row.path,
      JSON.stringify(row.headers),
      row.body,
      row.ip,
      row.createdAt,
    ],
  )
}

/** How many requests of a connection wait. */
export async function countQueuedRequests(
  db: Queryable,
  organizationId: string,
  connectionId: string,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    {
      text: `select count(*) as count from async_requests
        where organization_id = $1 and connection_id = $2 and state = 'queued'`,
    },
    [organizationId, connectionId],
  )
  return rows[0]?.count ?? 0
}

/**
 * Takes the oldest request of a connection that is due, for as long as the pause is. Whoever works on one holds its row, so
 * that neither it nor a later one of the connection is taken meanwhile.
 */
export async function claimAsyncRequest(
  db: Queryable,
  { now, until }: { readonly now: Date; readonly until: Date },
): Promise<AsyncRequestRow | undefined> {
  const { rows } = await db.query<AsyncRequestRow>(
    {
      name: 'claim_async_request',
      text: `update async_requests r set due_at = $2, attempts = attempts + 1
        where (organization_id, id) = (
          select q.organization_id, q.id from async_requests q
          where q.state = 'queued' and q.due_at <= $1 and not exists (
            select from async_requests e where e.organization_id = q.organization_id
              and e.connection_id = q.connection_id and e.state = 'queued' and e.id < q.id
          )
          order by q.due_at limit 1 for update skip locked
        )
        returning organization_id as "organizationId", id, connection_id as "connectionId", key_id as "keyId",
          base_url as "baseUrl", prefix, method, path, headers, body, ip, attempts, created_at as "createdAt"`,
    },
    [now, until],
  )
  return rows[0]
}

/** Holds the row to the end of the transaction; false when another worker has done it or has it. */
export async function lockAsyncRequest(
  tx: Queryable,
  { organizationId, id, attempts }: Pick<AsyncRequestRow, 'organizationId' | 'id' | 'attempts'>,
): Promise<boolean> {
  const { rows } = await tx.query(
    {
      text: `select from async_requests
        where organization_id = $1 and id = $2 and state = 'queued' and attempts = $3 for update skip locked`,
    },
    [organizationId, id, attempts],
  )
  return rows.length === 1
}

/** Gives a request back that could not be done now. */
export async function postponeAsyncRequest(
  db: Queryable,
  { organizationId, id, attempts }: Pick<AsyncRequestRow, 'organizationId' | 'id' | 'attempts'>,
  dueAt: Date,
): Promise<void> {
  await db.query(
    {
      text: `update async_requests set due_at = $4
        where organization_id = $1 and id = $2 and attempts = $3 and state = 'queued'`,
    },
    [organizationId, id, attempts, dueAt],
  )
}

export type CompletionRow = {
  readonly place: number
  readonly tokenId: string
  readonly uri: string
  readonly payload: JsonObject
  readonly at: Date
}

/** The request is done: its body is forgotten, and its completions are told. */
export async function endAsyncRequest(
  tx: Queryable,
  { organizationId, id }: Pick<AsyncRequestRow, 'organizationId' | 'id'>,
  end: { readonly at: Date; readonly executedAs: string; readonly completions: readonly CompletionRow[] },
): Promise<void> {
  await tx.query(
    {
      text: `update async_requests set state = 'done', body = null, ended_at = $3, executed_as = $4
        where organization_id = $1 and id = $2`,
    },
    [organizationId, id, end.at, end.executedAs],
  )
  await tx.query(
    {
      text: `insert into async_completions (organization_id, request_id, place, token_id, uri, payload, at)
        select $1, $2, (c->>'place')::integer, (c->>'tokenId')::uuid, c->>'uri', c->'payload', $3
        from json_array_elements($4::json) c`,
    },
    [organizationId, id, end.at, JSON.stringify(end.completions)],
  )
}

export type AsyncRequestStanding = { readonly connectionId: string; readonly state: 'queued' | 'done' }

export async function selectAsyncRequest(
  db: Queryable,
  organizationId: string,
  id: string,
): Promise<AsyncRequestStanding | undefined> {
  const { rows } = await db.query<AsyncRequestStanding>(
    {
      text: `select connection_id as "connectionId", state from async_requests where organization_id = $1 and id = $2`,
    },
    [organizationId, id],
  )
  return rows[0]
}

export async function selectCompletions(
  db: Queryable,
  organizationId: string,
  requestId: string,
): Promise<readonly CompletionRow[]> {
  const { rows } = await db.query<CompletionRow>(
    {
      text: `select place, token_id as "tokenId", uri, payload, at from async_completions
        where organization_id = $1 and request_id = $2 order by place`,
    },
    [organizationId, requestId],
  )
  return rows
}

/** Forgets what ended long ago. */
export async function deleteAsyncRequestsBefore(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query({ text: 'delete from async_requests where ended_at < $1' }, [before])
  return rowCount ?? 0
}

/** What a key is looked up by. */
export async function selectKeyHash(
  db: Queryable,
  organizationId: string,
  keyId: string,
): Promise<{ readonly shortId: string; readonly hash: Uint8Array } | undefined> {
  const { rows } = await db.query<{ shortId: string; hash: Uint8Array }>(
    {
      text: `select o.short_id as "shortId", k.hash from keys k join organizations o on o.id = k.organization_id
        where k.organization_id = $1 and k.id = $2`,
    },
    [organizationId, keyId],
  )
  return rows[0]
}
