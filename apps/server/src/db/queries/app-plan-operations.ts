import type { Queryable } from '../pool.ts'
import { toArrayText } from './array-text.ts'
import type { DestructiveClass } from './gate.ts'
import { insertDecidedHold } from './gate-holds.ts'
import type { AppOf, ObjectKind } from './provisioning-work.ts'

export type PlanOperationName = 'create' | 'adopt' | 'update' | 'enable' | 'disable' | 'delete' | 'unlink' | 'conflict'

export type PlanOperationState = 'planned' | 'changed' | 'applied' | 'excluded'

export type PlanOperation = {
  readonly objectId: string
  readonly kind: ObjectKind
  readonly operation: PlanOperationName
  readonly state: PlanOperationState
  readonly name: string | null
  readonly targetKey: string | null
  /** Attributes with before and after. */
  readonly modified: unknown
  readonly reason: string
  readonly destructiveClass: string | null
}

/** With what it was made from. */
export type NewPlanOperation = Omit<PlanOperation, 'modified'> & {
  /** As JSON. */
  readonly modified: string
  readonly facts: object | null
  readonly objectVersion: number | null
  readonly desiredHash: Buffer
  readonly appliedHash: Buffer | null
  readonly linkState: string | null
  readonly matchKey: string | null
  readonly isInScope: boolean
}

type PlanOf = { readonly organizationId: string; readonly planId: string }

type Column = readonly [name: string, type: string, valueOf: (row: NewPlanOperation) => string | number | null]

const toHex = (bytes: Buffer | null): string | null => (bytes === null ? null : `\\x${bytes.toString('hex')}`)

const columns: readonly Column[] = [
  ['object_id', 'uuid', (row) => row.objectId],
  ['kind', 'text', (row) => row.kind],
  ['operation', 'text', (row) => row.operation],
  ['state', 'text', (row) => row.state],
  ['name', 'text', (row) => row.name],
  ['target_key', 'text', (row) => row.targetKey],
  ['modified', 'json', (row) => row.modified],
  ['reason', 'text', (row) => row.reason],
  ['destructive_class', 'text', (row) => row.destructiveClass],
  ['facts', 'jsonb', (row) => (row.facts === null ? null : JSON.stringify(row.facts))],
  ['object_version', 'bigint', (row) => row.objectVersion],
  ['desired_hash', 'bytea', (row) => toHex(row.desiredHash)],
  ['applied_hash', 'bytea', (row) => toHex(row.appliedHash)],
  ['link_state', 'text', (row) => row.linkState],
  ['match_key', 'text', (row) => row.matchKey],
  ['is_in_scope', 'boolean', (row) => String(row.isInScope)],
]

const names = columns.map(([name]) => name).join(', ')

const upsert = {
  name: 'upsert_plan_operations',
  text: `insert into app_plan_operations (organization_id, plan_id, ${names})
    select $1, $2, m.* from unnest(${columns.map(([, type], index) => `$${index + 3}::${type}[]`).join(', ')}) m
    on conflict (organization_id, plan_id, object_id) do update set
      ${columns.map(([name]) => `${name} = excluded.${name}`).join(', ')}`,
}

/** Writes operations; one of the same object takes the place of the one before. */
export async function upsertPlanOperations(
  tx: Queryable,
  { organizationId, planId }: PlanOf,
  rows: readonly NewPlanOperation[],
): Promise<void> {
  if (rows.length === 0) return
  await tx.query(upsert, [organizationId, planId, ...columns.map(([, , valueOf]) => toArrayText(rows.map(valueOf)))])
}

export async function deletePlanOperations(
  tx: Queryable,
  { organizationId, planId }: PlanOf,
  objectIds: readonly string[],
): Promise<void> {
  if (objectIds.length === 0) return
  await tx.query(
    {
      text: 'delete from app_plan_operations where organization_id = $1 and plan_id = $2 and object_id = any($3::uuid[])',
    },
    [organizationId, planId, objectIds],
  )
}

export type PlanOperationFilter = {
  readonly operation?: PlanOperationName | undefined
  readonly state?: PlanOperationState | undefined
}

const matches = `organization_id = $1 and plan_id = $2 and ($3::text is null or operation = $3)
  and ($4::text is null or state = $4)`

/** In the order of ids. */
export async function selectPlanOperations(
  db: Queryable,
  { organizationId, planId }: PlanOf,
  page: PlanOperationFilter & { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly PlanOperation[]> {
  const { rows } = await db.query<PlanOperation>(
    {
      text: `select object_id as "objectId", kind, operation, state, name, target_key as "targetKey", modified, reason,
          destructive_class as "destructiveClass"
        from app_plan_operations where ${matches} and ($5::uuid is null or object_id > $5) order by object_id limit $6`,
    },
    [organizationId, planId, page.operation ?? null, page.state ?? null, page.after ?? null, page.rowsMax],
  )
  return rows
}

export async function selectPlanOperationCount(
  db: Queryable,
  { organizationId, planId }: PlanOf,
  { operation, state }: PlanOperationFilter,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: `select count(*) as count from app_plan_operations where ${matches}` },
    [organizationId, planId, operation ?? null, state ?? null],
  )
  return rows[0]?.count ?? 0
}

