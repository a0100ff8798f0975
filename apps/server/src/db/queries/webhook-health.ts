import type { Queryable } from '../pool.ts'

/** Attempts of an endpoint since a time. */
export type WebhookHealthRow = {
  readonly webhookId: string
  readonly attempts: number
  readonly succeeded: number
  readonly p95Ms: number | null
}

/**
 * Of each endpoint its latest events only, found by their place in the outbox: an endpoint with millions costs no more than one
 * with `eventsMax`. Tests have no place and are not counted. Endpoints without attempts are left out.
 */
export async function selectWebhookHealth(
  db: Queryable,
  organizationId: string,
  ask: { readonly webhookIds: readonly string[]; readonly since: Date; readonly eventsMax: number },
): Promise<readonly WebhookHealthRow[]> {
  const { webhookIds, since, eventsMax } = ask
  const { rows } = await db.query<WebhookHealthRow>(health, [organizationId, webhookIds, since, eventsMax])
  return rows
}

const health = {
  name: 'webhook_last_day',
  text: `select w.id as "webhookId", count(*)::int as attempts,
      count(*) filter (where a.status between 200 and 299)::int as succeeded,
      percentile_disc(0.95) within group (order by a."durationMs") as "p95Ms"
    from unnest($2::uuid[]) w (id)
    cross join lateral (
      select d.log from webhook_deliveries d
      where d.organization_id = $1 and d.webhook_id = w.id and d.position is not null
      order by d.position desc limit $4
    ) latest
    cross join lateral jsonb_to_recordset(latest.log) a (at timestamptz, status integer, "durationMs" integer)
    where a.at >= $3 group by w.id`,
}
