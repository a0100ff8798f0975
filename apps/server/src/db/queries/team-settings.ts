import type { Queryable } from '../pool.ts'
import { changeColumns, type ChangeOrigin } from './changes.ts'
import { insertHistory } from './ended-memberships.ts'
import type { TeamSource } from './team-ownership.ts'

export type TeamSettings = {
  readonly source: TeamSource
  /** How many people may belong to the organization; null: as many as come. */
  readonly seats: number | null
  /** The same of its plan; the lower one counts. */
  readonly planSeats: number | null
  readonly seatsUsed: number
  readonly version: number
}

/** What an organization chose for its teams, with its defaults filled in. */
export async function selectTeamSettings(db: Queryable, organizationId: string): Promise<TeamSettings> {
  const { rows } = await db.query<TeamSettings>(select, [organizationId])
  return rows[0] ?? { source: 'all', seats: null, planSeats: null, seatsUsed: 0, version: 1 }
}

const select = {
  text: `select coalesce(s.source, 'all') as source, s.seats, (o.entitlements ->> 'seatsMax')::integer as "planSeats", coalesce(s.version, 1) as version,
      (select count(*) from organization_members m join users u on u.organization_id = m.organization_id and u.id = m.user_id
        where m.organization_id = o.id and is_present(u.state)) as "seatsUsed"
    from organizations o left join team_settings s on s.organization_id = o.id where o.id = $1`,
}

/** Makes changes of the settings take turns until the end of the transaction. */
export async function lockTeamSettings(tx: Queryable, organizationId: string): Promise<void> {
  await tx.query({ text: `select pg_advisory_xact_lock(hashtextextended($1::text || 'team settings', 0))` }, [
    organizationId,
  ])
}

/** Stores settings; where seats were lacking, teams try again at once. */
export async function upsertTeamSettings(
  tx: Queryable,
  origin: ChangeOrigin,
  settings: Pick<TeamSettings, 'source' | 'seats' | 'version'>,
): Promise<void> {
  const { organizationId, now } = origin
  await tx.query(upsert, [organizationId, settings.source, settings.seats, settings.version, now])
  await tx.query(retry, [organizationId, now])
}

const upsert = {
  text: `insert into team_settings (organization_id, source, seats, version, updated_at) values ($1, $2, $3, $4, $5)
    on conflict (organization_id) do update set source = $2, seats = $3, version = $4, updated_at = $5`,
}
const retry = {
  text: `update teams set reconcile_due = $2 where organization_id = $1 and group_id is not null and sync_state <> 'inSync'`,
}

/** Members whom people added: all that a source of `managed` leaves no place for. */
export type ManualMembers = {
  readonly count: number
  /** Changes when anybody comes or goes. */
  readonly digest: string
  readonly first: readonly ManualMember[]
}

export type ManualMember = {
  readonly teamId: string
  readonly teamName: string
  readonly memberId: string
  readonly memberKind: 'user' | 'team'
  readonly memberName: string | null
}

// Of one team, or of all that have no source of their own.
const manual = `from memberships m join teams t on t.organization_id = m.organization_id and t.id = m.team_id
  where m.organization_id = $1 and m.is_manual and t.kind = 'team' and t.deleted_at is null
    and case when $2::uuid is null then t.source is null else t.id = $2 end`

export async function selectManualMembers(
  tx: Queryable,
  organizationId: string,
  asked: { readonly teamId: string | undefined; readonly namesMax: number },
): Promise<ManualMembers> {
  const values = [organizationId, asked.teamId ?? null]
  const { rows } = await tx.query<{ count: number; digest: string | null }>(digest, values)
  const { rows: first } = await tx.query<ManualMember>(names, [...values, asked.namesMax])
  return { count: rows[0]?.count ?? 0, digest: rows[0]?.digest ?? '', first }
}

const digest = {
  text: `select count(*) as count, md5(string_agg(m.team_id::text || m.member_id::text, ',' order by m.team_id, m.member_id)) as digest ${manual}`,
}
const names = {
  text: `select t.id as "teamId", t.display as "teamName", m.member_id as "memberId", m.member_kind as "memberKind",
      coalesce(u.display, n.display) as "memberName"
    from (select m.team_id, m.member_id, m.member_kind ${manual} order by m.team_id, m.member_id limit $3) m
    join teams t on t.organization_id = $1 and t.id = m.team_id
    left join users u on m.member_kind = 'user' and u.organization_id = $1 and u.id = m.member_id
    left join teams n on m.member_kind = 'team' and n.organization_id = $1 and n.id = m.member_id
    order by t.display_name_key, t.id, coalesce(u.display, n.display), m.member_id`,
}

/** Removes them, each team with its own change. */
export async function removeManualMembers(
  tx: Queryable,
  origin: ChangeOrigin,
  teamId: string | undefined,
): Promise<void> {
  const { organizationId, now, connectionId, actor, requestId } = origin
  await tx.query(remove, [organizationId, teamId ?? null, now, connectionId, actor, requestId])
}

const remove = {
  text: `with named as (
      select m.team_id, m.member_id ${manual}
    ), removed as (
      delete from memberships m using named n
      where m.organization_id = $1 and m.team_id = n.team_id and m.member_id = n.member_id and m.is_manual
      returning m.team_id, m.member_id, m.member_kind, m.valid_from, m.ends_at
    ), history as (
      ${insertHistory('removed', '$3')}
    ), touched as (
      update teams t set version = t.version + 1, updated_at = $3
      from (select team_id, array_agg(member_id) as gone from removed group by team_id) r
      where t.organization_id = $1 and t.id = r.team_id returning t.id, t.version, r.gone
    )
    insert into changes (${changeColumns})
    select $1, $3, 'team.members_changed', 'team', id, version, $4, $5, $6, 0,
      jsonb_build_object('via', 'source', 'members', as_member_changes('{}', gone))
    from touched`,
}
