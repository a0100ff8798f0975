import type { Queryable } from '../pool.ts'
import type { AccountsOf } from './app-accounts.ts'
import { toArrayText } from './array-text.ts'
import type { AppOf, DestructiveClass } from './gate.ts'

type PlanOf = { readonly organizationId: string; readonly planId: string }
export type OrphanOperation = 'disable' | 'delete'
export type OrphanState = 'planned' | 'held' | 'approved' | 'done' | 'changed' | 'failed'

/** An account that nobody is assigned to. */
export type OrphanRow = {
  readonly targetKey: string
  readonly name: string | null
  /** Whose it may be. */
  readonly objectId: string | null
  readonly wasOurs: boolean
}

/** Of a listing those accounts that are nobody's, in the order of their ids; none that somebody decided to leave alone. */
export async function selectOrphans(
  db: Queryable,
  of: AccountsOf,
  page: {
    /** Those that were left to the app when their people left are not among them. */
    readonly leavesOurs: boolean
    readonly isDisabledToo: boolean
    readonly after: string | undefined
    readonly rowsMax: number
  },
): Promise<readonly OrphanRow[]> {
  const { rows } = await db.query<OrphanRow>(
    {
      text: `select a.target_key as "targetKey", a.name, a.object_id as "objectId", a.was_ours as "wasOurs" from app_accounts a
        where a.organization_id = $1 and a.app_id = $2 and a.run_id = $3 and a.kind = 'user' and a.class = 'orphan'
          and not a.is_assigned and not a.is_in_scope and not (a.was_ours and $4) and (a.is_disabled is not true or $5)
          and ($6::text is null or a.target_key > $6)
          and not exists (
            select from links l where l.organization_id = $1 and l.app_id = $2 and l.kind = 'user' and l.target_key = a.target_key
              and l.state <> 'dead')
        order by a.target_key limit $7`,
    },
    [of.organizationId, of.appId, of.runId, page.leavesOurs, page.isDisabledToo, page.after ?? null, page.rowsMax],
  )
  return rows
}

export async function insertOrphans(
  db: Queryable,
  { organizationId, appId }: AppOf,
  planned: { readonly planId: string; readonly operation: OrphanOperation; readonly orphans: readonly OrphanRow[] },
): Promise<void> {
  const { planId, operation, orphans } = planned
  if (orphans.length === 0) return
  await db.query(
    {
      text: `insert into app_plan_orphans (organization_id, app_id, plan_id, operation, target_key, name, object_id, was_ours)
        select $1, $2, $3, $4, m.* from unnest($5::text[], $6::text[], $7::uuid[], $8::boolean[]) m on conflict do nothing`,
    },
    [
      organizationId,
      appId,
      planId,
      operation,
      toArrayText(orphans.map(({ targetKey }) => targetKey)),
      toArrayText(orphans.map(({ name }) => name)),
      toArrayText(orphans.map(({ objectId }) => objectId)),
      toArrayText(orphans.map(({ wasOurs }) => String(wasOurs))),
    ],
  )
}

/** Says whether the gate would hold what is planned. */
export async function markOrphansHeld(
  db: Queryable,
  { organizationId, planId }: PlanOf,
  isHeld: boolean,
): Promise<void> {
  await db.query(
    {
      text: `update app_plan_orphans set state = case when $3 then 'held' else 'planned' end
        where organization_id = $1 and plan_id = $2 and state in ('planned', 'held')`,
    },
    [organizationId, planId, isHeld],
  )
}

/** A plan does the same to all of them; undefined: there are none. */
export async function countPlannedOrphans(
  db: Queryable,
  { organizationId, planId }: PlanOf,
): Promise<{ readonly operation: OrphanOperation; readonly count: number } | undefined> {
  const { rows } = await db.query<{ operation: OrphanOperation; count: number }>(
    {
      text: `select operation, count(*) as count from app_plan_orphans
        where organization_id = $1 and plan_id = $2 and state in ('planned', 'held') group by operation`,
    },
    [organizationId, planId],
  )
  return rows[0]
}

export async function approveOrphans(tx: Queryable, { organizationId, planId }: PlanOf): Promise<void> {
  await tx.query(
    {
      text: `update app_plan_orphans set state = 'approved'
        where organization_id = $1 and plan_id = $2 and state in ('planned', 'held')`,
    },
    [organizationId, planId],
  )
}