export async function countPlanOperations(
  db: Queryable,
  { organizationId, planId }: PlanOf,
): Promise<readonly { readonly operation: PlanOperationName; readonly count: number }[]> {
  const { rows } = await db.query<{ operation: PlanOperationName; count: number }>(
    {
      text: `select operation, count(*) as count from app_plan_operations where organization_id = $1 and plan_id = $2
        group by operation order by operation`,
    },
    [organizationId, planId],
  )
  return rows
}

/**
 * Two that look for the same account: neither may have it. A plan is new, so that the planner takes it for a few rows and would
 * join it with itself row by row: what is counted beside each row, and found by its key, costs no more for that.
 */
export async function markRivals(tx: Queryable, { organizationId, planId }: PlanOf): Promise<void> {
  await tx.query(
    {
      text: `with counted as materialized (
          select object_id, count(*) over (partition by kind, match_key) as seekers from app_plan_operations
          where organization_id = $1 and plan_id = $2 and operation in ('create', 'adopt') and match_key is not null)
        update app_plan_operations set operation = 'conflict', reason = 'DuplicateSourceEntries'
        where organization_id = $1 and plan_id = $2
          and object_id = any (array(select object_id from counted where seekers > 1))`,
    },
    [organizationId, planId],
  )
}

/** Operations whose object or account is not any more what they were made from. */
export async function selectOutdated(
  db: Queryable,
  app: AppOf,
  plan: { readonly planId: string; readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly { readonly id: string; readonly kind: ObjectKind }[]> {
  const { rows } = await db.query<{ id: string; kind: ObjectKind }>(
    {
      text: `select o.object_id as id, o.kind ${outdated} and ($4::uuid is null or o.object_id > $4)
        order by o.object_id limit $5`,
    },
    [app.organizationId, app.appId, plan.planId, plan.after ?? null, plan.rowsMax],
  )
  return rows
}

const outdated = `from app_plan_operations o
  left join users u on o.kind = 'user' and u.organization_id = o.organization_id and u.id = o.object_id
  left join teams t on o.kind = 'team' and t.organization_id = o.organization_id and t.id = o.object_id
  left join links l on l.organization_id = o.organization_id and l.app_id = $2 and l.object_id = o.object_id
  where o.organization_id = $1 and o.plan_id = $3 and o.state <> 'excluded' and (o.object_version is distinct from coalesce(u.version, t.version)
    or o.applied_hash is distinct from l.applied_hash or o.link_state is distinct from l.state)`

/** Those that still hold are carried out; gives how many. */
export async function applyPlanOperations(tx: Queryable, app: AppOf, planId: string): Promise<number> {
  const values = [app.organizationId, app.appId, planId]
  await tx.query(
    {
      text: `update app_plan_operations p set state = 'changed' where p.organization_id = $1 and p.plan_id = $3
        and p.state = 'planned' and p.object_id in (select o.object_id ${outdated})`,
    },
    values,
  )
  const { rowCount } = await tx.query(
    {
      text: `update app_plan_operations set state = 'applied' where organization_id = $1 and plan_id = $2
        and state = 'planned' and operation <> 'conflict'`,
    },
    [app.organizationId, planId],
  )
  return rowCount
}

/** What the plan destroys is approved by whoever applies it, by name: it passes the gate, once. */
export async function approvePlanned(
  tx: Queryable,
  app: AppOf,
  approval: {
    readonly planId: string
    readonly holdId: string
    readonly class: DestructiveClass
    readonly by: string
    readonly now: Date
    readonly cause: string
  },
): Promise<number> {
  const { planId, holdId, by, now, cause } = approval
  const { rowCount } = await tx.query(
    {
      text: `insert into gate_hold_items
          (organization_id, hold_id, object_id, kind, state, cause, facts, held_at, decided_at, decided_by)
        select $1, $3, object_id, kind, 'approved', $6, facts, $5, $5, $4 from app_plan_operations
        where organization_id = $1 and plan_id = $2 and state = 'applied' and destructive_class = $7`,
    },
    [app.organizationId, planId, holdId, by, now, cause, approval.class],
  )
  if (rowCount > 0) await insertDecidedHold(tx, app, { holdId, class: approval.class, now })
  return rowCount
}

/** What operations of these objects came to, when they were planned. */
export async function selectPlanHashes(
  db: Queryable,
  { organizationId, planId }: PlanOf,
  objectIds: readonly string[],
): Promise<ReadonlyMap<string, { readonly operation: string; readonly desiredHash: Buffer }>> {
  if (objectIds.length === 0) return new Map()
  const { rows } = await db.query<{ id: string; operation: string; desiredHash: Buffer }>(
    {
      text: `select object_id as id, operation, desired_hash as "desiredHash" from app_plan_operations
        where organization_id = $1 and plan_id = $2 and object_id = any($3::uuid[])`,
    },
    [organizationId, planId, toArrayText(objectIds)],
  )
  return new Map(rows.map(({ id, ...rest }) => [id, rest]))
}
