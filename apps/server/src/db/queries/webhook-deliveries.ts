import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'
import type { OutboxRow } from './outbox.ts'

export type DeliveryState = 'waiting' | 'delivered' | 'failed'

/** One attempt as the log keeps it. */
export type DeliveryAttempt = {
  readonly at: string
  readonly status: number | null
  readonly durationMs: number
  readonly error: string | null
  readonly response: string | null
}

export type DeliveryRow = {
  readonly organizationId: string
  readonly id: string
  readonly webhookId: string
  readonly position: number | null
  readonly type: string
  /** Of a test event. */
  readonly body: JsonObject | null
  readonly state: DeliveryState
  readonly attempts: number
  readonly tries: number
  readonly dueAt: Date
  readonly createdAt: Date
  readonly lastAt: Date | null
  readonly lastStatus: number | null
  readonly log: readonly DeliveryAttempt[]
}

const columns = `d.organization_id as "organizationId", d.id, d.webhook_id as "webhookId", d.position, d.type, d.body, d.state,
  d.attempts, d.tries, d.due_at as "dueAt", d.created_at as "createdAt", d.last_at as "lastAt", d.last_status as "lastStatus",
  d.log`

export type NewDelivery = {
  readonly organizationId: string
  readonly id: string
  readonly webhookId: string
  readonly position: number | null
  readonly type: string
  readonly body: JsonObject | null
}

/** What an endpoint has already it gets no second time; returns how many are new. */
export async function insertDeliveries(tx: Queryable, deliveries: readonly NewDelivery[], now: Date): Promise<number> {
  if (deliveries.length === 0) return 0
  const { rowCount } = await tx.query(insert, [
    deliveries.map((each) => each.organizationId),
    deliveries.map((each) => each.id),
    deliveries.map((each) => each.webhookId),
    deliveries.map((each) => each.position),
    deliveries.map((each) => each.type),
    deliveries.map((each) => (each.body === null ? null : JSON.stringify(each.body))),
    now,
  ])
  return rowCount
}

const insert = {
  name: 'insert_deliveries',
  text: `insert into webhook_deliveries (organization_id, id, webhook_id, position, type, body, state, due_at, created_at)
    select d.organization_id, d.id, d.webhook_id, d.position, d.type, d.body::json, 'waiting', $7, $7
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::text[])
      d (organization_id, id, webhook_id, position, type, body)
    on conflict do nothing`,
}

export type FreeSlots = { readonly organizationId: string; readonly webhookId: string; readonly slots: number }

/**
 * Takes what is due, for each endpoint no more than it has slots. Until `until` nobody else takes it; whoever dies with
 * it leaves it to others then.
 */
export async function claimDeliveries(
  db: Queryable,
  claim: { readonly free: readonly FreeSlots[]; readonly now: Date; readonly until: Date },
): Promise<readonly DeliveryRow[]> {
  const { free, now, until } = claim
  const { rows } = await db.query<DeliveryRow>(claimText, [
    free.map(({ organizationId }) => organizationId),
    free.map(({ webhookId }) => webhookId),
    free.map(({ slots }) => slots),
    now,
    until,
  ])
  return rows
}

const claimText = {
  name: 'claim_deliveries',
  text: `with due as (
      select c.organization_id, c.id from unnest($1::uuid[], $2::uuid[], $3::int[]) s (organization_id, webhook_id, slots)
      cross join lateral (
        select d.organization_id, d.id from webhook_deliveries d
        where d.organization_id = s.organization_id and d.webhook_id = s.webhook_id and d.state = 'waiting' and d.due_at <= $4
        order by d.due_at, d.id limit s.slots for update skip locked
      ) c
    )
    update webhook_deliveries d set attempts = d.attempts + 1, due_at = $5 from due
    where d.organization_id = due.organization_id and d.id = due.id returning ${columns}`,
}

/** The changes behind deliveries. */
export async function selectChangesOf(
  db: Queryable,
  places: readonly { readonly organizationId: string; readonly position: number }[],
): Promise<readonly OutboxRow[]> {
  if (places.length === 0) return []
  const { rows } = await db.query<OutboxRow>(changesOf, [
    places.map(({ organizationId }) => organizationId),
    places.map(({ position }) => position),
  ])
  return rows
}

const changesOf = {
  name: 'changes_of_deliveries',
  text: `select c.organization_id as "organizationId", c.position, c.at, c.action, c.subject_kind as "subjectKind",
      c.subject_id as "subjectId", c.subject_version as "subjectVersion", c.connection_id as "connectionId", c.actor,
      c.request_id as "requestId", c.data
    from unnest($1::uuid[], $2::bigint[]) p (organization_id, position)
    join changes c on c.organization_id = p.organization_id and c.position = p.position`,
}

export type DeliveryOutcome = {
  readonly organizationId: string
  readonly id: string
  /** The attempt that it is about; a later one has its own outcome. */
  readonly attempts: number
  readonly state: DeliveryState
  readonly dueAt: Date
  readonly at: Date
  readonly attempt: DeliveryAttempt
}

