import type { Queryable } from '../pool.ts'
import { toArrayText } from './array-text.ts'
import type { ObjectKind } from './provisioning-work.ts'

/** One reconciliation of one app. */
export type AccountsOf = { readonly organizationId: string; readonly appId: string; readonly runId: string }

export type AccountClass = 'equal' | 'drift' | 'missing' | 'pending' | 'orphan'

/** An account as it was listed and compared. */
export type NewAccount = {
  readonly targetKey: string
  readonly class: AccountClass
  readonly name: string | null
  readonly matchKey: string | null
  readonly ownKey: string | null
  readonly objectId: string | null
  readonly isInScope: boolean
  readonly wasOurs: boolean
  /** JSON. */
  readonly differences: string | null
  /** Null: the app does not show it. */
  readonly isDisabled: boolean | null
}

/** Writes a page; an account that moved between two pages is written once. */
export async function upsertAccounts(
  db: Queryable,
  of: AccountsOf,
  kind: ObjectKind,
  accounts: readonly NewAccount[],
): Promise<void> {
  if (accounts.length === 0) return
  await db.query({ text: upsert }, [
    of.organizationId,
    of.appId,
    of.runId,
    kind,
    toArrayText(accounts.map(({ targetKey }) => targetKey)),
    toArrayText(accounts.map((account) => account.class)),
    toArrayText(accounts.map(({ name }) => name)),
    toArrayText(accounts.map(({ matchKey }) => matchKey)),
    toArrayText(accounts.map(({ ownKey }) => ownKey)),
    toArrayText(accounts.map(({ objectId }) => objectId)),
    toArrayText(accounts.map(({ isInScope }) => String(isInScope))),
    toArrayText(accounts.map(({ wasOurs }) => String(wasOurs))),
    toArrayText(accounts.map(({ differences }) => differences)),
    toArrayText(accounts.map(({ isDisabled }) => (isDisabled === null ? null : String(isDisabled)))),
  ])
}

const upsert = `insert into app_accounts (organization_id, app_id, run_id, kind, target_key, class, name, match_key, own_key,
    object_id, is_in_scope, is_assigned, was_ours, differences, is_disabled)
  select distinct on (key) $1, $2, $3, $4, key, class, name, match_key, own_key, object_id, in_scope, in_scope, ours,
    differences::json, disabled
  from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::uuid[], $11::boolean[], $12::boolean[], $13::text[],
    $14::boolean[]) m (key, class, name, match_key, own_key, object_id, in_scope, ours, differences, disabled)
  on conflict (organization_id, app_id, run_id, kind, target_key) do update set class = excluded.class,
    name = excluded.name, match_key = excluded.match_key, own_key = excluded.own_key, object_id = excluded.object_id,
    is_in_scope = excluded.is_in_scope, is_assigned = excluded.is_assigned, was_ours = excluded.was_ours,
    differences = excluded.differences, is_disabled = excluded.is_disabled, members_missing = null, members_foreign = null`

/** Members of ours that a group does not show, by our ids, and members that others brought in, by theirs. */
export type GroupMembers = {
  readonly targetKey: string
  readonly missing: readonly string[]
  readonly foreign: readonly string[]
}

/** Writes down how the members of a group differ; what is to be mended makes it drift. */
export async function updateGroupMembers(
  db: Queryable,
  of: AccountsOf,
  { targetKey, missing, foreign, isDrift }: GroupMembers & { readonly isDrift: boolean },
): Promise<void> {
  await db.query(
    {
      text: `update app_accounts set members_missing = $5::uuid[], members_foreign = $6::text[],
          class = case when class = 'equal' and $7 then 'drift' else class end
        where organization_id = $1 and app_id = $2 and run_id = $3 and kind = 'team' and target_key = $4`,
    },
    [of.organizationId, of.appId, of.runId, targetKey, toArrayText(missing), toArrayText(foreign), isDrift],
  )
}

/** What is known of an account that was listed. */
export type KnownAccountRow = {
  readonly targetKey: string
  readonly objectId: string
  readonly state: string
  readonly isInScope: boolean
  /** Nothing is on its way, and nothing was written since the time that was asked about. */
  readonly isSettled: boolean
  /** Of a team: something is to be done for it. */
  readonly isBusy: boolean
  readonly sent: string | null
  readonly echoed: string | null
}

export async function selectKnownAccounts(
  db: Queryable,
  { organizationId, appId }: AccountsOf,
  kind: ObjectKind,
  { keys, writtenBefore }: { readonly keys: readonly string[]; readonly writtenBefore: Date },
): Promise<readonly KnownAccountRow[]> {
  const { rows } = await db.query<KnownAccountRow>({ text: known }, [
    organizationId,
    appId,
    kind,
    toArrayText(keys),
    writtenBefore,
  ])
  return rows
}

// As in provisioning-links.ts, rows are found one by one.
const known = `select m.key as "targetKey", l.*, s.sent, s.echoed from unnest($4::text[]) m (key)
  cross join lateral (
    select l.object_id as "objectId", l.state, l.is_in_scope as "isInScope",
      l.in_flight_at is null and l.applied_hash is not null and l.recheck_at is null and l.applied_at < $5 as "isSettled",
      l.kind = 'team' and exists (
        select from work_items w where w.organization_id = $1 and w.app_id = $2 and w.object_id = l.object_id) as "isBusy"
    from links l where l.organization_id = $1 and l.app_id = $2 and l.kind = $3 and l.target_key = m.key
      and l.state <> 'dead' offset 0) l
  left join lateral (
    select s.sent, s.echoed from link_shadows s
    where s.organization_id = $1 and s.app_id = $2 and s.object_id = l."objectId" offset 0) s on true`

