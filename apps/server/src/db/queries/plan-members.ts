import type { Queryable } from '../pool.ts'
import { toArrayText } from './array-text.ts'
import { insertDecidedHold } from './gate-holds.ts'
import type { MemberChanges } from './member-changes.ts'
import type { AppOf } from './provisioning-work.ts'

type PlanOf = { readonly organizationId: string; readonly planId: string }

/** What a plan does to the members of one group. */
export type PlanMembers = MemberChanges & {
  /** The gate would hold the removals: more than it lets pass unseen. */
  readonly isHeld: boolean
}

/** In the order of ids. */
export async function selectPlanMembers(
  db: Queryable,
  { organizationId, planId }: PlanOf,
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly PlanMembers[]> {
  const { rows } = await db.query<PlanMembers>(
    {
      text: `select team_id as "teamId", name, target_key as "targetKey", present, joining, leaving,
          leaving_app as "leavingApp", joins, leaves, is_held as "isHeld"
        from app_plan_members where organization_id = $1 and plan_id = $2 and ($3::uuid is null or team_id > $3)
        order by team_id limit $4`,
    },
    [organizationId, planId, page.after ?? null, page.rowsMax],
  )
  return rows
}

export async function countPlanMembers(
  db: Queryable,
  { organizationId, planId }: PlanOf,
): Promise<{ readonly teams: number; readonly added: number; readonly removed: number }> {
  const { rows } = await db.query<{ teams: number; added: number; removed: number }>(
    {
      text: `select count(*) as teams, coalesce(sum(joining), 0) as added,
          coalesce(sum(leaving + leaving_app), 0) as removed
        from app_plan_members where organization_id = $1 and plan_id = $2`,
    },
    [organizationId, planId],
  )
  return rows[0] ?? { teams: 0, added: 0, removed: 0 }
}

/** Teams that members leave who stay in the app: what the gate counts. */
export async function selectMemberRemovals(
  db: Queryable,
  { organizationId, planId }: PlanOf,
): Promise<readonly { readonly teamId: string; readonly count: number; readonly members: number }[]> {
  const { rows } = await db.query<{ teamId: string; count: number; members: number }>(
    {
      text: `select team_id as "teamId", leaving as count, present as members from app_plan_members
        where organization_id = $1 and plan_id = $2 and leaving > 0`,
    },
    [organizationId, planId],
  )
  return rows
}

export async function markMembersHeld(
  tx: Queryable,
  { organizationId, planId }: PlanOf,
  teamIds: readonly string[],
): Promise<void> {
  if (teamIds.length === 0) return
  await tx.query(
    {
      text: `update app_plan_members set is_held = true where organization_id = $1 and plan_id = $2
        and team_id = any($3::uuid[])`,
    },
    [organizationId, planId, toArrayText(teamIds)],
  )
}

/**
 * Whoever applies the plan has seen who leaves: so many pass the gate in each of these groups, once. Where the team changed
 * since, or one within it, others may leave: the gate counts them.
 */
export async function approveRemovals(
  tx: Queryable,
  app: AppOf,
  approval: {
    readonly planId: string
    readonly holdId: string
    readonly by: string
    readonly now: Date
    readonly cause: string
  },
): Promise<void> {
  const { planId, holdId, by, now, cause } = approval
  const { rowCount } = await tx.query(
    {
      text: `insert into gate_hold_items
          (organization_id, hold_id, object_id, kind, state, cause, facts, held_at, decided_at, decided_by)
        select $1, $3, m.team_id, 'team', 'approved', $6, jsonb_build_object('count', m.leaving, 'cause', $6::text), $5, $5, $4
        from app_plan_members m
        join app_plans p on p.organization_id = $1 and p.app_id = $7 and p.id = $2
        where m.organization_id = $1 and m.plan_id = $2 and m.leaving > 0 and not exists (
          with recursive within (id) as (
            select m.team_id
            union
            select n.member_id from within w
            join memberships n on n.organization_id = $1 and n.team_id = w.id and n.member_kind = 'team'
          )
          select from within w join teams t on t.organization_id = $1 and t.id = w.id where t.updated_at > p.created_at)`,
    },
    [app.organizationId, planId, holdId, by, now, cause, app.appId],
  )
  if (rowCount > 0) await insertDecidedHold(tx, app, { holdId, class: 'memberRemoval', now })
}
