import type { Queryable } from '../pool.ts'
import type { AccountClass, AccountsOf } from './app-accounts.ts'
import type { ObjectKind } from './provisioning-work.ts'

type AppName = { readonly organizationId: string; readonly appId: string }

export type Standing = 'local' | 'unassigned' | 'assigned'

/** How many accounts there are of each class, and how they stand to the directory. */
export type AccountCounts = {
  readonly [name in AccountClass | Standing | 'ours' | 'matched' | 'foreign']: number
} & {
  /** Of all groups: members of ours that they do not show, and members that others brought in. */
  readonly membersMissing: number
  readonly membersForeign: number
}

export type AccountRow = {
  readonly kind: ObjectKind
  readonly targetKey: string
  readonly class: AccountClass
  readonly orphan: 'ours' | 'matched' | 'foreign' | null
  readonly standing: Standing | null
  readonly name: string | null
  readonly objectId: string | null
  readonly objectName: string | null
  readonly candidates: number
  /** JSON that a run has written. */
  readonly differences: unknown
  readonly membersMissing: number
  readonly membersForeign: number
  /** The first of them. */
  readonly members: readonly AccountMember[]
}

export type AccountMember = {
  readonly is: 'missing' | 'foreign'
  /** Its id in the app. */
  readonly key: string | null
  readonly kind: ObjectKind | null
  readonly id: string | null
  readonly name: string | null
}

export type AccountFilter = {
  readonly class?: AccountClass | undefined
  readonly standing?: Standing | undefined
  readonly kind?: ObjectKind | undefined
}

const orphan = `case when a.class <> 'orphan' then null when a.was_ours then 'ours' when a.candidates > 0 then 'matched'
  else 'foreign' end`
const standing = `case when a.class = 'missing' then null when a.object_id is null then 'local'
  when a.is_assigned then 'assigned' else 'unassigned' end`
const matches = `a.organization_id = $1 and a.app_id = $2
  and a.run_id = (select r.run_id from app_reconciliations r where r.organization_id = $1 and r.app_id = $2)
  and ($3::text is null or a.class = $3) and ($4::text is null or ${standing} = $4) and ($5::text is null or a.kind = $5)`

function toValues({ organizationId, appId }: AppName, filter: AccountFilter): readonly unknown[] {
  return [organizationId, appId, filter.class ?? null, filter.standing ?? null, filter.kind ?? null]
}

/** Accounts of the last reconciliation, people before groups, in the order of their ids. */
export async function selectAccounts(
  db: Queryable,
  app: AppName,
  page: {
    readonly filter: AccountFilter
    readonly after: { readonly kind: string; readonly targetKey: string } | undefined
    readonly rowsMax: number
  },
): Promise<readonly AccountRow[]> {
  const { rows } = await db.query<AccountRow>({ text: listed }, [
    ...toValues(app, page.filter),
    page.after?.kind ?? null,
    page.after?.targetKey ?? null,
    page.rowsMax,
  ])
  return rows
}

const membersShownMax = 50

/** People and teams who are missing; others by their accounts, as the same run has listed them. */
const membersOf = `
        select 'missing' as is, l.target_key as key, coalesce(l.kind, 'user') as kind, i.id,
          coalesce(mu.display, mt.display) as name
        from unnest(a.members_missing[1:${membersShownMax}]) i (id)
        left join links l on l.organization_id = $1 and l.app_id = $2 and l.object_id = i.id
        left join users mu on mu.organization_id = $1 and mu.id = i.id
        left join teams mt on mt.organization_id = $1 and mt.id = i.id
        union all
        select 'foreign', k.key, b.kind, b.object_id, b.name
        from unnest(a.members_foreign[1:${membersShownMax}]) k (key)
        left join lateral (
          select * from app_accounts b where b.organization_id = $1 and b.app_id = $2 and b.run_id = a.run_id
            and b.kind in ('user', 'team') and b.target_key = k.key limit 1) b on true`

const listed = `select a.kind, a.target_key as "targetKey", a.class, ${orphan} as orphan, ${standing} as standing, a.name,
    a.object_id as "objectId", coalesce(u.display, t.display) as "objectName", a.candidates, a.differences,
    coalesce(cardinality(a.members_missing), 0) as "membersMissing",
    coalesce(cardinality(a.members_foreign), 0) as "membersForeign", case when a.kind = 'team' then coalesce((
      select json_agg(json_build_object('is', m.is, 'key', m.key, 'kind', m.kind, 'id', m.id, 'name', m.name))
      from (${membersOf}) m), '[]') else '[]' end as members
  from app_accounts a
  left join users u on a.kind = 'user' and u.organization_id = $1 and u.id = a.object_id
  left join teams t on a.kind = 'team' and t.organization_id = $1 and t.id = a.object_id
  where ${matches} and ($6::text is null or (a.kind, a.target_key) > ($6 collate "C", $7 collate "C"))
  order by a.kind, a.target_key limit $8`

