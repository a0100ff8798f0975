import type { Queryable } from '../pool.ts'
import type { AppTeam } from './provisioning-members.ts'

export type TeamPush = {
  /** The group in the app; null: the team has none there, or leaves it. */
  readonly groupKey: string | null
  readonly chunkSize: number | null
  readonly comparedAt: Date | null
}

/**
 * The team's group in the app as it is now. Edges of a group that was another one are forgotten: that one is gone, or
 * not ours any more, and the new one holds no members of ours.
 */
export async function openTeamPush(db: Queryable, team: AppTeam): Promise<TeamPush> {
  const { rows } = await db.query<TeamPush>(open, [team.organizationId, team.appId, team.teamId])
  return rows[0] ?? { groupKey: null, chunkSize: null, comparedAt: null }
}

const open = {
  name: 'open_team_push',
  text: `with link as (
      select target_key from links
      where organization_id = $1 and app_id = $2 and object_id = $3 and kind = 'team' and state = 'linked' and is_in_scope
        and target_key is not null
    ), before as (
      select * from team_pushes where organization_id = $1 and app_id = $2 and team_id = $3
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
    select o.group_key as "groupKey", o.chunk_size as "chunkSize", o.compared_at as "comparedAt" from opened o`,
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
