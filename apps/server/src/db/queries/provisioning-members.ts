import type { Queryable } from '../pool.ts'

/** One team as a group of one app. */
export type AppTeam = { readonly organizationId: string; readonly appId: string; readonly teamId: string }

/** People of nested teams count as members, or nested teams are members themselves. */
export type Nesting = 'flatten' | 'direct'

/** A member that the app does not have yet, or has no more right to. */
export type MemberStep = {
  readonly memberId: string
  readonly memberKind: 'user' | 'team'
  /** The id of its account in the app. */
  readonly memberKey: string
  /** An earlier request of unknown end about it may still be applied until then. */
  readonly recheckAt: Date | null
  /** The account was replaced by another one since; what becomes of the old one's membership matters little. */
  readonly isStale: boolean
}

export type StepKind = 'add' | 'remove'

export type StepPage = {
  readonly nesting: Nesting
  readonly now: Date
  readonly after: string | undefined
  readonly rowsMax: number
}

/**
 * What the app lacks, or what it has too much of: memberships × links against the edges that are known to be applied.
 * In the order of members' ids, so that pages follow one another while chunks of them are being written.
 */
export async function selectMemberSteps(
  db: Queryable,
  team: AppTeam,
  kind: StepKind,
  page: StepPage,
): Promise<readonly MemberStep[]> {
  const { organizationId, appId, teamId } = team
  const { rows } = await db.query<MemberStep>(steps[kind][page.nesting], [
    organizationId,
    appId,
    teamId,
    page.now,
    page.after ?? null,
    page.rowsMax,
  ])
  return rows
}

// Each look-up below goes by a whole primary key. `offset 0` keeps the planner from joining whole tables instead: of an app
// that is new it has no statistics yet, and would read all edges of a team for each of its members.

/** The teams whose members count: its own, or those of all teams within it. */
const within: { readonly [nesting in Nesting]: string } = {
  flatten: `recursive within (id) as (
      select $3::uuid
      union
      select m.member_id from within b
      join memberships m on m.organization_id = $1 and m.team_id = b.id and m.member_kind = 'team'
      join teams t on t.organization_id = $1 and t.id = m.member_id and t.deleted_at is null
    )`,
  direct: 'within (id) as (select $3::uuid)',
}

/** Nested teams are no members where their people are. */
const counts: { readonly [nesting in Nesting]: string } = {
  flatten: `m.member_kind = 'user'`,
  direct: 'true',
}

const edges = 'e.organization_id = $1 and e.app_id = $2 and e.team_id = $3'
const linkOf = (member: string): string => `lateral (
      select * from links where organization_id = $1 and app_id = $2 and object_id = ${member} offset 0
    ) l`
// Who is in scope but suspended stays a member: nothing has to be made good when he comes back.
const hasAccount = `l.state in ('linked', 'disabled') and l.is_in_scope and l.target_key is not null`
const page = '($5::uuid is null or %.member_id > $5) order by %.member_id limit $6'

/** An edge of another account of the same person is taken away first, see `leaving`. */
function joining(nesting: Nesting): string {
  return `with ${within[nesting]}, wanted as materialized (
      select distinct m.member_id from within b
      join memberships m on m.organization_id = $1 and m.team_id = b.id and ${counts[nesting]}
    )
    select w.member_id as "memberId", l.kind as "memberKind", l.target_key as "memberKey", e.recheck_at as "recheckAt",
      false as "isStale"
    from wanted w cross join ${linkOf('w.member_id')}
    left join lateral (
      select * from member_edges e where ${edges} and e.member_id = w.member_id offset 0
    ) e on true
    where ${hasAccount}
      and (e.member_id is null or e.is_present = false
        or (e.member_key = l.target_key and (e.is_present is null or e.recheck_at <= $4)))
      and ${page.replaceAll('%', 'w')}`
}

/**
 * Members of the team stay while their account is not settled: it is about to be linked, or to be disabled.
 * Who is no member any more leaves, whatever his account is, unless a person decided that he stays.
 */
const verdict = `case
    when l.state = 'ignored' then 'stays'
    when l.state = 'dead' then 'is gone'
    when not w.is_wanted and not e.is_kept then 'leaves'
    when ${hasAccount} and l.target_key <> e.member_key then 'is stale'
    when l.state = 'disabled' and not l.is_in_scope then 'leaves'
    when l.state = 'unlinked' and not l.is_in_scope then 'is gone'
    else 'stays' end`

