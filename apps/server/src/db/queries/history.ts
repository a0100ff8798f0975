import type { Queryable } from '../pool.ts'

/** A change of one person or team, as `changes` keeps it. */
export type ChangeRow = {
  readonly position: string
  readonly at: Date
  readonly action: string
  readonly subject_version: number
  readonly connection_id: string | null
  readonly actor: string
  readonly request_id: string | null
  /** JSON, see ChangeData; what writes it differs by action. */
  readonly data: unknown
}

const columns = `position::text, at, action, subject_version, connection_id, actor, request_id, data`

/** Newest first. */
export async function selectSubjectChanges(
  db: Queryable,
  query: {
    readonly organizationId: string
    readonly kind: 'user' | 'team'
    readonly id: string
    readonly before: string | undefined
    readonly rowsMax: number
  },
): Promise<readonly ChangeRow[]> {
  const { organizationId, kind, id, before, rowsMax } = query
  const { rows } = await db.query<ChangeRow>(changes, [organizationId, id, kind, before ?? null, rowsMax])
  return rows
}

const changes = {
  name: 'subject_changes',
  text: `select ${columns} from changes
    where organization_id = $1 and subject_id = $2 and subject_kind = $3 and ($4::bigint is null or position < $4)
    -- Qualified, since the bare name is the text of the list above: "9" would come after "10".
    order by changes.position desc limit $5`,
}

export async function countSubjectChanges(
  db: Queryable,
  query: { readonly organizationId: string; readonly kind: 'user' | 'team'; readonly id: string },
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    {
      text: 'select count(*) as count from changes where organization_id = $1 and subject_id = $2 and subject_kind = $3',
    },
    [query.organizationId, query.id, query.kind],
  )
  return rows[0]?.count ?? 0
}

/** What made a person what it was at that moment: from the last change that tells all of it, in the order of their making. */
export async function selectChangesUntil(
  db: Queryable,
  query: { readonly organizationId: string; readonly userId: string; readonly at: Date },
): Promise<readonly ChangeRow[]> {
  const { rows } = await db.query<ChangeRow>(until, [query.organizationId, query.userId, query.at])
  return rows
}

const until = {
  name: 'user_changes_until',
  text: `with last_whole as (
      select max(position) as position from changes
      where organization_id = $1 and subject_id = $2 and subject_kind = 'user' and at <= $3
        and action in ('user.created', 'user.relinked', 'user.adopted') and data -> 'changes' is not null
    )
    select ${columns} from changes
    where organization_id = $1 and subject_id = $2 and subject_kind = 'user' and at <= $3
      and position >= coalesce((select position from last_whole), 0)
    order by changes.position`,
}

/** A person in a team, from when until when, and what brought it. */
export type MembershipRow = {
  readonly team_id: string
  readonly team_name: string
  readonly valid_from: Date
  readonly valid_to: Date | null
  readonly actor: string | null
  readonly request_id: string | null
}

/** The teams that somebody was in at that moment, in the order of the teams; every time when `at` is undefined. */
export async function selectMembershipsOf(
  db: Queryable,
  query: {
    readonly organizationId: string
    readonly userId: string
    readonly at: Date | undefined
    readonly rowsMax: number
  },
): Promise<readonly MembershipRow[]> {
  const { organizationId, userId, at, rowsMax } = query
  const { rows } = await db.query<MembershipRow>(memberships, [organizationId, userId, at ?? null, rowsMax])
  return rows
}

const memberships = {
  name: 'memberships_of',
  text: `with was as (
      select team_id, valid_from, null::timestamptz as valid_to from memberships
        where organization_id = $1 and member_id = $2 and ($3::timestamptz is null or valid_from <= $3)
      union all
      select team_id, valid_from, valid_to from membership_history
        where organization_id = $1 and member_id = $2 and ($3::timestamptz is null or (valid_from <= $3 and valid_to > $3))
      order by team_id, valid_from limit $4
    )
    select w.*, t.display as team_name, c.actor, c.request_id
    from was w join teams t on t.organization_id = $1 and t.id = w.team_id
    left join lateral (
      select actor, request_id from changes
      where organization_id = $1 and subject_id = w.team_id and at = w.valid_from
        and action in ('team.created', 'team.updated', 'team.members_changed', 'user.restored')
      limit 1
    ) c on true
    order by w.team_id, w.valid_from`,
}
