import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

export type TeamOf = { readonly organizationId: string; readonly teamId: string }

/** Where the rule of a team stands. */
export type TeamRuleRow = {
  readonly liveRevision: number | null
  readonly pendingRevision: number | null
  readonly lastRevision: number
  readonly version: number
}

export type RevisionState = 'counting' | 'held' | 'live' | 'replaced' | 'discarded' | 'ended'

export type RevisionRow = {
  readonly revision: number
  readonly rule: JsonObject
  readonly state: RevisionState
  readonly note: string | null
  readonly madeBy: string
  readonly madeAt: Date
  readonly entering: number | null
  readonly leaving: number | null
  readonly undecided: number | null
  readonly threshold: number | null
  readonly liveAt: Date | null
  readonly decidedBy: string | null
  readonly decidedAt: Date | null
}

/** Whoever decides by rules in an organization has the turn until the end of the transaction. */
export async function takeRulesTurn(tx: Queryable, organizationId: string): Promise<void> {
  await tx.query(turn, [organizationId])
}

const turn = {
  name: 'team_rules_turn',
  text: `select pg_advisory_xact_lock(hashtextextended($1::text || 'team rules', 0))`,
}

export async function selectTeamRule(
  db: Queryable,
  { organizationId, teamId }: TeamOf,
  lock = false,
): Promise<TeamRuleRow | undefined> {
  const text = `select live_revision as "liveRevision", pending_revision as "pendingRevision",
      last_revision as "lastRevision", version
    from team_rules where organization_id = $1 and team_id = $2 ${lock ? 'for update' : ''}`
  const { rows } = await db.query<TeamRuleRow>({ text }, [organizationId, teamId])
  return rows[0]
}

const revisionColumns = `v.revision, v.rule, v.state, v.note, v.made_by as "madeBy", v.made_at as "madeAt", v.entering, v.leaving,
  v.undecided, v.threshold, v.live_at as "liveAt", v.decided_by as "decidedBy", v.decided_at as "decidedAt"`

/** Newest first; `before` is the last one of the page before. */
export async function selectRevisions(
  db: Queryable,
  { organizationId, teamId }: TeamOf,
  page: { readonly before: number | undefined; readonly rowsMax: number },
): Promise<readonly RevisionRow[]> {
  const text = `select ${revisionColumns} from team_rule_revisions v
    where v.organization_id = $1 and v.team_id = $2 and ($3::integer is null or v.revision < $3)
    order by v.revision desc limit $4`
  const { rows } = await db.query<RevisionRow>({ text }, [organizationId, teamId, page.before ?? null, page.rowsMax])
  return rows
}

export async function selectRevision(
  db: Queryable,
  { organizationId, teamId }: TeamOf,
  revision: number,
): Promise<RevisionRow | undefined> {
  const { rows } = await db.query<RevisionRow>(one, [organizationId, teamId, revision])
  return rows[0]
}

const one = {
  name: 'team_rule_revision',
  text: `select ${revisionColumns} from team_rule_revisions v
    where v.organization_id = $1 and v.team_id = $2 and v.revision = $3`,
}

/** The next revision of a locked team, being counted; the one that was pending is replaced. */
export async function insertRevision(
  tx: Queryable,
  { organizationId, teamId }: TeamOf,
  made: { readonly rule: object; readonly note: string | undefined; readonly by: string; readonly at: Date },
): Promise<number> {
  await tx.query({ text: replacePending }, [organizationId, teamId])
  const { rows } = await tx.query<{ revision: number }>({ text: nextRevision }, [organizationId, teamId])
  const revision = rows[0]?.revision ?? 1
  await tx.query({ text: insert }, [
    organizationId,
    teamId,
    revision,
    JSON.stringify(made.rule),
    made.note ?? null,
    made.by,
    made.at,
  ])
  return revision
}