function judged(nesting: Nesting): string {
  return `from member_edges e
    cross join lateral (
      select exists (
        select from memberships m where m.organization_id = $1 and m.member_id = e.member_id
          and m.team_id = any(array(select id from within)) and ${counts[nesting]} offset 0
      ) as is_wanted
    ) w
    left join ${linkOf('e.member_id')} on true
    cross join lateral (select ${verdict} as verdict) v
    where ${edges}`
}

function leaving(nesting: Nesting): string {
  return `with ${within[nesting]}
    select e.member_id as "memberId", coalesce(l.kind, 'user') as "memberKind", e.member_key as "memberKey",
      e.recheck_at as "recheckAt", v.verdict = 'is stale' as "isStale"
    ${judged(nesting)} and v.verdict in ('leaves', 'is stale') and (e.is_present is distinct from false or e.recheck_at <= $4)
      and ${page.replaceAll('%', 'e')}`
}

const steps: { readonly [kind in StepKind]: { readonly [nesting in Nesting]: { name: string; text: string } } } = {
  add: {
    flatten: { name: 'members_to_add', text: joining('flatten') },
    direct: { name: 'direct_members_to_add', text: joining('direct') },
  },
  remove: {
    flatten: { name: 'members_to_remove', text: leaving('flatten') },
    direct: { name: 'direct_members_to_remove', text: leaving('direct') },
  },
}

/** What a look at the team's edges tells. */
export type MemberCounts = {
  /** Members of ours that the team has in the app. */
  readonly present: number
  /** Of them those who are to leave it and stay in the app. */
  readonly leaving: number
  /** Anything is to be removed, those included who leave the app as well. */
  readonly hasRemovals: boolean
}

/**
 * Counts who is to leave, and forgets edges whose accounts are not in the app any more, or not ours any more: of those
 * nothing is sent.
 */
export async function weighMembers(db: Queryable, team: AppTeam, nesting: Nesting): Promise<MemberCounts> {
  const { organizationId, appId, teamId } = team
  const { rows } = await db.query<MemberCounts>(weighings[nesting], [organizationId, appId, teamId])
  return rows[0] ?? { present: 0, leaving: 0, hasRemovals: false }
}

const weighings = {
  flatten: { name: 'weigh_members', text: weighing('flatten') },
  direct: { name: 'weigh_direct_members', text: weighing('direct') },
}

function weighing(nesting: Nesting): string {
  return `with ${within[nesting]}, judged as materialized (
      select e.member_id, v.verdict, e.is_kept and w.is_wanted as is_back, e.is_present is distinct from false as is_present,
        l.object_id is null or l.is_in_scope as stays_in_app
      ${judged(nesting)}
    ), forgotten as (
      delete from member_edges e where ${edges} and e.member_id = any(array(
        select member_id from judged where verdict = 'is gone'
      ))
    ), back as (
      update member_edges e set is_kept = false where ${edges} and e.member_id = any(array(
        select member_id from judged where is_back and verdict <> 'is gone'
      ))
    )
    select (count(*) filter (where is_present))::int as present,
      (count(*) filter (where is_present and verdict = 'leaves' and stays_in_app))::int as leaving,
      coalesce(bool_or(verdict <> 'stays'), false) as "hasRemovals"
    from judged where verdict <> 'is gone'`
}

/** Who would leave the group of a team now, and stay in the app, stays a member for as long as nobody puts him in again. */
export async function keepLeaving(tx: Queryable, team: AppTeam, nesting: Nesting): Promise<void> {
  const { organizationId, appId, teamId } = team
  await tx.query({ text: keeping(nesting) }, [organizationId, appId, teamId])
}

function keeping(nesting: Nesting): string {
  return `with ${within[nesting]}, kept as materialized (
      select e.member_id ${judged(nesting)} and v.verdict = 'leaves' and (l.object_id is null or l.is_in_scope)
    )
    update member_edges e set is_kept = true where ${edges} and e.member_id in (select member_id from kept)`
}

export type MemberMark = { readonly steps: readonly MemberStep[]; readonly recheckAt: Date }

/** Before a request leaves: from now on nobody claims to know whether these are members. */
export async function markMemberSteps(db: Queryable, team: AppTeam, kind: StepKind, mark: MemberMark): Promise<void> {
  const { organizationId, appId, teamId } = team
  const ids = mark.steps.map((step) => step.memberId)
  const keys = mark.steps.map((step) => step.memberKey)
  await db.query(marks[kind], [organizationId, appId, teamId, ids, keys, mark.recheckAt])
}

const named = 'organization_id = $1 and app_id = $2 and team_id = $3 and member_id = any($4::uuid[])'

