import type { Queryable } from '../pool.ts'
import { changeColumns, originValues, type ChangeOrigin } from './changes.ts'

/** Deleted teams and groups of all organizations whose time is over, those deleted first first. */
export async function selectOverdueTeams(
  db: Queryable,
  query: { readonly before: Date; readonly rowsMax: number },
): Promise<readonly { readonly organizationId: string; readonly id: string }[]> {
  const { rows } = await db.query<{ organizationId: string; id: string }>(overdue, [query.before, query.rowsMax])
  return rows
}

const overdue = {
  text: `select organization_id as "organizationId", id from teams
    where deleted_at < $1 and purged_at is null order by deleted_at limit $2`,
}

/**
 * Forgets how a deleted team was called, in the team and in every change of it, and the roles that hang on it. Who was in
 * it and when stays. False when it is not deleted, or purged before.
 */
export async function purgeTeamRow(
  tx: Queryable,
  origin: ChangeOrigin,
  team: { readonly id: string; readonly before: Date; readonly via: string },
): Promise<boolean> {
  const { organizationId, now } = origin
  const { rowCount } = await tx.query(scrubTeam, [organizationId, team.id, now, team.before])
  if (rowCount === 0) return false
  for (const text of forget) await tx.query({ text }, [organizationId, team.id])
  await tx.query(logPurge, [...originValues(origin), team.id, team.via])
  return true
}

const scrubTeam = {
  name: 'purge_team',
  text: `update teams set purged_at = $3, display = '', display_name_key = '', name_unique_key = null, handle = null,
      description = null, external_id = null, external_id_key = null, document = '{}', search = '{}', search_text = '',
      version = version + 1, updated_at = $3
    where organization_id = $1 and id = $2 and deleted_at < $4 and purged_at is null`,
}

const forget = [
  `update changes set data = json_build_object('via', data ->> 'via', 'members', data -> 'members', 'purged', true)
    where organization_id = $1 and subject_id = $2 and subject_kind = 'team'`,
  'delete from team_rules where organization_id = $1 and team_id = $2',
  'delete from team_rule_revisions where organization_id = $1 and team_id = $2',
  'delete from team_rule_leaving where organization_id = $1 and team_id = $2',
  'delete from team_rule_exceptions where organization_id = $1 and team_id = $2',
  'delete from role_mappings where organization_id = $1 and team_id = $2',
  'delete from role_assignments where organization_id = $1 and team_id = $2',
]

const logPurge = {
  name: 'log_team_purge',
  text: `insert into changes (${changeColumns})
    select $1, $3, 'team.purged', 'team', id, version, $2, $4, $5, 0, jsonb_build_object('via', $7::text, 'purged', true)
    from teams where organization_id = $1 and id = $6`,
}