const replacePending = `with gone as (
    update team_rule_revisions set state = 'replaced'
    where organization_id = $1 and team_id = $2 and state in ('counting', 'held') returning revision
  )
  delete from team_rule_leaving where organization_id = $1 and team_id = $2 and revision in (select revision from gone)`
const nextRevision = `insert into team_rules (organization_id, team_id, pending_revision, last_revision) values ($1, $2, 1, 1)
  on conflict (organization_id, team_id) do update set pending_revision = team_rules.last_revision + 1,
    last_revision = team_rules.last_revision + 1, version = team_rules.version + 1
  returning last_revision as revision`
const insert = `insert into team_rule_revisions (organization_id, team_id, revision, rule, state, note, made_by, made_at)
  values ($1, $2, $3, $4::jsonb, 'counting', $5, $6, $7)`

/** What the count found. */
export type RuleCount = {
  readonly entering: number
  readonly leaving: number
  readonly undecided: number
  readonly threshold: number | null
}

export async function updateCounted(
  tx: Queryable,
  { organizationId, teamId, revision }: TeamOf & { readonly revision: number },
  count: RuleCount & { readonly isHeld: boolean },
): Promise<void> {
  await tx.query(
    {
      text: `update team_rule_revisions set entering = $4, leaving = $5, undecided = $6, threshold = $7,
          state = case when $8 then 'held' else state end
        where organization_id = $1 and team_id = $2 and revision = $3`,
    },
    [organizationId, teamId, revision, count.entering, count.leaving, count.undecided, count.threshold, count.isHeld],
  )
}

/** A revision decides from now on, instead of the one before. People whom somebody had added are the rule's now. */
export async function updateLive(
  tx: Queryable,
  { organizationId, teamId, revision }: TeamOf & { readonly revision: number },
  live: { readonly interests: readonly string[]; readonly at: Date; readonly approvedBy: string | null },
): Promise<void> {
  const { interests, at, approvedBy } = live
  await tx.query({ text: endLive }, [organizationId, teamId, 'replaced'])
  await tx.query({ text: beginLive }, [organizationId, teamId, revision, at, approvedBy])
  await tx.query({ text: pointLive }, [organizationId, teamId, revision, interests])
  await tx.query({ text: forgetLeaving }, [organizationId, teamId])
}

const endLive = `update team_rule_revisions set state = $3
  where organization_id = $1 and team_id = $2 and state = 'live'`
const beginLive = `update team_rule_revisions set state = 'live', live_at = $4::timestamptz, decided_by = $5,
    decided_at = case when $5::text is null then null else $4::timestamptz end
  where organization_id = $1 and team_id = $2 and revision = $3`
const pointLive = `update team_rules set live_revision = $3, pending_revision = null, interests = $4, version = version + 1
  where organization_id = $1 and team_id = $2`
const forgetLeaving = 'delete from team_rule_leaving where organization_id = $1 and team_id = $2'

/** The revision that waited is dropped. */
export async function updateDiscarded(
  tx: Queryable,
  { organizationId, teamId, revision }: TeamOf & { readonly revision: number },
  decided: { readonly by: string; readonly at: Date },
): Promise<void> {
  await tx.query(
    {
      text: `update team_rule_revisions set state = 'discarded', decided_by = $4, decided_at = $5
        where organization_id = $1 and team_id = $2 and revision = $3`,
    },
    [organizationId, teamId, revision, decided.by, decided.at],
  )
  const text = `update team_rules set pending_revision = null, version = version + 1
    where organization_id = $1 and team_id = $2`
  await tx.query({ text }, [organizationId, teamId])
  await tx.query({ text: forgetLeaving }, [organizationId, teamId])
}

