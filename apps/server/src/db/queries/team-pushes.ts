import type { Queryable } from '../pool.ts'
import type { AppTeam } from './provisioning-members.ts'

export type TeamPush = {
  /** The group in the app; null: the team has none there, leaves it, or nothing is sent for it. */
  readonly groupKey: string | null
  readonly chunkSize: number | null
  readonly comparedAt: Date | null
  /** How people call it. */
  readonly name: string | null
}

/**
 * The team's group in the app as it is now. Edges of a group that was another one are forgotten: that one is gone, or
 * not ours any more, and the new one holds no members of ours.
 */
export async function openTeamPush(db: Queryable, team: AppTeam): Promise<TeamPush> {
  const { rows } = await db.query<TeamPush>(open, [team.organizationId, team.appId, team.teamId])
  return rows[0] ?? { groupKey: null, chunkSize: null, comparedAt: null, name: null }
}

const open = {
  name: 'open_team_push',
  text: `with before as (
      select * from team_pushes where organization_id = $1 and app_id = $2 and team_id = $3
    ), link as (
      select target_key from links
      where organization_id = $1 and app_id = $2 and object_id = $3 and kind = 'team' and state = 'linked' and is_in_scope
        and target_key is not null and not coalesce((select is_paused or ending is not null from before), false)
    ), forgotten as (
      delete from member_edges e using link l
      where e.organization_id = $1 and e.app_id = $2 and e.team_id = $3
        and (select group_key from before) is distinct from l.target_key
    ), opened as (
      insert into team_pushes (organization_id, app_id, team_id, group_key)
      select $1, $2, $3, l.target_key from link l
      on conflict (organization_id, app_id, team_id) do update set group_key = excluded.group_key,
        compared_at = case when team_pushes.group_key = excluded.group_key then team_pushes.compared_at end
      returning group_key, chunk_size, compared_at
    )
    select o.group_key as "groupKey", o.chunk_size as "chunkSize", o.compared_at as "comparedAt",
      (select t.display from teams t where t.organization_id = $1 and t.id = $3) as name
    from opened o`,
}

/** How many members the app takes in one request: learned, and kept for the next time. */
export async function updateChunkSize(db: Queryable, team: AppTeam, chunkSize: number): Promise<void> {
  await db.query(learn, [team.organizationId, team.appId, team.teamId, chunkSize])
}

const learn = {
  name: 'learn_chunk_size',
  text: `update team_pushes set chunk_size = $4 where organization_id = $1 and app_id = $2 and team_id = $3
    and chunk_size is distinct from $4`,
}

/** Failures in a row, and when the first of them was. */
export type PushFailures = { readonly attempts: number; readonly firstFailedAt: Date | null }

export async function selectPushFailures(db: Queryable, team: AppTeam): Promise<PushFailures> {
  const { rows } = await db.query<PushFailures>(failures, [team.organizationId, team.appId, team.teamId])
  return rows[0] ?? { attempts: 0, firstFailedAt: null }
}

const failures = {
  name: 'push_failures',
  text: `select attempts, first_failed_at as "firstFailedAt" from team_pushes
    where organization_id = $1 and app_id = $2 and team_id = $3`,
}

export async function updatePushFailures(db: Queryable, team: AppTeam, failed: PushFailures): Promise<void> {
  const { organizationId, appId, teamId } = team
  await db.query(fail, [organizationId, appId, teamId, failed.attempts, failed.firstFailedAt])
}

const fail = {
  name: 'update_push_failures',
  text: `update team_pushes set attempts = $4, first_failed_at = $5
    where organization_id = $1 and app_id = $2 and team_id = $3
      and (attempts <> $4 or first_failed_at is distinct from $5)`,
}

/** What the app shows of a group's members, and ids for those of them that are nobody here. */
export type ShownMembers = {
  readonly keys: readonly string[]
  /** Members that others added are to go like those that we added; as many ids as there are keys. */
  readonly strangerIds: readonly string[] | undefined
  readonly now: Date
}

/**
 * Members of ours that the app does not show are sent again. Where the team decides alone, those that others added become
 * edges too, so that they leave the way all leave: counted, and in chunks.
 */
export async function noteShownMembers(db: Queryable, team: AppTeam, shown: ShownMembers): Promise<void> {
  const { organizationId, appId, teamId } = team
  const { keys, strangerIds, now } = shown
  await db.query(note, [organizationId, appId, teamId, keys, strangerIds ?? [], now])
}

const note = {
  name: 'note_shown_members',
  text: `with shown as materialized (
      select s.key, x.id from unnest($4::text[]) with ordinality s (key, number)
      left join unnest($5::uuid[]) with ordinality x (id, number) on x.number = s.number
    ), edges as materialized (
      select * from member_edges where organization_id = $1 and app_id = $2 and team_id = $3
    ), lost as (
      update member_edges e set is_present = null
      where e.organization_id = $1 and e.app_id = $2 and e.team_id = $3 and e.is_present and exists (select from shown)
        and not exists (select from shown s where s.key = e.member_key)
    ), strangers as (
      insert into member_edges (organization_id, app_id, team_id, member_id, member_key, is_present)
      select $1, $2, $3, coalesce(l.object_id, s.id), s.key, true from shown s
      left join links l on l.organization_id = $1 and l.app_id = $2 and l.target_key = s.key and l.state <> 'dead'
        and not exists (select from edges o where o.member_id = l.object_id)
      where s.id is not null and not exists (select from edges e where e.member_key = s.key)
      on conflict do nothing
    )
    update team_pushes set compared_at = $6 where organization_id = $1 and app_id = $2 and team_id = $3`,
}
