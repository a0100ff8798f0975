import type { Queryable } from '../pool.ts'

/** What a list shows of a person besides the account. */
export type PersonExtras = {
  readonly id: string
  readonly teams: {
    readonly first: readonly { readonly id: string; readonly name: string }[]
    readonly count: number
  } | null
  readonly apps: { readonly ok: number; readonly total: number } | null
  readonly lastSignInAt: Date | null
}

export type WantedExtras = { readonly teams: boolean; readonly apps: boolean; readonly lastSignIn: boolean }

/**
 * Two teams of each person by name are named; those beyond are counted. `offset 0`: memberships first, or the planner walks
 * through all teams of the organization for each person.
 */
const namedTeams = `(select json_build_object('count', count(*), 'first', coalesce(to_json((array_agg(
      json_build_object('id', t.id, 'name', t.display) order by t.display_name_key, t.id))[1:2]), '[]'))
    from (select team_id from memberships m where m.organization_id = $1 and m.member_id = p.id offset 0) m
    join teams t on t.organization_id = $1 and t.id = m.team_id and t.kind = 'team' and t.deleted_at is null)`

// An account counts as good when it is there, nothing failed and nothing waits.
const appCounts = `(select json_build_object('total', count(*), 'ok', count(*) filter (
      where l.state = 'linked' and l.failure_code is null and w.object_id is null))
    from links l left join work_items w on w.organization_id = $1 and w.app_id = l.app_id and w.object_id = l.object_id
    where l.organization_id = $1 and l.object_id = p.id and l.is_in_scope and l.state <> 'ignored')`

const lastSignIn = `(select s.started_at from sessions s
    where s.organization_id = $1 and s.user_id = p.id and s.stage = 'full' order by s.id desc limit 1)`

/** For the people of a page, in one statement. */
export async function selectPersonExtras(
  db: Queryable,
  organizationId: string,
  { ids, wants }: { readonly ids: readonly string[]; readonly wants: WantedExtras },
): Promise<ReadonlyMap<string, PersonExtras>> {
  const parts = [
    `${wants.teams ? namedTeams : 'null::json'} as teams`,
    `${wants.apps ? appCounts : 'null::json'} as apps`,
    `${wants.lastSignIn ? lastSignIn : 'null::timestamptz'} as "lastSignInAt"`,
  ]
  const { rows } = await db.query<PersonExtras>(
    { text: `select p.id, ${parts.join(', ')} from unnest($2::uuid[]) as p (id)` },
    [organizationId, ids],
  )
  return new Map(rows.map((row) => [row.id, row]))
}
