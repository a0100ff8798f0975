import type { Queryable } from '../pool.ts'
import type { AccountsOf } from './app-accounts.ts'
import { toArrayText } from './array-text.ts'
import type { AppOf, ObjectKind } from './provisioning-work.ts'

/** An account that a policy would do something about, and what its link is like. */
export type FoundRow = {
  readonly objectId: string
  readonly kind: ObjectKind
  readonly class: 'drift' | 'missing' | 'orphan'
  readonly targetKey: string
  readonly name: string | null
  /** JSON that a run has written. */
  readonly differences: unknown
  readonly membersMissing: number
  readonly membersForeign: number
  readonly objectVersion: number | null
  readonly isInScope: boolean
  readonly linkState: string | null
  readonly appliedHash: Buffer | null
}

/** What there is to do by a policy, in the order of ids. What is on its way to an account anyway is left out. */
export async function selectFound(
  db: Queryable,
  of: AccountsOf,
  page: { readonly policy: 'adopt' | 'enforce'; readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly FoundRow[]> {
  const { rows } = await db.query<FoundRow>({ text: page.policy === 'adopt' ? adoptable : enforceable }, [
    of.organizationId,
    of.appId,
    of.runId,
    page.after ?? null,
    page.rowsMax,
  ])
  return rows
}

const columns = `a.object_id as "objectId", a.kind, a.class, a.target_key as "targetKey", coalesce(u.display, t.display) as name,
  a.differences, coalesce(cardinality(a.members_missing), 0) as "membersMissing",
  coalesce(cardinality(a.members_foreign), 0) as "membersForeign", coalesce(u.version, t.version) as "objectVersion",
  coalesce(l.is_in_scope, a.is_in_scope) as "isInScope", l.state as "linkState", l.applied_hash as "appliedHash"`

const sources = `from app_accounts a
  left join users u on a.kind = 'user' and u.organization_id = $1 and u.id = a.object_id
  left join teams t on a.kind = 'team' and t.organization_id = $1 and t.id = a.object_id
  left join links l on l.organization_id = $1 and l.app_id = $2 and l.object_id = a.object_id
  where a.organization_id = $1 and a.app_id = $2 and a.run_id = $3 and ($4::uuid is null or a.object_id > $4)`

const enforceable = `select ${columns} ${sources} and a.class in ('drift', 'missing') and l.state in ('linked', 'disabled')
    and l.target_key = a.target_key and l.in_flight_at is null and l.applied_hash = l.desired_hash
  order by a.object_id limit $5`

// One account, one object, neither of which has another.
const adoptable = `select ${columns} ${sources} and a.class = 'orphan' and a.candidates = 1 and a.is_in_scope
    and not exists (
      select from app_accounts b where b.organization_id = $1 and b.app_id = $2 and b.run_id = $3 and b.class = 'orphan'
        and b.object_id = a.object_id and (b.kind, b.target_key) <> (a.kind, a.target_key))
    and (l.state is null or l.state in ('unlinked', 'dead')) and l.in_flight_at is null
  order by a.object_id limit $5`

type Objects = { readonly objectIds: readonly string[] }

/**
 * What was sent counts no more, of objects to which nothing else is to be sent: what differs because the rules say so anew
 * goes its way, through the gate. Gives those that are to be sent again.
 */
export async function voidApplied(tx: Queryable, app: AppOf, { objectIds }: Objects): Promise<readonly string[]> {
  return changeLinks(tx, app, {
    objectIds,
    text: `update links set applied_hash = null where organization_id = $1 and app_id = $2 and object_id = any($3::uuid[])
      and applied_hash = desired_hash and in_flight_at is null and state in ('linked', 'disabled') returning object_id as id`,
  })
}

const withoutAccount = `applied_hash = null, recheck_at = null, conflicts = 0, conflict_at = null, attempts = 0, failure_code = null,
  failure_attribute = null, failure_detail = null, first_failed_at = null, failed_at = null, failure_fingerprint = null`

/** Their accounts are gone: others are made. */
export async function freeVanished(tx: Queryable, app: AppOf, { objectIds }: Objects): Promise<readonly string[]> {
  return changeLinks(tx, app, {
    objectIds,
    text: `update links set state = 'unlinked', origin = null, target_key = null, ${withoutAccount}
      where organization_id = $1 and app_id = $2 and object_id = any($3::uuid[]) and in_flight_at is null
        and state = 'linked' returning object_id as id`,
  })
}

/** Their accounts are gone, and none is made: who should have one is left alone from now on. */
export async function endVanished(tx: Queryable, app: AppOf, { objectIds }: Objects): Promise<readonly string[]> {
  return changeLinks(tx, app, {
    objectIds,
    text: `update links set state = case when is_in_scope and state = 'linked' then 'ignored' else 'dead' end,
        delete_due_at = null, ${withoutAccount}
      where organization_id = $1 and app_id = $2 and object_id = any($3::uuid[]) and in_flight_at is null
        and state in ('linked', 'disabled') returning object_id as id`,
  })
}

async function changeLinks(
  tx: Queryable,
  app: AppOf,
  { objectIds, text }: Objects & { readonly text: string },
): Promise<readonly string[]> {
  if (objectIds.length === 0) return []
  const values = [app.organizationId, app.appId, toArrayText(objectIds)]
  const { rows } = await tx.query<{ id: string }>({ text }, values)
  return rows.map(({ id }) => id)
}

export type NewFoundLink = { readonly objectId: string; readonly kind: ObjectKind; readonly targetKey: string }

/** Links accounts as they were found; nobody gets one who has one meanwhile, nor one that has become somebody else's. */
export async function linkFound(tx: Queryable, app: AppOf, links: readonly NewFoundLink[]): Promise<readonly string[]> {
  if (links.length === 0) return []
  const { rows } = await tx.query<{ id: string }>(
    {
      text: `insert into links (organization_id, app_id, object_id, kind, state, is_in_scope, origin, target_key)
        select $1, $2, m.id, m.kind, 'linked', true, 'adopted', m.key
        from unnest($3::uuid[], $4::text[], $5::text[]) m (id, kind, key)
        where not exists (
          select from links o where o.organization_id = $1 and o.app_id = $2 and o.kind = m.kind and o.target_key = m.key
            and o.state <> 'dead' and o.object_id <> m.id)
        on conflict (organization_id, app_id, object_id) do update set state = 'linked', is_in_scope = true,
          origin = 'adopted', target_key = excluded.target_key, left_at = null, delete_due_at = null, ${withoutAccount}
        where links.state in ('unlinked', 'dead') and links.in_flight_at is null
        returning object_id as id`,
    },
    [
      app.organizationId,
      app.appId,
      toArrayText(links.map(({ objectId }) => objectId)),
      toArrayText(links.map(({ kind }) => kind)),
      toArrayText(links.map(({ targetKey }) => targetKey)),
    ],
  )
  return rows.map(({ id }) => id)
}

export type FoundMembers = {
  readonly planId: string
  readonly teamIds: readonly string[]
  /** Members that others brought in leave. */
  readonly isAuthoritative: boolean
  readonly namesMax: number
}

/** Writes down who would enter and leave groups when they are made what they should be. */
export async function insertFoundMembers(tx: Queryable, of: AccountsOf, found: FoundMembers): Promise<void> {
  const { planId, teamIds, isAuthoritative, namesMax } = found
  if (teamIds.length === 0) return
  const values = [of.organizationId, of.appId, of.runId, planId, toArrayText(teamIds), isAuthoritative, namesMax]
  await tx.query({ text: foundMembers }, values)
}

const foundMembers = `insert into app_plan_members (organization_id, plan_id, team_id, name, target_key, present, joining, leaving,
    leaving_app, joins, leaves)
  select $1, $4, a.object_id, t.display, a.target_key, (
      select count(*) from member_edges e where e.organization_id = $1 and e.app_id = $2 and e.team_id = a.object_id
        and e.is_present), coalesce(cardinality(a.members_missing), 0), c.leaving, 0, coalesce((
      select json_agg(json_build_object('kind', case when u.id is null then 'team' else 'user' end, 'id', i.id,
        'name', coalesce(u.display, m.display)))
      from unnest(a.members_missing[1:$7]) i (id)
      left join users u on u.organization_id = $1 and u.id = i.id
      left join teams m on m.organization_id = $1 and m.id = i.id), '[]'), case when c.leaving = 0 then '[]' else (
      select json_agg(json_build_object('kind', coalesce(b.kind, 'user'), 'id', b.object_id, 'name', coalesce(b.name, k.key)))
      from unnest(a.members_foreign[1:$7]) k (key)
      left join lateral (
        select * from app_accounts b where b.organization_id = $1 and b.app_id = $2 and b.run_id = $3
          and b.kind in ('user', 'team') and b.target_key = k.key limit 1) b on true) end
  from app_accounts a
  cross join lateral (
    select case when $6::boolean then coalesce(cardinality(a.members_foreign), 0) else 0 end as leaving) c
  join teams t on t.organization_id = $1 and t.id = a.object_id
  where a.organization_id = $1 and a.app_id = $2 and a.run_id = $3 and a.kind = 'team' and a.object_id = any($5::uuid[])
    and coalesce(cardinality(a.members_missing), 0) + c.leaving > 0
  on conflict do nothing`

/** Members that their groups did not show are sent again; where the rules decide alone, the app is asked who else is there. */
export async function voidMembers(
  tx: Queryable,
  { organizationId, appId, runId }: AccountsOf,
  teamIds: readonly string[],
): Promise<void> {
  if (teamIds.length === 0) return
  await tx.query(
    {
      text: `with lost as (
          update member_edges e set is_present = null from app_accounts a
          where a.organization_id = $1 and a.app_id = $2 and a.run_id = $3 and a.kind = 'team'
            and a.object_id = any($4::uuid[]) and e.organization_id = $1 and e.app_id = $2 and e.team_id = a.object_id
            and e.member_id = any(a.members_missing) and e.is_present
        )
        update team_pushes set compared_at = null where organization_id = $1 and app_id = $2 and team_id = any($4::uuid[])`,
    },
    [organizationId, appId, runId, toArrayText(teamIds)],
  )
}
