import { toBinaryArray, toTextArray } from '../binary-array.ts'
import type { Queryable } from '../pool.ts'
import type { ObjectKind } from './provisioning-work.ts'

export type PlanAccountsOf = { readonly organizationId: string; readonly appId: string; readonly planId: string }

/** By what an account may be found. */
export type PlanAccount = {
  readonly question: number
  readonly key: Buffer
  readonly written: Buffer
  readonly targetKey: string
}

/** An account that comes twice, since it slipped from one page to another, is one. */
export async function insertPlanAccounts(
  db: Queryable,
  { organizationId, appId, planId }: PlanAccountsOf,
  kind: ObjectKind,
  accounts: readonly PlanAccount[],
): Promise<void> {
  if (accounts.length === 0) return
  await db.query(insert, [
    organizationId,
    appId,
    planId,
    kind,
    toBinaryArray(
      'smallint',
      accounts.map(({ question }) => question),
    ),
    toBinaryArray(
      'bytea',
      accounts.map(({ key }) => key),
    ),
    toTextArray(accounts.map(({ targetKey }) => targetKey)),
    toBinaryArray(
      'bytea',
      accounts.map(({ written }) => written),
    ),
  ])
}

const insert = {
  text: `insert into app_plan_accounts (organization_id, app_id, plan_id, kind, question, key, target_key, written)
    select $1, $2, $3, $4, m.* from unnest($5::smallint[], $6::bytea[], $7::text[], $8::bytea[]) m
    on conflict do nothing`,
}

export type Asked = Pick<PlanAccount, 'question' | 'key'>

/** More than two that may be meant say no more than two do. */
const candidatesMax = 3

/** Which accounts may be meant, by the place of each question in the list. */
export async function selectPlanCandidates(
  db: Queryable,
  { organizationId, planId }: PlanAccountsOf,
  kind: ObjectKind,
  asked: readonly Asked[],
): Promise<ReadonlyMap<number, readonly Pick<PlanAccount, 'targetKey' | 'written'>[]>> {
  if (asked.length === 0) return new Map()
  const { rows } = await db.query<{ place: number; targetKey: string; written: Buffer }>(candidates, [
    organizationId,
    planId,
    kind,
    toBinaryArray(
      'smallint',
      asked.map(({ question }) => question),
    ),
    toBinaryArray(
      'bytea',
      asked.map(({ key }) => key),
    ),
    candidatesMax,
  ])
  return Map.groupBy(rows, ({ place }) => place)
}

const candidates = {
  text: `select m.place::integer as place, a.target_key as "targetKey", a.written
    from unnest($4::smallint[], $5::bytea[]) with ordinality m (question, key, place)
    cross join lateral (
      select target_key, written from app_plan_accounts
      where organization_id = $1 and plan_id = $2 and kind = $3 and question = m.question and key = m.key
      limit $6) a`,
}

/** So many at once; gives how many are gone. */
export async function deletePlanAccounts(
  db: Queryable,
  { organizationId, planId }: PlanAccountsOf,
  rowsMax: number,
): Promise<number> {
  const { rowCount } = await db.query(
    {
      text: `delete from app_plan_accounts where ctid = any (array(
        select ctid from app_plan_accounts where organization_id = $1 and plan_id = $2 limit $3))`,
    },
    [organizationId, planId, rowsMax],
  )
  return rowCount
}

const waiting = `from app_plan_operations
  where organization_id = $1 and plan_id = $2 and kind = $3 and operation = 'create' and state = 'planned'`

/** Who would get an account, as far as the plan knows. */
export async function countPlannedCreations(
  db: Queryable,
  { organizationId, planId }: PlanAccountsOf,
  kind: ObjectKind,
): Promise<number> {
  const values = [organizationId, planId, kind]
  const { rows } = await db.query<{ count: number }>({ text: `select count(*) as count ${waiting}` }, values)
  return rows[0]?.count ?? 0
}

/** The same by their ids, in their order. */
export async function selectPlannedCreations(
  db: Queryable,
  { organizationId, planId }: PlanAccountsOf,
  kind: ObjectKind,
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    {
      text: `select object_id as id ${waiting} and ($4::uuid is null or object_id > $4) order by object_id limit $5`,
    },
    [organizationId, planId, kind, page.after ?? null, page.rowsMax],
  )
  return rows.map(({ id }) => id)
}
