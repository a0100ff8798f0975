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

const wanted: { readonly [nesting in Nesting]: string } = {
  flatten: `recursive below (id) as (
      select $3::uuid
      union
      select m.member_id from below b
      join memberships m on m.organization_id = $1 and m.team_id = b.id and m.member_kind = 'team'
      join teams t on t.organization_id = $1 and t.id = m.member_id and t.deleted_at is null
    ), wanted as materialized (
      select distinct m.member_id from below b
      join memberships m on m.organization_id = $1 and m.team_id = b.id and m.member_kind = 'user'
    )`,
  direct: `wanted as materialized (
      select member_id from memberships where organization_id = $1 and team_id = $3::uuid
    )`,
}

const edges = 'e.organization_id = $1 and e.app_id = $2 and e.team_id = $3'
// Who is in scope but suspended stays a member: nothing has to be made good when he comes back.
const hasAccount = `l.state in ('linked', 'disabled') and l.is_in_scope and l.target_key is not null`
const page = '($5::uuid is null or %.member_id > $5) order by %.member_id limit $6'

/** An edge of another account of the same person is taken away first, see `leaving`. */
function joining(nesting: Nesting): string {
  return `with ${wanted[nesting]}
    select w.member_id as "memberId", l.kind as "memberKind", l.target_key as "memberKey", e.recheck_at as "recheckAt", false as "isStale"
    from wanted w
    join links l on l.organization_id = $1 and l.app_id = $2 and l.object_id = w.member_id and ${hasAccount}
    left join member_edges e on ${edges} and e.member_id = w.member_id
    where (e.member_id is null or e.is_present = false
        or (e.member_key = l.target_key and (e.is_present is null or e.recheck_at <= $4)))
      and ${page.replaceAll('%', 'w')}`
}

/**
 * Members of the team stay while their account is not settled: it is about to be linked, or to be disabled.
 * Who is no member any more leaves, whatever his account is.
 */
const verdict = `case
    when l.state = 'ignored' then 'stays'
    when l.state = 'dead' then 'is gone'
    when w.member_id is null then 'leaves'
    when ${hasAccount} and l.target_key <> e.member_key then 'is stale'
    when l.state = 'disabled' and not l.is_in_scope then 'leaves'
    when l.state = 'unlinked' and not l.is_in_scope then 'is gone'
    else 'stays' end`

const judged = `from member_edges e
    left join wanted w on w.member_id = e.member_id
    left join links l on l.organization_id = $1 and l.app_id = $2 and l.object_id = e.member_id
    cross join lateral (select ${verdict} as verdict) v
    where ${edges}`

function leaving(nesting: Nesting): string {
  return `with ${wanted[nesting]}
    select e.member_id as "memberId", coalesce(l.kind, 'user') as "memberKind", e.member_key as "memberKey", e.recheck_at as "recheckAt", v.verdict = 'is stale' as "isStale"
    ${judged} and v.verdict in ('leaves', 'is stale') and (e.is_present is distinct from false or e.recheck_at <= $4)
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

/** Edges whose accounts are not in the app any more, or not ours any more: nothing is sent. */
export async function forgetGoneMembers(db: Queryable, team: AppTeam, nesting: Nesting): Promise<number> {
  const { organizationId, appId, teamId } = team
  const { rowCount } = await db.query(forgetGone[nesting], [organizationId, appId, teamId])
  return rowCount
}

const forgetGone = {
  flatten: { name: 'forget_gone_members', text: forgetting('flatten') },
  direct: { name: 'forget_gone_direct_members', text: forgetting('direct') },
}

function forgetting(nesting: Nesting): string {
  return `with ${wanted[nesting]}, gone as (select e.member_id ${judged} and v.verdict = 'is gone')
    delete from member_edges e using gone g where ${edges} and e.member_id = g.member_id`
}

/** How many members of ours the team has in the app, and how many are to leave it who stay in the app. */
export type MemberCounts = { readonly present: number; readonly leaving: number }

export async function countMemberRemovals(db: Queryable, team: AppTeam, nesting: Nesting): Promise<MemberCounts> {
  const { organizationId, appId, teamId } = team
  const { rows } = await db.query<MemberCounts>(counts[nesting], [organizationId, appId, teamId])
  return rows[0] ?? { present: 0, leaving: 0 }
}

const counts = {
  flatten: { name: 'count_member_removals', text: counting('flatten') },
  direct: { name: 'count_direct_member_removals', text: counting('direct') },
}

function counting(nesting: Nesting): string {
  return `with ${wanted[nesting]}
    select count(*)::int as present,
      (count(*) filter (where v.verdict = 'leaves' and (l.object_id is null or l.is_in_scope)))::int as leaving
    ${judged} and e.is_present is distinct from false`
}

export type MemberMark = { readonly steps: readonly MemberStep[]; readonly recheckAt: Date }

/** Before a request leaves: from now on nobody claims to know whether these are members. */
export async function markMemberSteps(db: Queryable, team: AppTeam, kind: StepKind, mark: MemberMark): Promise<void> {
  const { organizationId, appId, teamId } = team
  const ids = mark.steps.map((step) => step.memberId)
  const keys = mark.steps.map((step) => step.memberKey)
  await db.query(marks[kind], [organizationId, appId, teamId, ids, keys, mark.recheckAt])
}

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
    text: `update member_edges e set is_present = null, recheck_at = $6 from unnest($4::uuid[], $5::text[]) m (id, key)
      where ${edges} and e.member_id = m.id and e.member_key = m.key`,
  },
}

/**
 * After a request that was carried out for certain. Where an earlier one may still come in later, the edge is looked at
 * again at that time.
 */
export async function settleMemberSteps(
  db: Queryable,
  team: AppTeam,
  kind: StepKind,
  settled: { readonly steps: readonly MemberStep[]; readonly sentAt: Date },
): Promise<void> {
  await runSettle(db, team, settles[kind], settled)
}

/** After a request that was certainly not carried out: there is nothing of it that could come in later. */
export async function unmarkMemberSteps(
  db: Queryable,
  team: AppTeam,
  settled: { readonly steps: readonly MemberStep[]; readonly sentAt: Date },
): Promise<void> {
  await runSettle(db, team, unmark, settled)
}

async function runSettle(
  db: Queryable,
  { organizationId, appId, teamId }: AppTeam,
  statement: { readonly name: string; readonly text: string },
  { steps, sentAt }: { readonly steps: readonly MemberStep[]; readonly sentAt: Date },
): Promise<void> {
  const ids = steps.map((step) => step.memberId)
  const rechecks = steps.map(({ recheckAt }) => (recheckAt !== null && recheckAt > sentAt ? recheckAt : null))
  await db.query(statement, [organizationId, appId, teamId, ids, rechecks])
}

const settledRows = `unnest($4::uuid[], $5::timestamptz[]) m (id, recheck_at)
      where ${edges} and e.member_id = m.id and e.is_present is null`

const settles = {
  add: {
    name: 'settle_added_members',
    text: `update member_edges e set is_present = true, recheck_at = m.recheck_at from ${settledRows}`,
  },
  remove: {
    name: 'settle_removed_members',
    text: `with removed as (
        delete from member_edges e using ${settledRows} and m.recheck_at is null
      )
      update member_edges e set is_present = false, recheck_at = m.recheck_at from ${settledRows} and m.recheck_at is not null`,
  },
}

const unmark = {
  name: 'unmark_members',
  text: `update member_edges e set recheck_at = m.recheck_at from ${settledRows}`,
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
