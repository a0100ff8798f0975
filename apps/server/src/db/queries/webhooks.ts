import type { Queryable } from '../pool.ts'

export type WebhookFormat = 'standard' | 'cloudEvents'

export type WebhookRow = {
  readonly organizationId: string
  readonly id: string
  readonly name: string
  readonly url: string
  readonly types: readonly string[]
  readonly format: WebhookFormat
  readonly state: 'enabled' | 'disabled'
  readonly disabledReason: 'manual' | 'gone' | 'failing' | null
  readonly secret: string
  readonly previousSecret: string | null
  readonly previousUntil: Date | null
  readonly afterPosition: number
  readonly failingSince: Date | null
  readonly lastSuccessAt: Date | null
  readonly lastFailureAt: Date | null
  readonly version: number
  readonly createdBy: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

const columns = `w.organization_id as "organizationId", w.id, w.name, w.url, w.types, w.format, w.state,
  w.disabled_reason as "disabledReason", w.secret, w.previous_secret as "previousSecret",
  w.previous_until as "previousUntil", w.after_position as "afterPosition", w.failing_since as "failingSince",
  w.last_success_at as "lastSuccessAt", w.last_failure_at as "lastFailureAt", w.version, w.created_by as "createdBy",
  w.created_at as "createdAt", w.updated_at as "updatedAt"`

export async function selectWebhookCount(db: Queryable, organizationId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: 'select count(*) as count from webhooks where organization_id = $1' },
    [organizationId],
  )
  return rows[0]?.count ?? 0
}

export async function insertWebhook(
  tx: Queryable,
  row: Pick<
    WebhookRow,
    | 'organizationId'
    | 'id'
    | 'name'
    | 'url'
    | 'types'
    | 'format'
    | 'secret'
    | 'afterPosition'
    | 'createdBy'
    | 'createdAt'
  >,
): Promise<void> {
  await tx.query(
    {
      text: `insert into webhooks (organization_id, id, name, url, types, format, state, secret, after_position, created_by,
          created_at, updated_at) values ($1, $2, $3, $4, $5, $6, 'enabled', $7, $8, $9, $10, $10)`,
    },
    [
      row.organizationId,
      row.id,
      row.name,
      row.url,
      row.types,
      row.format,
      row.secret,
      row.afterPosition,
      row.createdBy,
      row.createdAt,
    ],
  )
}

export async function selectWebhook(
  db: Queryable,
  organizationId: string,
  id: string,
): Promise<WebhookRow | undefined> {
  const { rows } = await db.query<WebhookRow>(
    { text: `select ${columns} from webhooks w where w.organization_id = $1 and w.id = $2` },
    [organizationId, id],
  )
  return rows[0]
}

