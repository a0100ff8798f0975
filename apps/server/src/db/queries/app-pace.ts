import type { Queryable } from '../pool.ts'

type AppKey = { readonly organizationId: string; readonly appId: string }

/** What all processes know of the pace that an app bears. */
export type PaceRow = {
  /** Requests a second. */
  readonly rate: number
  readonly ceiling: number | null
  readonly blockedUntil: Date | null
  readonly blockedReason: string | null
  readonly refusals: number
  readonly changedAt: Date
  readonly revision: number
}

export type SenderRow = { readonly owner: string; readonly joinedAt: Date }

export type SharedPace = {
  /** Undefined: nothing was found out yet. */
  readonly pace: PaceRow | undefined
  /** All processes that send to the app, this one among them. */
  readonly senders: readonly SenderRow[]
  /** The circuit breaker wants half of everything. */
  readonly isDegraded: boolean
}

const paceColumns = `p.rate, p.ceiling, p.blocked_until as "blockedUntil", p.blocked_reason as "blockedReason", p.refusals,
  p.changed_at as "changedAt", p.revision::float8 as revision`

export type ShownPace = Pick<PaceRow, 'rate' | 'blockedUntil' | 'blockedReason'> & {
  /** `app`: it said so; `us`: it did not say. */
  readonly blockedBy: 'app' | 'us' | null
}

/** Undefined: nothing was found out yet. */
export async function selectAppPace(db: Queryable, app: AppKey): Promise<ShownPace | undefined> {
  const { rows } = await db.query<ShownPace>(
    {
      text: `select rate, blocked_until as "blockedUntil", blocked_reason as "blockedReason", blocked_by as "blockedBy"
        from app_pace where organization_id = $1 and app_id = $2`,
    },
    [app.organizationId, app.appId],
  )
  return rows[0]
}

/** Says that this process sends to the app, and reads what the others say. */
export async function shareAppPace(
  db: Queryable,
  app: AppKey,
  sender: { readonly owner: string; readonly now: Date; readonly aliveSince: Date },
): Promise<SharedPace> {
  const { owner, now, aliveSince } = sender
  const { rows } = await db.query<SenderRow & Partial<PaceRow> & { readonly health: string | null }>(share, [
    app.organizationId,
    app.appId,
    owner,
    now,
    aliveSince,
  ])
  const [first] = rows
  return {
    // The columns of one row: they are all there or none is.
    pace: typeof first?.rate === 'number' ? (first as PaceRow) : undefined,
    senders: rows.map((row) => ({ owner: row.owner, joinedAt: row.joinedAt })),
    isDegraded: first?.health === 'degraded',
  }
}

// Who was not seen for long and comes back joins anew.
const share = {
  name: 'share_app_pace',
  text: `with mine as (
      insert into app_senders as s (organization_id, app_id, owner, joined_at, seen_at) values ($1, $2, $3, $4, $4)
      on conflict (organization_id, app_id, owner) do update set seen_at = excluded.seen_at,
        joined_at = case when s.seen_at < $5 then excluded.joined_at else s.joined_at end
      returning owner, joined_at
    ), senders as (
      select owner, joined_at from mine
      union all
      select owner, joined_at from app_senders
      where organization_id = $1 and app_id = $2 and owner <> $3 and seen_at >= $5
    )
    select s.owner, s.joined_at as "joinedAt", h.health, ${paceColumns}
    from senders s
      left join app_pace p on p.organization_id = $1 and p.app_id = $2
      left join app_health h on h.organization_id = $1 and h.app_id = $2`,
}

/** This process sends nothing more; so do those that were not seen for long. */
export async function deleteAppSender(
  db: Queryable,
  app: AppKey,
  sender: { readonly owner: string; readonly aliveSince: Date },
): Promise<void> {
  await db.query(leave, [app.organizationId, app.appId, sender.owner, sender.aliveSince])
}

const leave = {
  name: 'delete_app_sender',
  text: `delete from app_senders where organization_id = $1 and app_id = $2 and (owner = $3 or seen_at < $4)`,
}

export type RaisedPace = { readonly rate: number; readonly now: Date }

/** Nothing where another process changed it since it was read as `revision` (0: there was nothing to read). */
export async function raiseAppPace(db: Queryable, app: AppKey, revision: number, raised: RaisedPace): Promise<void> {
  await db.query(raise, [app.organizationId, app.appId, revision, raised.rate, raised.now])
}

const raise = {
  name: 'raise_app_pace',
  text: `insert into app_pace as p (organization_id, app_id, rate, changed_at) values ($1, $2, $4, $5)
    on conflict (organization_id, app_id) do update
      set rate = excluded.rate, refusals = 0, changed_at = excluded.changed_at, revision = p.revision + 1
      where p.revision = $3`,
}

export type LoweredPace = {
  readonly rate: number
  readonly ceiling: number
  readonly now: Date
  readonly blockedUntil: Date
  readonly blockedBy: 'app' | 'us'
  readonly reason: string
}

/** The block holds in any case; the rate falls once for what several processes were told at the same time. */
export async function lowerAppPace(db: Queryable, app: AppKey, revision: number, lowered: LoweredPace): Promise<void> {
  const { rate, ceiling, now, blockedUntil, blockedBy, reason } = lowered
  const values = [app.organizationId, app.appId, revision, rate, ceiling, now, blockedUntil, reason, blockedBy]
  await db.query(lower, values)
}

const lower = {
  name: 'lower_app_pace',
  text: `insert into app_pace as p
      (organization_id, app_id, rate, ceiling, blocked_until, blocked_reason, refusals, changed_at, blocked_by)
      values ($1, $2, $4, $5, $7, $8, 1, $6, $9)
    on conflict (organization_id, app_id) do update
      set blocked_until = greatest(p.blocked_until, excluded.blocked_until),
        blocked_reason = excluded.blocked_reason,
        blocked_by = excluded.blocked_by,
        rate = case when p.revision = $3 then excluded.rate else p.rate end,
        ceiling = case when p.revision = $3 then excluded.ceiling else p.ceiling end,
        refusals = case when p.revision = $3 then least(p.refusals + 1, 1000) else p.refusals end,
        changed_at = case when p.revision = $3 then excluded.changed_at else p.changed_at end,
        revision = case when p.revision = $3 then p.revision + 1 else p.revision end`,
}

/** Nothing is sent before then, though nothing was refused: the app said that it has nothing left. */
export async function blockAppPace(
  db: Queryable,
  app: AppKey,
  block: { readonly rate: number; readonly now: Date; readonly blockedUntil: Date; readonly reason: string },
): Promise<void> {
  const { rate, now, blockedUntil, reason } = block
  await db.query(pause, [app.organizationId, app.appId, rate, now, blockedUntil, reason])
}

const pause = {
  name: 'block_app_pace',
  text: `insert into app_pace as p (organization_id, app_id, rate, changed_at, blocked_until, blocked_reason, blocked_by)
      values ($1, $2, $3, $4, $5, $6, 'app')
    on conflict (organization_id, app_id) do update
      set blocked_until = greatest(p.blocked_until, excluded.blocked_until), blocked_reason = excluded.blocked_reason,
        blocked_by = excluded.blocked_by`,
}
