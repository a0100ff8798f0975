import type { Queryable } from '../pool.ts'

export type PersonAccount = {
  readonly appId: string
  readonly name: string
  readonly appState: 'draft' | 'active' | 'paused' | 'stopping' | 'stopped'
  readonly state: 'inSync' | 'pending' | 'waiting' | 'failed' | 'held' | 'disabled' | 'outOfScope' | 'ignored'
  readonly targetKey: string | null
  readonly appliedAt: string | null
  readonly failureCode: string | null
  readonly failureAttribute: string | null
  readonly failureDetail: string | null
  readonly failedAt: string | null
}

export type PersonPageTeam = {
  readonly id: string
  readonly name: string
  readonly handle: string | null
  readonly since: string
  readonly until: string | null
  /** Why somebody is in it: by hand, by its rule, by the group that it follows, by the connection whose group it is. */
  readonly via: 'manual' | 'rule' | 'group' | 'connection'
  readonly sourceId: string | null
  readonly sourceName: string | null
}

export type PersonProvider = {
  readonly id: string
  readonly name: string
  readonly type: 'saml' | 'oidc'
  readonly subject: string
  readonly linkedAt: string
  readonly lastAt: string
}

export type PersonNotice = {
  readonly id: string
  readonly kind: string
  readonly createdAt: string
  readonly details: unknown
}

export type PersonPageRow = {
  readonly accounts: readonly PersonAccount[]
  readonly teams: readonly PersonPageTeam[]
  readonly providers: readonly PersonProvider[]
  readonly notices: readonly PersonNotice[]
  readonly hasPassword: boolean
  readonly passkeys: number
  readonly hasTotp: boolean
  readonly recoveryCodes: number
  readonly sessions: number
  readonly keys: number
  readonly lastSignInAt: string | null
}

const rowsMax = 200

const accounts = `select a.id as "appId", a.name, a.state as "appState", case
      when l.state = 'ignored' then 'ignored'
      when w.stage = 'held' then 'held'
      when w.stage = 'escrow' then 'failed'
      when w.stage = 'reference' then 'waiting'
      when w.stage is not null then 'pending'
      when l.state = 'disabled' then 'disabled'
      when l.is_in_scope and l.state = 'linked' then case when l.failure_code is null then 'inSync' else 'failed' end
      else 'outOfScope' end as state,
    l.target_key as "targetKey", l.applied_at as "appliedAt", l.failure_code as "failureCode",
    l.failure_attribute as "failureAttribute", l.failure_detail as "failureDetail", l.failed_at as "failedAt"
  from (select app_id from links where organization_id = $1 and object_id = $2
    union select app_id from apps a join work_items w on w.organization_id = $1 and w.app_id = a.id and w.object_id = $2
      where a.organization_id = $1) o
  join apps a on a.organization_id = $1 and a.id = o.app_id
  left join links l on l.organization_id = $1 and l.app_id = o.app_id and l.object_id = $2
  left join work_items w on w.organization_id = $1 and w.app_id = o.app_id and w.object_id = $2
  order by a.name limit ${rowsMax}`

// Memberships first, or the planner may walk through all teams of the organization.
const teams = `select t.id, t.display as name, t.handle, m.valid_from as since, m.ends_at as until, case
      when m.is_manual then 'manual'
      when r.live_revision is not null then 'rule'
      when t.group_id is not null then 'group'
      when t.connection_id is not null then 'connection'
      else 'manual' end as via,
    case when t.group_id is not null then t.group_id else t.connection_id end as "sourceId",
    coalesce(g.display, c.name) as "sourceName"
  from (select * from memberships where organization_id = $1 and member_id = $2 offset 0) m
  join teams t on t.organization_id = $1 and t.id = m.team_id and t.kind = 'team' and t.deleted_at is null
  left join team_rules r on r.organization_id = $1 and r.team_id = t.id
  left join teams g on g.organization_id = $1 and g.id = t.group_id
  left join connections c on c.organization_id = $1 and c.id = t.connection_id
  order by t.display_name_key, t.id limit ${rowsMax}`

const providers = `select p.id, p.name, p.type, l.subject, l.linked_at as "linkedAt", l.last_at as "lastAt"
  from identity_links l join identity_providers p on p.organization_id = $1 and p.id = l.provider_id
  where l.organization_id = $1 and l.user_id = $2 order by l.last_at desc`

const notices = `select n.id, n.kind, n.created_at as "createdAt", n.data as details
  from keys k join notices n on n.organization_id = $1 and n.key_id = k.id and n.acknowledged_at is null
  where k.organization_id = $1 and k.user_id = $2 order by n.id desc limit ${rowsMax}`

const listOf = (text: string): string => `(select coalesce(json_agg(x), '[]') from (${text}) x)`

/** Everything that is kept about a person besides the account itself, in one statement; `$3` is now. */
export async function selectPersonPage(
  db: Queryable,
  organizationId: string,
  at: { readonly userId: string; readonly now: Date },
): Promise<PersonPageRow> {
  const { rows } = await db.query<PersonPageRow>(page, [organizationId, at.userId, at.now])
  const [row] = rows
  if (row === undefined) throw new Error('A statement without a table came back without a row')
  return row
}

const page = {
  name: 'person_page',
  text: `select ${listOf(accounts)} as accounts, ${listOf(teams)} as teams, ${listOf(providers)} as providers,
    ${listOf(notices)} as notices,
    exists (select from passwords where organization_id = $1 and user_id = $2) as "hasPassword",
    (select count(*) from passkeys where organization_id = $1 and user_id = $2) as passkeys,
    exists (select from one_time_codes where organization_id = $1 and user_id = $2) as "hasTotp",
    (select count(*) from recovery_codes where organization_id = $1 and user_id = $2 and used_at is null) as "recoveryCodes",
    (select count(*) from sessions where organization_id = $1 and user_id = $2 and ended_at is null and expires_at > $3) as sessions,
    (select count(*) from keys where organization_id = $1 and user_id = $2 and revoked_at is null
      and (expires_at is null or expires_at > $3)) as keys,
    (select started_at from sessions where organization_id = $1 and user_id = $2 and stage = 'full' order by id desc limit 1) as "lastSignInAt"`,
}
