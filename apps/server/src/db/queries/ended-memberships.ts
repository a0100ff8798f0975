/**
 * Puts ended memberships into the history of the organization `$1`. `ended` is what they are selected from, with the team
 * of each; `at` the parameter of when they ended. One that began at that very moment leaves nothing.
 */
export function insertHistory(ended: string, at: string): string {
  return `insert into membership_history (organization_id, team_id, member_id, member_kind, valid_from, valid_to, ends_at)
      select $1, team_id, member_id, member_kind, valid_from, ${at}, ends_at from ${ended} where valid_from < ${at} on conflict do nothing`
}