/**
 * Links whose account was not listed; those that were written meanwhile are none. Accounts that got a link meanwhile are
 * no orphans, and those that had one are ours.
 */
export async function settleListed(
  tx: Queryable,
  of: AccountsOf,
  { kinds, writtenBefore }: { readonly kinds: readonly ObjectKind[]; readonly writtenBefore: Date },
): Promise<void> {
  const values = [of.organizationId, of.appId, of.runId]
  await tx.query({ text: missing }, [...values, toArrayText(kinds), writtenBefore])
  await tx.query({ text: linkedMeanwhile }, values)
  await tx.query({ text: oursOnce }, values)
}

const missing = `insert into app_accounts
    (organization_id, app_id, run_id, kind, target_key, class, name, object_id, is_in_scope, is_assigned)
  select $1, $2, $3, l.kind, l.target_key, 'missing', coalesce(u.display, t.display), l.object_id, l.is_in_scope, l.is_in_scope
  from links l
  left join users u on l.kind = 'user' and u.organization_id = $1 and u.id = l.object_id
  left join teams t on l.kind = 'team' and t.organization_id = $1 and t.id = l.object_id
  where l.organization_id = $1 and l.app_id = $2 and l.kind = any($4::text[]) and l.state in ('linked', 'disabled')
    and l.target_key is not null and l.in_flight_at is null and (l.applied_at is null or l.applied_at < $5)
  on conflict do nothing`

const linkedMeanwhile = `update app_accounts a set class = 'pending', object_id = l.object_id, is_in_scope = l.is_in_scope,
    is_assigned = l.is_in_scope
  from links l
  where a.organization_id = $1 and a.app_id = $2 and a.run_id = $3 and a.class = 'orphan' and l.organization_id = $1
    and l.app_id = $2 and l.kind = a.kind and l.target_key = a.target_key and l.state in ('linked', 'disabled')`

const oursOnce = `update app_accounts a set was_ours = true
  from links l
  where a.organization_id = $1 and a.app_id = $2 and a.run_id = $3 and a.class = 'orphan' and l.organization_id = $1
    and l.app_id = $2 and l.kind = a.kind and l.target_key = a.target_key and l.state = 'dead'`

/** A person or team, and by which values an account of it would be found. */
export type Candidate = {
  readonly objectId: string
  readonly ownKey: string | null
  readonly matchKey: string | null
  readonly isAssigned: boolean
  readonly isInScope: boolean
}

/** Says of accounts without a link whose they may be. */
export async function matchAccounts(
  tx: Queryable,
  of: AccountsOf,
  kind: ObjectKind,
  candidates: readonly Candidate[],
): Promise<void> {
  const objectIds = toArrayText(candidates.map(({ objectId }) => objectId))
  const flags = [
    toArrayText(candidates.map(({ isAssigned }) => String(isAssigned))),
    toArrayText(candidates.map(({ isInScope }) => String(isInScope))),
  ]
  const values = [of.organizationId, of.appId, of.runId, kind, objectIds]
  await tx.query({ text: matchBy('own_key') }, [
    ...values,
    toArrayText(candidates.map(({ ownKey }) => ownKey)),
    ...flags,
  ])
  const keys = toArrayText(candidates.map(({ matchKey }) => matchKey))
  await tx.query({ text: matchBy('match_key') }, [...values, keys, ...flags])
}

function matchBy(column: 'own_key' | 'match_key'): string {
  return `update app_accounts a set object_id = m.id, candidates = a.candidates + m.count,
      is_assigned = a.is_assigned or m.assigned, is_in_scope = a.is_in_scope or m.in_scope
      ${column === 'own_key' ? ', was_ours = true' : ''}
    from (
      select key, (array_agg(id order by id))[1] as id, count(*)::integer as count, bool_or(assigned) as assigned,
        bool_or(in_scope) as in_scope
      from unnest($5::uuid[], $6::text[], $7::boolean[], $8::boolean[]) m (id, key, assigned, in_scope)
      where key is not null group by key) m
    where a.organization_id = $1 and a.app_id = $2 and a.run_id = $3 and a.kind = $4 and a.class = 'orphan'
      and a.${column} = m.key and a.object_id is distinct from m.id`
}

/** Forgets an account that is there after all, before it is compared again. */
export async function selectMissing(
  db: Queryable,
  of: AccountsOf,
  rowsMax: number,
): Promise<readonly { readonly kind: ObjectKind; readonly targetKey: string }[]> {
  const { rows } = await db.query<{ readonly kind: ObjectKind; readonly targetKey: string }>(
    {
      text: `select kind, target_key as "targetKey" from app_accounts
        where organization_id = $1 and app_id = $2 and run_id = $3 and class = 'missing' order by kind, target_key limit $4`,
    },
    [of.organizationId, of.appId, of.runId, rowsMax],
  )
  return rows
}