export async function updateDeliveries(tx: Queryable, outcomes: readonly DeliveryOutcome[]): Promise<void> {
  await tx.query(settle, [
    outcomes.map((each) => each.organizationId),
    outcomes.map((each) => each.id),
    outcomes.map((each) => each.attempts),
    outcomes.map((each) => each.state),
    outcomes.map((each) => each.dueAt),
    outcomes.map((each) => each.at),
    outcomes.map((each) => each.attempt.status),
    outcomes.map((each) => JSON.stringify(each.attempt)),
  ])
}

const settle = {
  name: 'settle_deliveries',
  text: `update webhook_deliveries d set state = o.state, tries = d.tries + 1, due_at = o.due_at, last_at = o.at, last_status = o.status,
      -- The last twenty attempts.
      log = case when jsonb_array_length(d.log) < 20 then d.log else d.log - 0 end || o.attempt::jsonb
    from unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::int[], $8::text[])
      o (organization_id, id, attempts, state, due_at, at, status, attempt)
    where d.organization_id = o.organization_id and d.id = o.id and d.attempts = o.attempts and d.state = 'waiting'`,
}

export type DeliveryFilter = { readonly state?: DeliveryState | undefined; readonly type?: string | undefined }

const matches = `d.organization_id = $1 and d.webhook_id = $2 and ($3::text is null or d.state = $3)
  and ($4::text is null or d.type = $4)`

/** Newest first, those before `after`. */
export async function selectDeliveries(
  db: Queryable,
  organizationId: string,
  query: DeliveryFilter & { readonly webhookId: string; readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly DeliveryRow[]> {
  const { rows } = await db.query<DeliveryRow>(
    {
      text: `select ${columns} from webhook_deliveries d where ${matches} and ($5::uuid is null or d.id < $5)
        order by d.id desc limit $6`,
    },
    [organizationId, query.webhookId, query.state ?? null, query.type ?? null, query.after ?? null, query.rowsMax],
  )
  return rows
}

export async function selectDeliveryCount(
  db: Queryable,
  organizationId: string,
  query: DeliveryFilter & { readonly webhookId: string },
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: `select count(*) as count from webhook_deliveries d where ${matches}` },
    [organizationId, query.webhookId, query.state ?? null, query.type ?? null],
  )
  return rows[0]?.count ?? 0
}

export async function selectDelivery(
  db: Queryable,
  organizationId: string,
  place: { readonly webhookId: string; readonly id: string },
): Promise<DeliveryRow | undefined> {
  const { rows } = await db.query<DeliveryRow>(
    {
      text: `select ${columns} from webhook_deliveries d
        where d.organization_id = $1 and d.webhook_id = $2 and d.id = $3`,
    },
    [organizationId, place.webhookId, place.id],
  )
  return rows[0]
}

/** Due now, whatever became of it; its schedule begins anew. */
export async function updateDeliveryResent(
  tx: Queryable,
  organizationId: string,
  place: { readonly webhookId: string; readonly id: string; readonly now: Date },
): Promise<DeliveryRow | undefined> {
  const { rows } = await tx.query<DeliveryRow>(
    {
      text: `update webhook_deliveries d set state = 'waiting', tries = 0, due_at = $4
        where d.organization_id = $1 and d.webhook_id = $2 and d.id = $3 returning ${columns}`,
    },
    [organizationId, place.webhookId, place.id, place.now],
  )
  return rows[0]
}

/** The same for everything of an endpoint that failed for good and was made since then; and what waits is due now. */
export async function updateDeliveriesRecovered(
  tx: Queryable,
  organizationId: string,
  recover: { readonly webhookId: string; readonly since: Date; readonly now: Date },
): Promise<number> {
  const { rowCount } = await tx.query(
    {
      text: `update webhook_deliveries set state = 'waiting', tries = 0, due_at = $4
        where organization_id = $1 and webhook_id = $2 and created_at >= $3 and state = 'failed'`,
    },
    [organizationId, recover.webhookId, recover.since, recover.now],
  )
  return rowCount
}

/** How many are due, and since when the one that waits longest; of endpoints that are enabled. */
export async function selectDueDeliveries(
  db: Queryable,
  now: Date,
): Promise<{ readonly count: number; readonly oldest: Date | null }> {
  const { rows } = await db.query<{ count: number; oldest: Date | null }>(
    {
      name: 'due_deliveries',
      text: `select count(*) as count, min(d.due_at) as oldest from webhooks w
        join webhook_deliveries d on d.organization_id = w.organization_id and d.webhook_id = w.id
        where w.state = 'enabled' and d.state = 'waiting' and d.due_at <= $1`,
    },
    [now],
  )
  return rows[0] ?? { count: 0, oldest: null }
}

/** Forgets deliveries that were made before then, whatever became of them; a batch at a time. */
export async function deleteDeliveriesBefore(db: Queryable, before: Date, rowsMax: number): Promise<number> {
  const { rowCount } = await db.query(
    {
      text: `delete from webhook_deliveries d
        using (select organization_id, id from webhook_deliveries where created_at < $1 limit $2) old
        where d.organization_id = old.organization_id and d.id = old.id`,
    },
    [before, rowsMax],
  )
  return rowCount
}