/** What passed counts with everything else that is destroyed in the window. */
export async function addGateUsage(
  tx: Queryable,
  { organizationId, appId }: AppOf,
  used: { readonly class: DestructiveClass; readonly count: number; readonly now: Date },
): Promise<void> {
  await tx.query(
    {
      text: `insert into gate_usage (organization_id, app_id, class, detail, minute, count)
        values ($1, $2, $3, '', date_trunc('minute', $4::timestamptz), $5)
        on conflict (organization_id, app_id, class, detail, minute) do update set count = gate_usage.count + excluded.count`,
    },
    [organizationId, appId, used.class, used.now, used.count],
  )
}

export type ApprovedOrphan = {
  readonly targetKey: string
  readonly name: string | null
  readonly operation: OrphanOperation
}

export async function selectApprovedOrphans(
  db: Queryable,
  { organizationId, planId }: PlanOf,
  rowsMax: number,
): Promise<readonly ApprovedOrphan[]> {
  const { rows } = await db.query<ApprovedOrphan>(
    {
      text: `select target_key as "targetKey", name, operation from app_plan_orphans
        where organization_id = $1 and plan_id = $2 and state = 'approved' order by target_key limit $3`,
    },
    [organizationId, planId, rowsMax],
  )
  return rows
}

/** Whose account it is by now. */
export async function findLinkOf(
  db: Queryable,
  { organizationId, appId }: AppOf,
  targetKey: string,
): Promise<string | undefined> {
  const { rows } = await db.query<{ id: string }>(
    {
      text: `select object_id as id from links
        where organization_id = $1 and app_id = $2 and kind = 'user' and target_key = $3 and state <> 'dead' limit 1`,
    },
    [organizationId, appId, targetKey],
  )
  return rows[0]?.id
}

export type OrphanEnd<Reason extends string = string> = {
  readonly state: 'done' | 'changed' | 'failed'
  readonly status: number | null
  readonly reason: Reason | undefined
  readonly detail: string | null
}

export async function endOrphan(
  tx: Queryable,
  { organizationId, planId }: PlanOf,
  targetKey: string,
  { state, detail }: OrphanEnd,
): Promise<void> {
  await tx.query(
    {
      text: `update app_plan_orphans set state = $4, detail = $5
        where organization_id = $1 and plan_id = $2 and target_key = $3 and state = 'approved'`,
    },
    [organizationId, planId, targetKey, state, detail],
  )
}

/** The app cannot be asked any more: what was not done is not done. */
export async function failApprovedOrphans(
  tx: Queryable,
  { organizationId, planId }: PlanOf,
  detail: string,
): Promise<void> {
  await tx.query(
    {
      text: `update app_plan_orphans set state = 'failed', detail = $3
        where organization_id = $1 and plan_id = $2 and state = 'approved'`,
    },
    [organizationId, planId, detail],
  )
}

export async function countOrphanStates(
  db: Queryable,
  { organizationId, planId }: PlanOf,
): Promise<{ readonly [state: string]: number }> {
  const { rows } = await db.query<{ state: string; count: number }>(
    {
      text: `select state, count(*) as count from app_plan_orphans where organization_id = $1 and plan_id = $2
        group by state order by state`,
    },
    [organizationId, planId],
  )
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
}

export type PlanOrphanFilter = { readonly state?: OrphanState | undefined }
export type PlanOrphanRow = OrphanRow & {
  readonly operation: OrphanOperation
  readonly state: OrphanState
  readonly detail: string | null
  readonly objectName: string | null
}

const matches = `o.organization_id = $1 and o.plan_id = $2 and ($3::text is null or o.state = $3)`

/** In the order of ids in the app. */
export async function selectPlanOrphans(
  db: Queryable,
  { organizationId, planId }: PlanOf,
  page: PlanOrphanFilter & { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly PlanOrphanRow[]> {
  const { rows } = await db.query<PlanOrphanRow>(
    {
      text: `select o.target_key as "targetKey", o.name, o.object_id as "objectId", o.was_ours as "wasOurs", o.operation, o.state,
          o.detail, u.display as "objectName" from app_plan_orphans o
        left join users u on u.organization_id = o.organization_id and u.id = o.object_id
        where ${matches} and ($4::text is null or o.target_key > $4) order by o.target_key limit $5`,
    },
    [organizationId, planId, page.state ?? null, page.after ?? null, page.rowsMax],
  )
  return rows
}

export async function countPlanOrphans(
  db: Queryable,
  { organizationId, planId }: PlanOf,
  { state }: PlanOrphanFilter,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: `select count(*) as count from app_plan_orphans o where ${matches}` },
    [organizationId, planId, state ?? null],
  )
  return rows[0]?.count ?? 0
}
