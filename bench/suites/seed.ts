import type { Database } from '../../apps/server/src/db/pool.ts'

/** People made in the database itself: a million over HTTP would take longer than everything that is measured. */
export async function seedPeople(
  database: Database,
  { organizationId, people }: { readonly organizationId: string; readonly people: number },
): Promise<void> {
  await database.query({ text: seedPeopleSql }, [organizationId, people])
  await database.query({ text: seedTotalsSql }, [organizationId, people])
}

/** Puts the first `members` seeded people into a group that was created over SCIM. */
export async function seedMembers(
  database: Database,
  seed: { readonly organizationId: string; readonly groupId: string; readonly members: number },
): Promise<void> {
  await database.query({ text: seedMembersSql }, [seed.organizationId, seed.groupId, seed.members])
}

// The ids carry the number where a UUIDv7 carries the time, so their order is the order of creation.
const seedPeopleSql = `
insert into users (organization_id, id, scim_id, connection_id, state, user_name_key, external_id, display, display_key, document, search,
                   search_text, version, created_at, updated_at, state_changed_at)
select $1::uuid, account.id, account.id, connection.id, 'active', name.user_name, 'ext-' || n, name.display, lower(name.display),
       json_build_object(
         'schemas', json_build_array('urn:ietf:params:scim:schemas:core:2.0:User', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'),
         'userName', name.user_name,
         'name', json_build_object('givenName', 'Given' || n, 'familyName', 'Family' || n % 1000),
         'displayName', name.display, 'active', true,
         'emails', json_build_array(json_build_object('value', name.user_name, 'type', 'work', 'primary', true)),
         'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', json_build_object('employeeNumber', n::text, 'department', 'Department ' || n % 50))::text,
       jsonb_build_object(
         'schemas', jsonb_build_array('urn:ietf:params:scim:schemas:core:2.0:user', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:user'),
         'userName', name.user_name,
         'name', jsonb_build_object('givenName', 'given' || n, 'familyName', 'family' || n % 1000),
         'displayName', lower(name.display),
         'emails', jsonb_build_array(jsonb_build_object('value', name.user_name, 'type', 'work', 'primary', true)),
         'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', jsonb_build_object('employeeNumber', n::text, 'department', 'department ' || n % 50)),
       concat(chr(10), name.user_name, chr(10), lower(name.display), chr(10), 'family', n % 1000, chr(10), 'given', n, chr(10), name.user_name, chr(10)), 1, moment, moment, moment
from generate_series(1, $2::int) as n
cross join lateral (select 'seed' || (n - 1) || '@example.com' as user_name, 'Given' || n || ' Family' || n % 1000 as display) as name
cross join lateral (select (lpad(to_hex(1700000000000 + n), 12, '0') || '7000' || substr(md5($1::text), 1, 4) || lpad(to_hex(n), 12, '0'))::uuid as id) as account
cross join lateral (select to_timestamp(1700000000 + n / 1000.0) as moment) as times
cross join (select id from connections where organization_id = $1::uuid and is_default) as connection`

const seedTotalsSql = `
insert into directory_totals (organization_id, kind, total, active) values ($1, 'users', $2, $2)
on conflict (organization_id, kind) do update set
  total = directory_totals.total + excluded.total, active = directory_totals.active + excluded.active`

const seedMembersSql = `
insert into memberships (organization_id, team_id, member_id, member_kind, valid_from)
select $1, team.id, people.id, 'user', people.created_at
from (select id from teams where organization_id = $1 and scim_id = $2) as team
cross join (select id, created_at from users where organization_id = $1 and user_name_key like 'seed%' order by id limit $3) as people`