const marks = {
  add: {
    name: 'mark_members_to_add',
    text: `insert into member_edges (organization_id, app_id, team_id, member_id, member_key, is_present, recheck_at)
      select $1, $2, $3, m.id, m.key, null, $6 from unnest($4::uuid[], $5::text[]) m (id, key)
      on conflict (organization_id, app_id, team_id, member_id)
      do update set member_key = excluded.member_key, is_present = null, recheck_at = excluded.recheck_at`,
  },
  remove: {
    name: 'mark_members_to_remove',
    text: `update member_edges set is_present = null, recheck_at = $6
      where ${named} and member_key = any($5::text[])`,
  },
}

export type SettledSteps = { readonly steps: readonly MemberStep[]; readonly sentAt: Date }

/**
 * After a request that was carried out for certain. Where an earlier one may still come in later, the edge is looked at
 * again at that time.
 */
export async function settleMemberSteps(
  db: Queryable,
  team: AppTeam,
  kind: StepKind,
  settled: SettledSteps,
): Promise<void> {
  for (const { recheckAt, ids } of byRecheck(settled)) {
    const isGone = kind === 'remove' && recheckAt === null
    const values = [team.organizationId, team.appId, team.teamId, ids]
    await (isGone ? db.query(deleteSettled, values) : db.query(settles, [...values, recheckAt, kind === 'add']))
  }
}

/** After a request that was certainly not carried out: there is nothing of it that could come in later. */
export async function unmarkMemberSteps(db: Queryable, team: AppTeam, settled: SettledSteps): Promise<void> {
  for (const { recheckAt, ids } of byRecheck(settled))
    await db.query(settles, [team.organizationId, team.appId, team.teamId, ids, recheckAt, null])
}

/** Nearly always all of them are the same. */
function byRecheck({
  steps,
  sentAt,
}: SettledSteps): readonly { readonly recheckAt: Date | null; readonly ids: readonly string[] }[] {
  const groups = new Map<number | null, string[]>()
  for (const { memberId, recheckAt } of steps) {
    const time = recheckAt !== null && recheckAt > sentAt ? recheckAt.getTime() : null
    const ids = groups.get(time)
    if (ids === undefined) groups.set(time, [memberId])
    else ids.push(memberId)
  }
  return [...groups].map(([time, ids]) => ({ recheckAt: time === null ? null : new Date(time), ids }))
}

const settles = {
  name: 'settle_members',
  text: `update member_edges set is_present = $6::boolean, recheck_at = $5 where ${named} and is_present is null`,
}

const deleteSettled = {
  name: 'delete_settled_members',
  text: `delete from member_edges where ${named} and is_present is null`,
}

/** The accounts that the group holds by our doing, or may hold. */
export async function selectMemberKeys(db: Queryable, team: AppTeam): Promise<readonly string[]> {
  const { organizationId, appId, teamId } = team
  const { rows } = await db.query<{ key: string }>(memberKeys, [organizationId, appId, teamId])
  return rows.map(({ key }) => key)
}

const memberKeys = {
  name: 'member_keys',
  text: `select e.member_key as key from member_edges e where ${edges} and e.is_present is distinct from false
    order by e.member_id`,
}

/** What was sent of the members of these teams is taken for unknown: all of it is sent again. */
export async function forgetSentMembers(
  tx: Queryable,
  app: Omit<AppTeam, 'teamId'>,
  teamIds: readonly string[],
): Promise<void> {
  if (teamIds.length === 0) return
  const text = `update member_edges set is_present = null
    where organization_id = $1 and app_id = $2 and team_id = any($3::uuid[]) and is_present`
  await tx.query({ text }, [app.organizationId, app.appId, teamIds])
}

/** Groups of these teams are not there any more, or not ours. */
export async function deleteTeamEdges(
  tx: Queryable,
  app: Omit<AppTeam, 'teamId'>,
  teamIds: readonly string[],
): Promise<void> {
  if (teamIds.length === 0) return
  const text = 'delete from member_edges where organization_id = $1 and app_id = $2 and team_id = any($3::uuid[])'
  await tx.query({ text }, [app.organizationId, app.appId, teamIds])
}

/** When an edge of the team is to be sent once more. */
export async function selectNextRecheck(db: Queryable, team: AppTeam): Promise<Date | undefined> {
  const { organizationId, appId, teamId } = team
  const { rows } = await db.query<{ at: Date | null }>(nextRecheck, [organizationId, appId, teamId])
  return rows[0]?.at ?? undefined
}

const nextRecheck = {
  name: 'next_member_recheck',
  text: `select min(e.recheck_at) as at from member_edges e where ${edges} and e.recheck_at is not null`,
}
