import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'
import type { AppOf, ObjectKind } from './provisioning-work.ts'

export type PlanState = 'planning' | 'ready' | 'applied' | 'discarded' | 'failed'

/** What a reconciliation's plan does: link accounts, or make them what they should be. */
export type PlanPolicy = 'adopt' | 'enforce'

type Subject = { readonly kind: ObjectKind; readonly id: string }

export type PlanRow = AppOf & {
  readonly id: string
  readonly state: PlanState
  /** Null: it is about rules and assignments. */
  readonly policy: PlanPolicy | null
  /** Null: no rules were live. */
  readonly baseRevision: number | null
  readonly revision: number
  readonly assign: readonly Subject[]
  readonly unassign: readonly Subject[]
  /** Operations by their names, and what could not be looked for. */
  readonly counts: JsonObject
  /** How accounts were looked for; null: they were not. */
  readonly search: JsonObject | null
  readonly createdBy: string
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly runId: string
  readonly endedBy: string | null
  readonly endedAt: Date | null
}

const columns = `organization_id as "organizationId", app_id as "appId", id, state, policy, base_revision as "baseRevision", revision,
  assign, unassign, counts, search, created_by as "createdBy", created_at as "createdAt", expires_at as "expiresAt", run_id as "runId",
  ended_by as "endedBy", ended_at as "endedAt"`

type NewPlan = Omit<PlanRow, 'state' | 'counts' | 'search' | 'endedBy' | 'endedAt'>

export async function insertPlan(tx: Queryable, plan: NewPlan): Promise<PlanRow> {
  const { rows } = await tx.query<PlanRow>(
    {
      text: `insert into app_plans (organization_id, app_id, id, state, base_revision, revision, assign, unassign, created_by,
          created_at, expires_at, run_id, policy)
        values ($1, $2, $3, 'planning', $4, $5, $6::json, $7::json, $8, $9, $10, $11, $12) returning ${columns}`,
    },
    [
      plan.organizationId,
      plan.appId,
      plan.id,
      plan.baseRevision,
      plan.revision,
      JSON.stringify(plan.assign),
      JSON.stringify(plan.unassign),
      plan.createdBy,
      plan.createdAt,
      plan.expiresAt,
      plan.runId,
      plan.policy,
    ],
  )
  const [made] = rows
  if (made === undefined) throw new Error('An inserted plan came back without a row')
  return made
}

export async function selectPlan(
  db: Queryable,
  app: AppOf,
  id: string,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<PlanRow | undefined> {
  const { rows } = await db.query<PlanRow>(
    {
      text: `select ${columns} from app_plans where organization_id = $1 and app_id = $2 and id = $3
        ${lock ? 'for update' : ''}`,
    },
    [app.organizationId, app.appId, id],
  )
  return rows[0]
}

/** Newest first. */
export async function selectPlans(
  db: Queryable,
  app: AppOf,
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly PlanRow[]> {
  const { rows } = await db.query<PlanRow>(
    {
      text: `select ${columns} from app_plans where organization_id = $1 and app_id = $2 and ($3::uuid is null or id < $3)
        order by id desc limit $4`,
    },
    [app.organizationId, app.appId, page.after ?? null, page.rowsMax],
  )
  return rows
}

export async function selectPlanCount(db: Queryable, app: AppOf): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: 'select count(*) as count from app_plans where organization_id = $1 and app_id = $2' },
    [app.organizationId, app.appId],
  )
  return rows[0]?.count ?? 0
}

/** False: it is no longer in the state that it is to leave. */
export async function updatePlan(
  tx: Queryable,
  app: AppOf,
  change: {
    readonly id: string
    readonly from: PlanState
    readonly state: PlanState
    readonly counts?: JsonObject
    readonly endedBy?: string
    readonly endedAt?: Date
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    {
      text: `update app_plans set state = $5, counts = coalesce($6::jsonb, counts), ended_by = $7, ended_at = $8
        where organization_id = $1 and app_id = $2 and id = $3 and state = $4`,
    },
    [
      app.organizationId,
      app.appId,
      change.id,
      change.from,
      change.state,
      change.counts === undefined ? null : JSON.stringify(change.counts),
      change.endedBy ?? null,
      change.endedAt ?? null,
    ],
  )
  return rowCount === 1
}

/** How far it is with looking for accounts. */
export async function updatePlanSearch(db: Queryable, app: AppOf, id: string, search: JsonObject): Promise<void> {
  await db.query({ text: 'update app_plans set search = $4 where organization_id = $1 and app_id = $2 and id = $3' }, [
    app.organizationId,
    app.appId,
    id,
    JSON.stringify(search),
  ])
}

/** Of all organizations plans from before a time, with their operations; so many at once, gives how many. */
export async function deletePlansBefore(db: Queryable, before: Date, rowsMax: number): Promise<number> {
  const { rowCount } = await db.query(
    {
      text: `with gone as (
          delete from app_plans where ctid = any (array(
            select ctid from app_plans where created_at < $1 order by created_at limit $2))
          returning organization_id, id
        ), operations as (
          delete from app_plan_operations o using gone g where o.organization_id = g.organization_id and o.plan_id = g.id
        ), accounts as (
          delete from app_plan_accounts a using gone g where a.organization_id = g.organization_id and a.plan_id = g.id
        ), orphans as (
          delete from app_plan_orphans o using gone g where o.organization_id = g.organization_id and o.plan_id = g.id
        ), members as (
          delete from app_plan_members m using gone g where m.organization_id = g.organization_id and m.plan_id = g.id
        )
        select from gone`,
    },
    [before, rowsMax],
  )
  return rowCount
}
