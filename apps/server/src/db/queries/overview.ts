import type { Queryable } from '../pool.ts'

/** Apps and sources beyond that number stand in their lists. */
const shownMax = 100

export type AppCard = {
  readonly id: string
  readonly name: string
  readonly state: 'draft' | 'active' | 'paused' | 'stopping' | 'stopped'
  readonly pausedReason: string | null
  readonly health: 'healthy' | 'degraded' | 'quarantined' | 'probing'
  readonly healthReason: string | null
  readonly nextProbeAt: Date | null
  readonly held: number
  readonly escrowed: number
  readonly run: {
    readonly id: string
    readonly kind: string
    readonly state: string
    readonly startedAt: string
    readonly endedAt: string | null
  } | null
  /** How the latest runs ended, the newest first. */
  readonly recentRuns: readonly ('good' | 'partly' | 'failed' | 'cancelled' | 'running')[]
}

const recentMax = 30

export async function selectAppCards(db: Queryable, organizationId: string): Promise<readonly AppCard[]> {
  const { rows } = await db.query<AppCard>(apps, [organizationId, shownMax])
  return rows
}

const apps = {
  name: 'overview_apps',
  text: `select a.id, a.name, a.state, a.paused_reason as "pausedReason", coalesce(h.health, 'healthy') as health,
      h.reason as "healthReason", h.next_probe_at as "nextProbeAt", coalesce(w.held, 0) as held,
      coalesce(w.escrowed, 0) as escrowed, c.run, coalesce(r.ends, '[]') as "recentRuns"
    from apps a
    left join app_health h on h.organization_id = $1 and h.app_id = a.id
    left join lateral (
      select count(*) filter (where stage = 'held') as held, count(*) filter (where stage = 'escrow') as escrowed
      from work_items where organization_id = $1 and app_id = a.id and stage in ('held', 'escrow')) w on true
    left join lateral (
      select json_build_object('id', id, 'kind', kind, 'state', state, 'startedAt', started_at, 'endedAt', ended_at) as run
      from cycles where organization_id = $1 and app_id = a.id order by started_at desc limit 1) c on true
    left join lateral (
      select json_agg(k.ending) as ends from (
        select case when state = 'done' and coalesce((counters ->> 'failed')::int, 0) > 0 then 'partly' when state = 'done' then 'good'
          when state in ('failed', 'cancelled') then state else 'running' end as ending
        from cycles where organization_id = $1 and app_id = a.id order by started_at desc limit ${recentMax}) k) r on true
    where a.organization_id = $1 order by a.name limit $2`,
}

export type SourceCard = {
  readonly id: string
  readonly name: string
  readonly state: 'draft' | 'active' | 'paused'
  readonly pausedReason: string | null
  readonly nextRunAt: Date | null
  readonly run: {
    readonly id: string
    readonly state: string
    readonly startedAt: string
    readonly endedAt: string | null
    readonly errorReason: string | null
  } | null
  /** Records of the last read that nothing could be made of. */
  readonly bad: number
  readonly ok24h: number
  readonly failed24h: number
  /** Reads that wait for a person. */
  readonly held: number
}

export async function selectSourceCards(
  db: Queryable,
  organizationId: string,
  since: { readonly at: Date },
): Promise<readonly SourceCard[]> {
  const { rows } = await db.query<SourceCard>(sources, [organizationId, shownMax, since.at])
  return rows
}

const sources = {
  name: 'overview_sources',
  text: `select s.id, n.name, s.state, s.paused_reason as "pausedReason", s.next_read_at as "nextRunAt", r.run,
      (select count(*) from (select from source_escrow e where e.organization_id = $1 and e.source_id = s.id limit 1000) e) as bad,
      d.ok as "ok24h", d.failed as "failed24h", d.held
    from sources s
    join connections n on n.organization_id = $1 and n.id = s.id
    left join lateral (
      select json_build_object('id', id, 'state', state, 'startedAt', started_at, 'endedAt', ended_at, 'errorReason', error_reason) as run
      from source_reads where organization_id = $1 and source_id = s.id order by id desc limit 1) r on true
    left join lateral (
      select count(*) filter (where state = 'done' and started_at >= $3) as ok,
        count(*) filter (where state = 'failed' and started_at >= $3) as failed,
        count(*) filter (where state = 'held' or (state = 'planned' and requires_approval)) as held
      from (select * from source_reads where organization_id = $1 and source_id = s.id order by id desc limit 200) t) d on true
    where s.organization_id = $1 order by n.name limit $2`,
}

export type ConnectionCard = {
  readonly id: string
  readonly name: string
  readonly state: 'active' | 'paused' | 'disabled'
  readonly lastRequestAt: Date | null
  readonly lastErrorAt: Date | null
}

/** Connections of identity providers; those of sources are sources. */
export async function selectConnectionCards(db: Queryable, organizationId: string): Promise<readonly ConnectionCard[]> {
  const { rows } = await db.query<ConnectionCard>(connections, [organizationId, shownMax])
  return rows
}

const connections = {
  name: 'overview_connections',
  text: `select c.id, c.name, c.state, a.last_request_at as "lastRequestAt", a.last_error_at as "lastErrorAt"
    from connections c
    left join connection_activity a on a.organization_id = $1 and a.connection_id = c.id
    where c.organization_id = $1 and not exists (select from sources s where s.organization_id = $1 and s.id = c.id)
    order by c.name limit $2`,
}

/** How far an organization is with its first steps. */
export type FirstSteps = {
  readonly hasPeople: boolean
  readonly hasSource: boolean
  readonly hasApp: boolean
  readonly hasPlan: boolean
  readonly isOn: boolean
}

export async function selectFirstSteps(db: Queryable, organizationId: string): Promise<FirstSteps> {
  const { rows } = await db.query<FirstSteps>(firstSteps, [organizationId])
  const [row] = rows
  if (row === undefined) throw new Error('A statement without a table came back without a row')
  return row
}

const firstSteps = {
  name: 'overview_first_steps',
  // Who set the organization up is no person that was provisioned.
  text: `select (select count(*) from (select from user_states where organization_id = $1 limit 2) p) > 1 as "hasPeople",
    exists (select from sources where organization_id = $1)
      or exists (select from connection_activity where organization_id = $1) as "hasSource",
    exists (select from apps where organization_id = $1) as "hasApp",
    exists (select from app_plans where organization_id = $1)
      or exists (select from links where organization_id = $1) as "hasPlan",
    exists (select from apps where organization_id = $1 and state = 'active' and live_revision is not null) as "isOn"`,
}

/** What counts are about, by name. */
export type OriginName = { readonly id: string; readonly kind: 'connection' | 'source' | 'app'; readonly name: string }

export async function selectOriginNames(db: Queryable, organizationId: string): Promise<readonly OriginName[]> {
  const { rows } = await db.query<OriginName>(originNames, [organizationId])
  return rows
}

const originNames = {
  name: 'overview_origin_names',
  text: `select c.id, case when s.id is null then 'connection' else 'source' end as kind, c.name
    from connections c left join sources s on s.organization_id = $1 and s.id = c.id where c.organization_id = $1
    union all
    select id, 'app', name from apps where organization_id = $1`,
}
