import type { Queryable } from '../pool.ts'
import type { PlanOperationName } from './app-plan-operations.ts'
import { toArrayText } from './array-text.ts'
import type { DestructiveClass } from './gate.ts'
import type { ObjectKind } from './provisioning-work.ts'

type PlanOf = { readonly organizationId: string; readonly planId: string }

export type OperationSelection = {
  /** Undefined: of every object. */
  readonly objectIds: readonly string[] | undefined
  /** Undefined: of every kind. */
  readonly operations: readonly PlanOperationName[] | undefined
  /** Everything but what is named. */
  readonly isInverted: boolean
}

/** Takes operations out of a plan, or in again; gives how many. Conflicts are carried out by nobody, and stay. */
export async function moveOperations(
  tx: Queryable,
  plan: PlanOf,
  move: OperationSelection & {
    readonly from: 'planned' | 'excluded'
    readonly to: 'planned' | 'excluded'
    /** Only those that the gate would count. */
    readonly isDestructiveOnly: boolean
  },
): Promise<number> {
  const { rowCount } = await tx.query(
    {
      text: `update app_plan_operations set state = $4
        where organization_id = $1 and plan_id = $2 and state = $3 and operation <> 'conflict'
          and (($5::uuid[] is null or object_id = any($5)) and ($6::text[] is null or operation = any($6))) <> $7
          and (not $8 or destructive_class is not null)`,
    },
    [
      plan.organizationId,
      plan.planId,
      move.from,
      move.to,
      move.objectIds === undefined ? null : toArrayText(move.objectIds),
      move.operations === undefined ? null : toArrayText(move.operations),
      move.isInverted,
      move.isDestructiveOnly,
    ],
  )
  return rowCount
}

export async function countExcluded(db: Queryable, { organizationId, planId }: PlanOf): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    {
      text: `select count(*) as count from app_plan_operations
        where organization_id = $1 and plan_id = $2 and state = 'excluded'`,
    },
    [organizationId, planId],
  )
  return rows[0]?.count ?? 0
}

/** Classes of what was left out and would be counted. */
export async function selectExcludedClasses(
  tx: Queryable,
  { organizationId, planId }: PlanOf,
): Promise<readonly DestructiveClass[]> {
  const { rows } = await tx.query<{ class: DestructiveClass }>(
    {
      text: `select distinct destructive_class as class from app_plan_operations
        where organization_id = $1 and plan_id = $2 and state = 'excluded' and destructive_class is not null`,
    },
    [organizationId, planId],
  )
  return rows.map((row) => row.class)
}

/** Holds by name what was left out, and gives of whom that is. */
export async function holdExcluded(
  tx: Queryable,
  { organizationId, planId }: PlanOf,
  hold: { readonly holdId: string; readonly class: DestructiveClass; readonly cause: string; readonly now: Date },
): Promise<readonly { readonly objectId: string; readonly kind: ObjectKind }[]> {
  const { rows } = await tx.query<{ objectId: string; kind: ObjectKind }>(
    {
      text: `with held as (
          insert into gate_hold_items (organization_id, hold_id, object_id, kind, state, cause, facts, held_at)
          select $1, $3, object_id, kind, 'held', $5, facts, $6 from app_plan_operations
          where organization_id = $1 and plan_id = $2 and state = 'excluded' and destructive_class = $4
          on conflict (organization_id, hold_id, object_id) do update set state = 'held', cause = excluded.cause
          returning object_id, kind
        )
        select object_id as "objectId", kind from held`,
    },
    [organizationId, planId, hold.holdId, hold.class, hold.cause, hold.now],
  )
  return rows
}
