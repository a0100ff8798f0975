import type { Queryable } from '../pool.ts'
import { toArrayText } from './array-text.ts'
import type { Nesting } from './provisioning-members.ts'
import type { AppOf, ObjectKind } from './provisioning-work.ts'

/** The group of a team as it will be: one that is new holds no members of ours yet. */
export type PlannedGroup = { readonly teamId: string; readonly isNew: boolean; readonly targetKey: string | null }

/** Without an id: an account that is nobody's. */
export type NamedMember = { readonly kind: ObjectKind; readonly id: string | null; readonly name: string | null }

/** Who would enter and leave a group; all of them are counted, the first are named. */
export type MemberChanges = {
  readonly teamId: string
  readonly name: string | null
  readonly targetKey: string | null
  readonly present: number
  readonly joining: number
  readonly leaving: number
  readonly leavingApp: number
  readonly joins: readonly NamedMember[]
  readonly leaves: readonly NamedMember[]
}

export type MemberQuestion = AppOf & {
  /** What it says of people and teams is taken for done; of a plan that is not there nothing is. */
  readonly planId: string
  readonly nesting: Nesting
  readonly groups: readonly PlannedGroup[]
  /** So many are named on each side. */
  readonly namesMax: number
}

const statementTimeoutMs = 5 * 60_000

export async function selectMemberChanges(db: Queryable, question: MemberQuestion): Promise<readonly MemberChanges[]> {
  const { rows } = await db.query<MemberChanges>(
    { query_timeout: statementTimeoutMs, text: changes[question.nesting] },
    toValues(question),
  )
  return rows
}

/** Writes down what groups would get and lose; groups that stay as they are have no row. */
export async function insertPlanMembers(tx: Queryable, question: MemberQuestion): Promise<void> {
  if (question.groups.length === 0) return
  const columns = 'team_id, name, target_key, present, joining, leaving, leaving_app, joins, leaves'
  const text = `insert into app_plan_members (organization_id, plan_id, ${columns})
    select $1, $3, c.* from (${changes[question.nesting]}) c
    where c.joining + c.leaving + c."leavingApp" > 0 on conflict do nothing`
  await tx.query({ query_timeout: statementTimeoutMs, text }, toValues(question))
}

function toValues({ organizationId, appId, planId, groups, namesMax }: MemberQuestion): readonly unknown[] {
  return [
    organizationId,
    appId,
    planId,
    toArrayText(groups.map(({ teamId }) => teamId)),
    toArrayText(groups.map(({ isNew }) => String(isNew))),
    toArrayText(groups.map(({ targetKey }) => targetKey)),
    namesMax,
  ]
}

const within: { readonly [nesting in Nesting]: string } = {
  flatten: `select team_id, team_id from groups
      union
      select b.team_id, m.member_id from within b
      join memberships m on m.organization_id = $1 and m.team_id = b.id and m.member_kind = 'team'
      join teams t on t.organization_id = $1 and t.id = m.member_id and t.deleted_at is null`,
  direct: 'select team_id, team_id from groups',
}

const isMember: { readonly [nesting in Nesting]: string } = { flatten: `m.member_kind = 'user'`, direct: 'true' }

// Look-ups by whole primary keys, as in provisioning-members.ts.
const linkOf = (member: string): string => `lateral (
      select * from links where organization_id = $1 and app_id = $2 and object_id = ${member} offset 0
    ) l`
const operationOf = (member: string): string => `lateral (
      select operation, is_in_scope from app_plan_operations
      where organization_id = $1 and plan_id = $3 and object_id = ${member} and operation <> 'conflict' offset 0
    ) o`

/** Whoever has an account when the plan is done, or is disabled in it and stays in scope. */
const hasAccount = `case
    when l.state = 'ignored' then false
    when o.operation in ('create', 'adopt', 'update', 'enable') then true
    when o.operation = 'disable' then o.is_in_scope
    when o.operation in ('delete', 'unlink') then false
    else l.state in ('linked', 'disabled') and l.is_in_scope and l.target_key is not null end`

/** As provisioning-members.ts judges, with what the plan says taken for done. */
const verdict = `case
    when l.state in ('ignored', 'dead') or o.operation = 'unlink' then null
    when o.operation = 'delete' then 'leaves app'
    when w.member_id is null and e.is_kept and coalesce(o.is_in_scope, l.is_in_scope, true) then null
    when w.member_id is null and coalesce(o.is_in_scope, l.is_in_scope, true) then 'leaves'
    when w.member_id is null then 'leaves app'
    when o.operation = 'disable' and not o.is_in_scope then 'leaves app'
    when o.operation is null and l.state = 'disabled' and not l.is_in_scope then 'leaves app' end`

