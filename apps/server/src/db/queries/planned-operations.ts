import type { Queryable } from '../pool.ts'
import type { PlanOperationName } from './app-plan-operations.ts'
import { toArrayText } from './array-text.ts'
import type { ObjectKind } from './provisioning-work.ts'

type PlanOf = { readonly organizationId: string; readonly appId: string; readonly id: string }

export type PlannedOperation = {
  readonly objectId: string
  readonly kind: ObjectKind
  readonly operation: PlanOperationName
  readonly name: string | null
  readonly targetKey: string | null
}

/** Operations whose object or link is not any more what they were made from are not carried out. */
export async function markOutdated(tx: Queryable, plan: PlanOf): Promise<void> {
  await tx.query(
    {
      text: `update app_plan_operations o set state = 'changed'
        from app_plan_operations p
        left join users u on p.kind = 'user' and u.organization_id = p.organization_id and u.id = p.object_id
        left join teams t on p.kind = 'team' and t.organization_id = p.organization_id and t.id = p.object_id
        left join links l on l.organization_id = p.organization_id and l.app_id = $2 and l.object_id = p.object_id
        where p.organization_id = $1 and p.plan_id = $3 and p.state = 'planned'
          and o.organization_id = $1 and o.plan_id = $3 and o.object_id = p.object_id
          and (p.object_version is distinct from coalesce(u.version, t.version)
            or p.applied_hash is distinct from l.applied_hash or p.link_state is distinct from l.state)`,
    },
    [plan.organizationId, plan.appId, plan.id],
  )
}

/** What is to be carried out, in the order of ids. */
export async function selectPlanned(
  tx: Queryable,
  plan: PlanOf,
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly PlannedOperation[]> {
  const { rows } = await tx.query<PlannedOperation>(
    {
      text: `select object_id as "objectId", kind, operation, name, target_key as "targetKey" from app_plan_operations
        where organization_id = $1 and plan_id = $2 and state = 'planned' and operation <> 'conflict'
          and ($3::uuid is null or object_id > $3)
        order by object_id limit $4`,
    },
    [plan.organizationId, plan.id, page.after ?? null, page.rowsMax],
  )
  return rows
}

/** Of these operations some were carried out; the others' links have changed at this moment. */
export async function markApplied(
  tx: Queryable,
  plan: PlanOf,
  { operations, done }: { readonly operations: readonly PlannedOperation[]; readonly done: readonly string[] },
): Promise<void> {
  if (operations.length === 0) return
  await tx.query(
    {
      text: `update app_plan_operations set state = case when object_id = any($4::uuid[]) then 'applied' else 'changed' end
        where organization_id = $1 and plan_id = $2 and object_id = any($3::uuid[])`,
    },
    [plan.organizationId, plan.id, toArrayText(operations.map(({ objectId }) => objectId)), toArrayText(done)],
  )
}

/** How many are in that state. */
export async function countInState(tx: Queryable, plan: PlanOf, state: 'changed' | 'applied'): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    {
      text: `select count(*) as count from app_plan_operations where organization_id = $1 and plan_id = $2 and state = $3`,
    },
    [plan.organizationId, plan.id, state],
  )
  return rows[0]?.count ?? 0
}
