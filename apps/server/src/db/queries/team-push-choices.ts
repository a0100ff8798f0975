import type { AppTeam } from './provisioning-members.ts'
import type { WorkStage } from './provisioning-work.ts'
import type { AppKey } from './provisioning-references.ts'
import type { Queryable } from '../pool.ts'

/** What an administrator decided for one team in one app. */
export type TeamPushChoice = {
  /** Nothing is sent for it now. */
  readonly isPaused: boolean
  /** The group keeps the name that it has in the app. */
  readonly keepsName: boolean
  /** It is not pushed any more: its group stays as it is, or is deleted. */
  readonly ending: 'leave' | 'delete' | null
}

export const noChoice: TeamPushChoice = { isPaused: false, keepsName: false, ending: null }

/** Teams for which nothing was decided are left out. */
export async function selectTeamPushChoices(
  db: Queryable,
  { organizationId, appId }: AppKey,
  teamIds: readonly string[],
): Promise<ReadonlyMap<string, TeamPushChoice>> {
  if (teamIds.length === 0) return new Map()
  const { rows } = await db.query<TeamPushChoice & { teamId: string }>(choices, [organizationId, appId, teamIds])
  return new Map(rows.map(({ teamId, ...choice }) => [teamId, choice]))
}

const choices = {
  name: 'team_push_choices',
  text: `select team_id as "teamId", is_paused as "isPaused", keeps_name as "keepsName", ending from team_pushes
    where organization_id = $1 and app_id = $2 and team_id = any($3::uuid[])
      and (is_paused or keeps_name or ending is not null)`,
}

export async function upsertTeamPushChoice(tx: Queryable, team: AppTeam, choice: TeamPushChoice): Promise<void> {
  const { isPaused, keepsName, ending } = choice
  await tx.query(upsert, [team.organizationId, team.appId, team.teamId, isPaused, keepsName, ending])
}

const upsert = {
  text: `insert into team_pushes (organization_id, app_id, team_id, is_paused, keeps_name, ending)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (organization_id, app_id, team_id) do update set is_paused = excluded.is_paused,
      keeps_name = excluded.keeps_name, ending = excluded.ending`,
}

/** A team that is pushed into the app, or was. */
export type TeamPushRow = TeamPushChoice & {
  readonly teamId: string
  readonly name: string
  readonly state: 'unlinked' | 'linked' | 'disabled' | 'dead' | 'ignored'
  readonly isInScope: boolean
  readonly origin: 'created' | 'adopted' | null
  readonly groupKey: string | null
  /** Members that we brought about there. */
  readonly members: number
  /** Something is to be sent, or looked at. */
  readonly stage: WorkStage | null
  readonly failureCode: string | null
  readonly failureDetail: string | null
  readonly failedAt: Date | null
  readonly appliedAt: Date | null
}

export type TeamPushFilter = {
  readonly teamId?: string | undefined
  readonly after?: string | undefined
  readonly rowsMax: number
}

/** In the order of ids. */
export async function selectTeamPushes(
  db: Queryable,
  { organizationId, appId }: AppKey,
  { teamId, after, rowsMax }: TeamPushFilter,
): Promise<readonly TeamPushRow[]> {
  const values = [organizationId, appId, teamId ?? null, after ?? null, rowsMax]
  const { rows } = await db.query<TeamPushRow>(pushes, values)
  return rows
}

const pushes = {
  text: `select l.object_id as "teamId", t.display as name, l.state, l.is_in_scope as "isInScope", l.origin,
      l.target_key as "groupKey", l.failure_code as "failureCode", l.failure_detail as "failureDetail",
      l.failed_at as "failedAt", l.applied_at as "appliedAt", w.stage,
      coalesce(p.is_paused, false) as "isPaused", coalesce(p.keeps_name, false) as "keepsName", p.ending,
      (select count(*) from member_edges e where e.organization_id = $1 and e.app_id = $2 and e.team_id = l.object_id
        and e.is_present) as members
    from links l
    join teams t on t.organization_id = $1 and t.id = l.object_id
    left join team_pushes p on p.organization_id = $1 and p.app_id = $2 and p.team_id = l.object_id
    left join work_items w on w.organization_id = $1 and w.app_id = $2 and w.object_id = l.object_id
    where l.organization_id = $1 and l.app_id = $2 and l.kind = 'team' and ($3::uuid is null or l.object_id = $3)
      and ($4::uuid is null or l.object_id > $4)
    order by l.object_id limit $5`,
}

export async function selectTeamPushCount(db: Queryable, { organizationId, appId }: AppKey): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: `select count(*) as count from links where organization_id = $1 and app_id = $2 and kind = 'team'` },
    [organizationId, appId],
  )
  return rows[0]?.count ?? 0
}

/** Nothing of what was sent is taken for known any more: the group and all its members are sent again. */
export async function forgetSent(tx: Queryable, team: AppTeam): Promise<void> {
  await tx.query(forget, [team.organizationId, team.appId, team.teamId])
}

const forget = {
  text: `with edges as (
      update member_edges set is_present = null where organization_id = $1 and app_id = $2 and team_id = $3 and is_present
    )
    update links set applied_hash = null where organization_id = $1 and app_id = $2 and object_id = $3`,
}

/** The team's group is that one of the app, whoever made it; false: it is another team's. */
export async function linkTeam(tx: Queryable, team: AppTeam, link: { readonly groupKey: string }): Promise<boolean> {
  const { rowCount } = await tx.query(linkTo, [team.organizationId, team.appId, team.teamId, link.groupKey])
  return rowCount > 0
}

const linkTo = {
  text: `insert into links (organization_id, app_id, kind, object_id, state, is_in_scope, origin, target_key)
    select $1, $2, 'team', $3, 'linked', true, 'adopted', $4
    where not exists (
      select from links o where o.organization_id = $1 and o.app_id = $2 and o.kind = 'team' and o.target_key = $4
        and o.state <> 'dead' and o.object_id <> $3)
    on conflict (organization_id, app_id, object_id) do update set state = 'linked', is_in_scope = true, origin = 'adopted',
      target_key = excluded.target_key, applied_hash = null, in_flight_at = null, in_flight_action = null,
      failure_code = null, failure_attribute = null, failure_detail = null, failed_at = null, attempts = 0`,
}