const named = (table: string): string => `(
      select json_agg(json_build_object('kind', n.kind, 'id', n.member_id, 'name', coalesce(u.display, t.display))
        order by n.place)
      from ${table} n
      left join users u on n.kind = 'user' and u.organization_id = $1 and u.id = n.member_id
      left join teams t on n.kind = 'team' and t.organization_id = $1 and t.id = n.member_id
      where n.team_id = g.team_id and n.place <= $7)`

function changesBy(nesting: Nesting): string {
  return `with recursive groups (team_id, is_new, target_key) as (
      select * from unnest($4::uuid[], $5::boolean[], $6::text[])
    ), within (team_id, id) as (
      ${within[nesting]}
    ), wanted as materialized (
      select distinct b.team_id, m.member_id, m.member_kind as kind from within b
      join memberships m on m.organization_id = $1 and m.team_id = b.id and ${isMember[nesting]}
    ), joining as materialized (
      select w.team_id, w.member_id, w.kind, row_number() over (partition by w.team_id order by w.member_id) as place
      from wanted w join groups g on g.team_id = w.team_id
      left join ${linkOf('w.member_id')} on true
      left join ${operationOf('w.member_id')} on true
      left join lateral (
        select e.member_id, e.member_key, e.is_present from member_edges e where e.organization_id = $1 and e.app_id = $2
          and e.team_id = w.team_id and e.member_id = w.member_id offset 0) e on not g.is_new
      where ${hasAccount}
        and (e.member_id is null or e.is_present = false or e.member_key is distinct from l.target_key)
    ), edges as materialized (
      select e.team_id, e.member_id, coalesce(l.kind, 'user') as kind, ${verdict} as verdict
      from member_edges e join groups g on g.team_id = e.team_id and not g.is_new
      left join wanted w on w.team_id = e.team_id and w.member_id = e.member_id
      left join ${linkOf('e.member_id')} on true
      left join ${operationOf('e.member_id')} on true
      where e.organization_id = $1 and e.app_id = $2 and e.team_id = any($4::uuid[]) and e.is_present is distinct from false
    ), leaving as materialized (
      select *, row_number() over (partition by team_id order by member_id) as place from edges where verdict is not null
    ), entering as (
      select team_id, count(*)::integer as count from joining group by team_id
    ), present as (
      select team_id, count(*)::integer as count, (count(*) filter (where verdict = 'leaves'))::integer as leaving,
        (count(*) filter (where verdict = 'leaves app'))::integer as leaving_app
      from edges group by team_id
    )
    select g.team_id as "teamId", t.display as name, g.target_key as "targetKey", coalesce(p.count, 0) as present,
      coalesce(j.count, 0) as joining, coalesce(p.leaving, 0) as leaving, coalesce(p.leaving_app, 0) as "leavingApp",
      coalesce(${named('joining')}, '[]') as joins, coalesce(${named('leaving')}, '[]') as leaves
    from groups g
    join teams t on t.organization_id = $1 and t.id = g.team_id
    left join entering j on j.team_id = g.team_id
    left join present p on p.team_id = g.team_id`
}

const changes: { readonly [nesting in Nesting]: string } = {
  flatten: changesBy('flatten'),
  direct: changesBy('direct'),
}

/** Teams that have a group when the plan is done, in the order of ids. */
export async function selectPlannedGroups(
  db: Queryable,
  app: AppOf,
  page: { readonly planId: string; readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly PlannedGroup[]> {
  const { rows } = await db.query<PlannedGroup>(
    {
      text: `select t.id as "teamId", coalesce(o.operation in ('create', 'adopt'), false) as "isNew",
          coalesce(l.target_key, o.target_key) as "targetKey"
        from teams t
        left join links l on l.organization_id = $1 and l.app_id = $2 and l.object_id = t.id
        left join app_plan_operations o on o.organization_id = $1 and o.plan_id = $3 and o.object_id = t.id
          and o.operation <> 'conflict'
        left join team_pushes p on p.organization_id = $1 and p.app_id = $2 and p.team_id = t.id
        where t.organization_id = $1 and ($4::uuid is null or t.id > $4)
          and (o.operation in ('create', 'adopt', 'update', 'enable')
            or o.operation is null and l.state = 'linked' and l.is_in_scope and l.target_key is not null)
          and not coalesce(p.is_paused or p.ending is not null, false)
        order by t.id limit $5`,
    },
    [app.organizationId, app.appId, page.planId, page.after ?? null, page.rowsMax],
  )
  return rows
}
