import type { Queryable } from '../pool.ts'
import type { ChangeOrigin } from './changes.ts'
import type { MovedMember } from './memberships.ts'

/** A person to be looked at; roots: what changed of him, null: anything may have. */
export type RuleWork = { readonly userId: string; readonly roots: readonly string[] | null }

const separator = '\n'

/** Queued once, with all that changed. In the order of ids, so that two of these never wait for each other. */
export async function enqueueRuleWork(
  tx: Queryable,
  organizationId: string,
  { work, now }: { readonly work: readonly RuleWork[]; readonly now: Date },
): Promise<void> {
  if (work.length === 0) return
  await tx.query(enqueue, [
    organizationId,
    work.map(({ userId }) => userId),
    work.map(({ roots }) => roots?.join(separator) ?? null),
    now,
  ])
}

const enqueue = {
  name: 'enqueue_team_rule_work',
  text: `insert into team_rule_work as w (organization_id, user_id, roots, queued_at)
    select $1, n.user_id, string_to_array(n.roots, '${separator}'), $4 from unnest($2::uuid[], $3::text[]) n (user_id, roots)
    order by n.user_id
    on conflict (organization_id, user_id) do update set
      roots = case when w.roots is null or excluded.roots is null then null
        else array(select distinct unnest(w.roots || excluded.roots)) end`,
}

/** Organizations in which somebody is to be looked at. */
export async function selectOrganizationsWithWork(db: Queryable): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(withWork)
  return rows.map(({ id }) => id)
}

const withWork = {
  name: 'organizations_with_rule_work',
  // A skip scan: as many steps as organizations, however many people wait.
  text: `with recursive o (id) as (
      (select organization_id from team_rule_work order by organization_id limit 1)
      union all
      select (select w.organization_id from team_rule_work w where w.organization_id > o.id order by w.organization_id limit 1)
      from o where o.id is not null
    ) select id from o where id is not null`,
}

/** Takes so many out of the queue; they are done when the transaction commits. */
export async function takeRuleWork(
  tx: Queryable,
  organizationId: string,
  rowsMax: number,
): Promise<readonly RuleWork[]> {
  const { rows } = await tx.query<RuleWork>(take, [organizationId, rowsMax])
  return rows
}

const take = {
  name: 'take_team_rule_work',
  text: `delete from team_rule_work w using (
      select user_id from team_rule_work where organization_id = $1 order by user_id limit $2 for update skip locked
    ) t where w.organization_id = $1 and w.user_id = t.user_id
    returning w.user_id as "userId", w.roots`,
}

/** Which of these people are in which of these teams. */
export async function selectMembersAmong(
  db: Queryable,
  organizationId: string,
  among: { readonly teamIds: readonly string[]; readonly userIds: readonly string[] },
): Promise<readonly { readonly teamId: string; readonly userId: string }[]> {
  const { rows } = await db.query<{ teamId: string; userId: string }>(membersAmong, [
    organizationId,
    among.teamIds,
    among.userIds,
  ])
  return rows
}

const membersAmong = {
  name: 'team_members_among',
  text: `select m.team_id as "teamId", m.member_id as "userId"
    from unnest($3::uuid[]) u (id) join memberships m on m.organization_id = $1 and m.member_id = u.id
    where m.team_id = any($2::uuid[])`,
}

/** Adds people to a locked team, as its rule wants; whoever has no account any more is left out. */
export async function addRuledMembers(
  tx: Queryable,
  origin: ChangeOrigin,
  team: { readonly id: string; readonly userIds: readonly string[] },
): Promise<readonly MovedMember[]> {
  const { rows } = await tx.query<MovedMember>(add, [origin.organizationId, team.id, origin.now, team.userIds])
  return rows
}

const add = {
  name: 'add_ruled_members',
  text: `with found as (
      select id from users where organization_id = $1 and id = any($4::uuid[]) and scim_id is not null for key share
    )
    insert into memberships (organization_id, team_id, member_id, member_kind, valid_from)
    select $1, $2, id, 'user', $3 from found on conflict do nothing returning member_id, member_kind`,
}

/** Whoever was added to a locked team by hand, or for a while, is there by the rule from now on. */
export async function claimMembersForRule(tx: Queryable, organizationId: string, teamId: string): Promise<void> {
  await tx.query(
    {
      text: `update memberships set is_manual = false, ends_at = null
        where organization_id = $1 and team_id = $2 and member_kind = 'user' and (is_manual or ends_at is not null)`,
    },
    [organizationId, teamId],
  )
}
