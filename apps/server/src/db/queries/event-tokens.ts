import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

/** A security event token that waits for its receiver. */
export type EventTokenRow = {
  readonly id: string
  readonly position: number
  readonly claims: JsonObject
  readonly createdAt: Date
  readonly attempts: number
}

export type NewEventToken = {
  readonly organizationId: string
  readonly streamId: string
  readonly id: string
  readonly claims: JsonObject
  readonly createdAt: Date
  /** About the stream itself: it leaves also while the stream is paused or disabled. */
  readonly isControl?: boolean
}

/** In the order given. */
export async function insertEventTokens(tx: Queryable, tokens: readonly NewEventToken[]): Promise<void> {
  if (tokens.length === 0) return
  await tx.query(
    {
      text: `insert into event_tokens (organization_id, stream_id, id, claims, is_control, created_at)
        select (t->>'organizationId')::uuid, (t->>'streamId')::uuid, (t->>'id')::uuid, t->'claims',
          coalesce((t->>'isControl')::boolean, false), (t->>'createdAt')::timestamptz
        from json_array_elements($1::json) with ordinality e (t, place) order by place`,
    },
    [JSON.stringify(tokens)],
  )
}

type StreamKey = { readonly organizationId: string; readonly streamId: string }

/** What waits, oldest first; of a stream that is not enabled only what is about itself. */
export async function selectWaitingTokens(
  db: Queryable,
  { organizationId, streamId }: StreamKey,
  { isEnabled, rowsMax }: { readonly isEnabled: boolean; readonly rowsMax: number },
): Promise<readonly EventTokenRow[]> {
  const { rows } = await db.query<EventTokenRow>(
    {
      name: 'waiting_event_tokens',
      text: `select id, position, claims, created_at as "createdAt", attempts from event_tokens
        where organization_id = $1 and stream_id = $2 and settled_at is null and ($3 or is_control)
        order by position limit $4`,
    },
    [organizationId, streamId, isEnabled, rowsMax],
  )
  return rows
}

/** By stream, where something waits. */
export async function countWaitingTokens(db: Queryable, organizationId: string): Promise<ReadonlyMap<string, number>> {
  const { rows } = await db.query<{ streamId: string; count: number }>(
    {
      text: `select stream_id as "streamId", count(*) as count from event_tokens
        where organization_id = $1 and settled_at is null group by stream_id`,
    },
    [organizationId],
  )
  return new Map(rows.map(({ streamId, count }) => [streamId, count]))
}

/** The receiver has taken these; returns which of them were waiting, and their claims. */
export async function settleEventTokens(
  db: Queryable,
  { organizationId, streamId }: StreamKey,
  settled: { readonly ids: readonly string[]; readonly at: Date; readonly error: string | null },
): Promise<readonly JsonObject[]> {
  if (settled.ids.length === 0) return []
  const { rows } = await db.query<{ claims: JsonObject }>(
    {
      text: `update event_tokens set settled_at = $4, error = $5
        where organization_id = $1 and stream_id = $2 and id = any($3::uuid[]) and settled_at is null returning claims`,
    },
    [organizationId, streamId, settled.ids, settled.at, settled.error],
  )
  return rows.map(({ claims }) => claims)
}

export async function countTokenAttempt(
  db: Queryable,
  { organizationId, streamId }: StreamKey,
  id: string,
): Promise<void> {
  await db.query(
    {
      text: `update event_tokens set attempts = attempts + 1
        where organization_id = $1 and stream_id = $2 and id = $3`,
    },
    [organizationId, streamId, id],
  )
}

/** Drops what a stream that was switched off will never take. */
export async function deleteWaitingTokens(db: Queryable, { organizationId, streamId }: StreamKey): Promise<void> {
  await db.query(
    { text: 'delete from event_tokens where organization_id = $1 and stream_id = $2 and settled_at is null' },
    [organizationId, streamId],
  )
}

/** Forgets what was taken long ago, and what nobody has taken for longer; a batch at a time. */
export async function deleteOldTokens(
  db: Queryable,
  before: { readonly settled: Date; readonly created: Date; readonly rowsMax: number },
): Promise<number> {
  const { rowCount } = await db.query(
    {
      text: `delete from event_tokens where ctid = any (array(
          select ctid from event_tokens where settled_at < $1 or (settled_at is null and created_at < $2) limit $3))`,
    },
    [before.settled, before.created, before.rowsMax],
  )
  return rowCount ?? 0
}
