import type { Database } from '../../src/db/pool.ts'
import { recountTotals } from '../../src/db/queries/totals.ts'

/** Where seeded rows belong. */
export type SeedScope = { readonly organizationId: string; readonly connectionId: string | null }

/**
 * People made in the database itself, numbered from `first`: a million over SCIM would take longer than any test.
 * Person n is `seed<n>@example.com`, Given<n> Family<n mod 1000>, of department n mod 50.
 */
export async function seedUsers(
  database: Database,
  scope: SeedScope,
  { first = 1, count }: { readonly first?: number; readonly count: number },
): Promise<void> {
  const values = [scope.organizationId, scope.connectionId, first, first + count - 1]
  await database.query({ text: seedUsersText }, values)
  await recountTotals(database, scope.organizationId)
}

/** Teams `Team <n>` numbered from `first`, each with so many seeded people from number n on; gives their ids over SCIM. */
export async function seedTeams(
  database: Database,
  scope: SeedScope,
  teams: { readonly first?: number; readonly count: number; readonly members: number },
): Promise<readonly string[]> {
  const { first = 1, count, members } = teams
  const values = [scope.organizationId, scope.connectionId, first, first + count - 1]
  const { rows } = await database.query<{ scim_id: string }>({ text: seedTeamsText }, values)
  await database.query({ text: seedMembersText }, [scope.organizationId, first, first + count - 1, members])
  await recountTotals(database, scope.organizationId)
  return rows.map((row) => row.scim_id)
}

/** Statistics and index as they are after a while, not right after the seeding. */
export async function settle(database: Database): Promise<void> {
  for (const table of ['users', 'user_states', 'teams', 'memberships'])
    await database.query({ text: `vacuum analyze ${table}` })
}

// The ids carry the number where a UUIDv7 carries the time, so their order is the order of creation.
const userId = (prefix: string, n: string) =>
  `(lpad(to_hex(1700000000000 + ${n}), 12, '0') || '7000${prefix}' || substr(md5($1::text), 1, 3) || lpad(to_hex(${n}), 12, '0'))::uuid`
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const core = 'urn:ietf:params:scim:schemas:core:2.0:User'

const seedUsersText = `
insert into users (organization_id, id, scim_id, connection_id, state, user_name_key, external_id, display, display_key,
  document, search, search_text, version, created_at, updated_at, state_changed_at)
select $1::uuid, ${userId('8', 'n')}, ${userId('9', 'n')}, $2::uuid, 'active', u.name, 'ext-' || n, u.display, lower(u.display),
  json_build_object(
    'schemas', json_build_array('${core}', '${enterprise}'), 'userName', u.name,
    'name', json_build_object('givenName', 'Given' || n, 'familyName', 'Family' || n % 1000), 'displayName', u.display,
    'emails', json_build_array(json_build_object('value', u.name, 'type', 'work', 'primary', true)),
    '${enterprise}', json_build_object('employeeNumber', n::text, 'department', 'Department ' || n % 50), 'active', true)::text,
  jsonb_build_object(
    'schemas', jsonb_build_array(lower('${core}'), lower('${enterprise}')), 'userName', u.name,
    'name', jsonb_build_object('givenName', 'given' || n, 'familyName', 'family' || n % 1000), 'displayName', lower(u.display),
    'emails', jsonb_build_array(jsonb_build_object('value', u.name, 'type', 'work', 'primary', true)),
    '${enterprise}', jsonb_build_object('employeeNumber', n::text, 'department', 'department ' || n % 50)),
  concat(chr(10), u.name, chr(10), lower(u.display), chr(10), 'family', n % 1000, chr(10), 'given', n, chr(10), u.name, chr(10)),
  1, u.moment, u.moment, u.moment
from generate_series($3::integer, $4::integer) as n
cross join lateral (select 'seed' || n || '@example.com' as name, 'Given' || n || ' Family' || n % 1000 as display,
  to_timestamp(1700000000 + n / 1000.0) as moment) as u`

const seedTeamsText = `
insert into teams (organization_id, id, scim_id, connection_id, display_name_key, display, document, search, search_text,
  version, created_at, updated_at)
select $1::uuid, ${userId('a', 'n')}, ${userId('b', 'n')}, $2::uuid, lower(t.name), t.name,
  json_build_object('schemas', json_build_array('urn:ietf:params:scim:schemas:core:2.0:Group'), 'displayName', t.name)::text,
  jsonb_build_object('schemas', jsonb_build_array('urn:ietf:params:scim:schemas:core:2.0:group'), 'displayName', lower(t.name)),
  chr(10) || lower(t.name) || chr(10), 1, t.moment, t.moment
from generate_series($3::integer, $4::integer) as n
cross join lateral (select 'Team ' || n as name, to_timestamp(1700000000 + n / 1000.0) as moment) as t
order by n returning scim_id`

const seedMembersText = `
insert into memberships (organization_id, team_id, member_id, member_kind, valid_from)
select $1::uuid, ${userId('a', 'team')}, ${userId('8', 'n')}, 'user', to_timestamp(1700000000)
from generate_series($2::integer, $3::integer) as team, generate_series(team, team + $4::integer - 1) as n`