/** No rule decides any more; revisions stay to be read. */
export async function endRule(tx: Queryable, { organizationId, teamId }: TeamOf): Promise<void> {
  await tx.query({ text: replacePending }, [organizationId, teamId])
  await tx.query({ text: endLive }, [organizationId, teamId, 'ended'])
  const text = `update team_rules set live_revision = null, pending_revision = null, interests = '{}', version = version + 1
    where organization_id = $1 and team_id = $2`
  await tx.query({ text }, [organizationId, teamId])
  await tx.query({ text: 'delete from team_rule_exceptions where organization_id = $1 and team_id = $2' }, [
    organizationId,
    teamId,
  ])
}

/** How many people have left teams of the organization since then because rules changed that nobody approved. */
export async function countLeftByRules(tx: Queryable, organizationId: string, since: Date): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    {
      text: `select coalesce(sum(leaving), 0)::bigint as count from team_rule_revisions
        where organization_id = $1 and live_at > $2 and decided_by is null`,
    },
    [organizationId, since],
  )
  return rows[0]?.count ?? 0
}

/** A rule that decides, of a team that is there. */
export type LiveRule = { readonly teamId: string; readonly revision: number; readonly interests: readonly string[] }

/** Live rules of an organization that read any of this; null: all of them. */
export async function selectLiveRules(
  db: Queryable,
  organizationId: string,
  roots: readonly string[] | null,
): Promise<readonly LiveRule[]> {
  const { rows } = await db.query<LiveRule>(live, [organizationId, roots])
  return rows
}

const live = {
  name: 'live_team_rules',
  text: `select r.team_id as "teamId", r.live_revision as revision, r.interests from team_rules r
    join teams t on t.organization_id = r.organization_id and t.id = r.team_id and t.deleted_at is null
    where r.organization_id = $1 and r.live_revision is not null and ($2::text[] is null or r.interests && $2)
    order by r.team_id`,
}

/** Every team of every organization that a rule decides about: after a restore all are looked at. */
export async function selectAllRuledTeams(
  db: Queryable,
): Promise<readonly (TeamOf & { readonly revision: number; readonly phase: 'count' | 'apply' })[]> {
  const { rows } = await db.query<TeamOf & { revision: number; phase: 'count' | 'apply' }>({
    text: `select organization_id as "organizationId", team_id as "teamId", live_revision as revision, 'apply' as phase
        from team_rules where live_revision is not null
      union all
      select organization_id, team_id, revision, 'count' from team_rule_revisions where state = 'counting'`,
  })
  return rows
}

/** Who would leave by a revision; said twice it stands there once. */
export async function insertLeaving(
  tx: Queryable,
  { organizationId, teamId, revision }: TeamOf & { readonly revision: number },
  userIds: readonly string[],
): Promise<void> {
  const text = `insert into team_rule_leaving (organization_id, team_id, revision, user_id)
    select $1, $2, $3, unnest($4::uuid[]) on conflict do nothing`
  await tx.query({ text }, [organizationId, teamId, revision, userIds])
}

export async function countLeaving(
  db: Queryable,
  { organizationId, teamId, revision }: TeamOf & { readonly revision: number },
): Promise<number> {
  const text = `select count(*) as count from team_rule_leaving
    where organization_id = $1 and team_id = $2 and revision = $3`
  const { rows } = await db.query<{ count: number }>({ text }, [organizationId, teamId, revision])
  return rows[0]?.count ?? 0
}

/** By their ids, with their names. */
export async function selectLeaving(
  db: Queryable,
  { organizationId, teamId, revision }: TeamOf & { readonly revision: number },
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly { readonly userId: string; readonly name: string | null }[]> {
  const text = `select l.user_id as "userId", u.display as name from team_rule_leaving l
    left join users u on u.organization_id = l.organization_id and u.id = l.user_id
    where l.organization_id = $1 and l.team_id = $2 and l.revision = $3 and ($4::uuid is null or l.user_id > $4)
    order by l.user_id limit $5`
  const values = [organizationId, teamId, revision, page.after ?? null, page.rowsMax]
  const { rows } = await db.query<{ userId: string; name: string | null }>({ text }, values)
  return rows
}