/** Oldest first. */
export async function selectWebhooks(
  db: Queryable,
  organizationId: string,
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly WebhookRow[]> {
  const { rows } = await db.query<WebhookRow>(
    {
      text: `select ${columns} from webhooks w
        where w.organization_id = $1 and ($2::uuid is null or w.id > $2) order by w.id limit $3`,
    },
    [organizationId, page.after ?? null, page.rowsMax],
  )
  return rows
}

/** What an administrator may change; undefined when there is none or it has another version. */
export async function updateWebhook(
  tx: Queryable,
  row: Pick<WebhookRow, 'organizationId' | 'id' | 'name' | 'url' | 'types' | 'format' | 'state' | 'disabledReason'> & {
    readonly version: number
    readonly at: Date
  },
): Promise<WebhookRow | undefined> {
  const { rows } = await tx.query<WebhookRow>(
    {
      text: `update webhooks w set name = $4, url = $5, types = $6, format = $7, state = $8, disabled_reason = $9,
          -- Whoever enables it starts anew.
          failing_since = case when w.state = 'disabled' and $8 = 'enabled' then null else w.failing_since end,
          version = w.version + 1, updated_at = $10
        where w.organization_id = $1 and w.id = $2 and w.version = $3 returning ${columns}`,
    },
    [
      row.organizationId,
      row.id,
      row.version,
      row.name,
      row.url,
      row.types,
      row.format,
      row.state,
      row.disabledReason,
      row.at,
    ],
  )
  return rows[0]
}

/** The old secret signs too until that time. */
export async function updateWebhookSecret(
  tx: Queryable,
  change: {
    readonly organizationId: string
    readonly id: string
    readonly secret: string
    readonly previousUntil: Date
    readonly at: Date
  },
): Promise<WebhookRow | undefined> {
  const { rows } = await tx.query<WebhookRow>(
    {
      text: `update webhooks w set previous_secret = w.secret, previous_until = $4, secret = $3, version = w.version + 1,
          updated_at = $5
        where w.organization_id = $1 and w.id = $2 returning ${columns}`,
    },
    [change.organizationId, change.id, change.secret, change.previousUntil, change.at],
  )
  return rows[0]
}

/** The endpoint, everything that waits for it, and with the last one of the organization its place in the outbox. */
export async function deleteWebhookRows(
  tx: Queryable,
  organizationId: string,
  id: string,
  consumer: string,
): Promise<WebhookRow | undefined> {
  const { rows } = await tx.query<WebhookRow>(
    { text: `delete from webhooks w where w.organization_id = $1 and w.id = $2 returning ${columns}` },
    [organizationId, id],
  )
  if (rows[0] === undefined) return undefined
  await tx.query({ text: 'delete from webhook_deliveries where organization_id = $1 and webhook_id = $2' }, [
    organizationId,
    id,
  ])
  await tx.query(
    {
      text: `delete from outbox_cursors where organization_id = $1 and consumer = $2
        and not exists (select from webhooks where organization_id = $1)`,
    },
    [organizationId, consumer],
  )
  return rows[0]
}

/** The endpoints that are told of what happens in these organizations. */
export async function selectListeners(
  db: Queryable,
  organizationIds: readonly string[],
): Promise<readonly Pick<WebhookRow, 'organizationId' | 'id' | 'types' | 'afterPosition'>[]> {
  const { rows } = await db.query<Pick<WebhookRow, 'organizationId' | 'id' | 'types' | 'afterPosition'>>(listeners, [
    organizationIds,
  ])
  return rows
}

const listeners = {
  name: 'webhook_listeners',
  text: `select organization_id as "organizationId", id, types, after_position as "afterPosition" from webhooks
    where organization_id = any($1::uuid[]) and state = 'enabled'`,
}

/** Endpoints for which something is due. Runs over all organizations: it is a job of the instance. */
export async function selectDueWebhooks(db: Queryable, now: Date): Promise<readonly WebhookRow[]> {
  const { rows } = await db.query<WebhookRow>(due, [now])
  return rows
}

const due = {
  name: 'due_webhooks',
  text: `select ${columns} from webhooks w where w.state = 'enabled' and exists (
      select from webhook_deliveries d where d.organization_id = w.organization_id and d.webhook_id = w.id
        and d.state = 'waiting' and d.due_at <= $1)`,
}

/** What arrived or failed last. Only what changes is written: an endpoint in good health costs no write a second. */
export async function updateWebhookHealth(
  tx: Queryable,
  health: {
    readonly organizationId: string
    readonly id: string
    readonly successAt: Date | undefined
    readonly failureAt: Date | undefined
    readonly isFailing: boolean
  },
): Promise<void> {
  await tx.query(healthText, [
    health.organizationId,
    health.id,
    health.successAt ?? null,
    health.failureAt ?? null,
    health.isFailing,
  ])
}

const healthText = {
  name: 'webhook_health',
  text: `update webhooks set last_success_at = coalesce($3, last_success_at), last_failure_at = coalesce($4, last_failure_at),
      failing_since = case when $5 then coalesce(failing_since, $4) end
    where organization_id = $1 and id = $2 and (
      (failing_since is null) = $5
      or $3 > coalesce(last_success_at, '-infinity') + interval '1 minute'
      or $4 > coalesce(last_failure_at, '-infinity') + interval '1 minute')`,
}

/** False when it was disabled before. */
export async function updateWebhookDisabled(
  tx: Queryable,
  change: {
    readonly organizationId: string
    readonly id: string
    readonly reason: 'gone' | 'failing'
    readonly failingBefore: Date | undefined
    readonly at: Date
  },
): Promise<WebhookRow | undefined> {
  const { rows } = await tx.query<WebhookRow>(
    {
      text: `update webhooks w set state = 'disabled', disabled_reason = $3, version = w.version + 1, updated_at = $5
        where w.organization_id = $1 and w.id = $2 and w.state = 'enabled'
          and ($4::timestamptz is null or w.failing_since <= $4) returning ${columns}`,
    },
    [change.organizationId, change.id, change.reason, change.failingBefore ?? null, change.at],
  )
  return rows[0]
}
