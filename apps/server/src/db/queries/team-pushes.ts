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

/** A membership that we brought about; see the table. */
export type MemberEdge = { readonly memberId: string; readonly memberKey: string; readonly isPresent: boolean | null }

export async function selectMemberEdges(db: Queryable, team: AppTeam): Promise<readonly MemberEdge[]> {
  const { rows } = await db.query<MemberEdge>(edges, [team.organizationId, team.appId, team.teamId])
  return rows
}

const edges = {
  name: 'member_edges',
  text: `select member_id as "memberId", member_key as "memberKey", is_present as "isPresent" from member_edges
    where organization_id = $1 and app_id = $2 and team_id = $3`,
}

/** What a look at the group told: who is missing there, and who is there by others' doing. */
export type ShownMembers = {
  readonly lostIds: readonly string[]
  /** By an id of the directory where they have one. */
  readonly strangers: readonly { readonly id: string; readonly key: string }[]
  readonly now: Date
}

/** Who is missing is sent again; strangers become edges, so that they leave the way all leave. */
export async function noteShownMembers(db: Queryable, team: AppTeam, shown: ShownMembers): Promise<void> {
  const { organizationId, appId, teamId } = team
  const { lostIds, strangers, now } = shown
  const ids = strangers.map(({ id }) => id)
  const keys = strangers.map(({ key }) => key)
  await db.query(note, [organizationId, appId, teamId, lostIds, ids, keys, now])
}

const note = {
  text: `with lost as (
      update member_edges set is_present = null
      where organization_id = $1 and app_id = $2 and team_id = $3 and member_id = any($4::uuid[]) and is_present
    ), strangers as (
      insert into member_edges (organization_id, app_id, team_id, member_id, member_key, is_present)
      select $1, $2, $3, s.id, s.key, true from unnest($5::uuid[], $6::text[]) s (id, key) on conflict do nothing
    )
    update team_pushes set compared_at = $7 where organization_id = $1 and app_id = $2 and team_id = $3`,
}
