import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

export type PlanRow = {
  readonly plan: string
  readonly entitlements: JsonObject
  /** Of the organization: it counts on with every change of the plan. */
  readonly version: number
}

export async function selectPlan(
  db: Queryable,
  organizationId: string,
  options: { readonly lock?: boolean } = {},
): Promise<PlanRow | undefined> {
  const text = `select plan, entitlements, version from organizations where id = $1 ${options.lock === true ? 'for update' : ''}`
  const { rows } = await db.query<PlanRow>({ text }, [organizationId])
  return rows[0]
}

/** Counts the organization's version on, so that every cache of what it may do is asked anew. */
export async function updatePlanRow(
  tx: Queryable,
  change: {
    readonly organizationId: string
    readonly plan: string
    readonly entitlements: JsonObject
    readonly now: Date
  },
): Promise<number> {
  const { rows } = await tx.query<{ version: number }>(
    {
      text: `update organizations set plan = $2, entitlements = $3::jsonb, version = version + 1, updated_at = $4
        where id = $1 returning version`,
    },
    [change.organizationId, change.plan, JSON.stringify(change.entitlements), change.now],
  )
  return rows[0]?.version ?? 0
}