export async function selectAccountCount(db: Queryable, app: AppName, filter: AccountFilter): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: `select count(*) as count from app_accounts a where ${matches}` },
    toValues(app, filter),
  )
  return rows[0]?.count ?? 0
}

export async function countAccounts(db: Queryable, of: AccountsOf): Promise<AccountCounts> {
  const { rows } = await db.query<AccountCounts>(
    {
      text: `select ${['equal', 'drift', 'missing', 'pending', 'orphan'].map((name) => countOf('class', name)).join(', ')},
          ${['ours', 'matched', 'foreign'].map((name) => countOf('orphan', name)).join(', ')},
          ${['local', 'unassigned', 'assigned'].map((name) => countOf('standing', name)).join(', ')},
          coalesce(sum(missing), 0) as "membersMissing", coalesce(sum(other), 0) as "membersForeign"
        from (
          select cardinality(a.members_missing) as missing, cardinality(a.members_foreign) as other, a.class, ${orphan} as orphan, ${standing} as standing from app_accounts a
          where a.organization_id = $1 and a.app_id = $2 and a.run_id = $3) a`,
    },
    [of.organizationId, of.appId, of.runId],
  )
  const [counts] = rows
  if (counts === undefined) throw new Error('The statement returned no row')
  return counts
}

function countOf(column: string, name: string): string {
  return `count(*) filter (where ${column} = '${name}') as ${name}`
}

export type ReconciliationRow = {
  readonly runId: string
  readonly policy: 'report' | 'adopt' | 'enforce'
  readonly startedAt: Date
  readonly endedAt: Date
  readonly counts: AccountCounts
}

export async function selectReconciliation(db: Queryable, app: AppName): Promise<ReconciliationRow | undefined> {
  const { rows } = await db.query<ReconciliationRow>(
    {
      text: `select run_id as "runId", policy, started_at as "startedAt", ended_at as "endedAt", counts
        from app_reconciliations where organization_id = $1 and app_id = $2`,
    },
    [app.organizationId, app.appId],
  )
  return rows[0]
}

export async function upsertReconciliation(tx: Queryable, app: AppName, row: ReconciliationRow): Promise<void> {
  await tx.query(
    {
      text: `insert into app_reconciliations (organization_id, app_id, run_id, policy, started_at, ended_at, counts)
        values ($1, $2, $3, $4, $5, $6, $7::jsonb)
        on conflict (organization_id, app_id) do update set run_id = excluded.run_id, policy = excluded.policy,
          started_at = excluded.started_at, ended_at = excluded.ended_at, counts = excluded.counts`,
    },
    [app.organizationId, app.appId, row.runId, row.policy, row.startedAt, row.endedAt, JSON.stringify(row.counts)],
  )
}

/** Whether one is queued or under way. */
export async function isReconciling(db: Queryable, { organizationId, appId }: AppName, kind: string): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    {
      text: `select exists (select from runs where organization_id = $1 and kind = $2 and ended_at is null
        and input->>'appId' = $3) as found`,
    },
    [organizationId, kind, appId],
  )
  return rows[0]?.found === true
}

/** Deletes some of the accounts that other runs have listed; gives how many. */
export async function deleteOtherAccounts(db: Queryable, of: AccountsOf, rowsMax: number): Promise<number> {
  const { rowCount } = await db.query(
    {
      text: `delete from app_accounts where ctid = any (array(
        select ctid from app_accounts where organization_id = $1 and app_id = $2 and run_id <> $3 limit $4))`,
    },
    [of.organizationId, of.appId, of.runId, rowsMax],
  )
  return rowCount
}

/** Deletes some of what runs have listed that are forgotten themselves. A job of the instance. */
export async function deleteForgottenAccounts(db: Queryable, rowsMax: number): Promise<number> {
  await db.query({
    text: `delete from app_reconciliations a where not exists (
      select from runs r where r.organization_id = a.organization_id and r.id = a.run_id)`,
  })
  const { rowCount } = await db.query(
    {
      text: `delete from app_accounts where ctid = any (array(
        select a.ctid from app_accounts a
        where not exists (select from runs r where r.organization_id = a.organization_id and r.id = a.run_id) limit $1))`,
    },
    [rowsMax],
  )
  return rowCount
}
