-- Teams of our own, groups that teams follow, and who belongs to the organization through them.

-- A row is a team, or a group of the identity provider that is no team itself but may feed some (style github).
-- A team has an id over SCIM exactly while a connection manages it; a group as long as it lives.
alter table teams
  add column kind text collate "C" not null default 'team' check (kind in ('team', 'group')),
  -- Names a live team in URLs, once in the organization; groups have none.
  add column handle text collate "C",
  add column description text,
  add column deleted_at timestamptz,
  -- Its names are gone; only the bare team stays for the history of its members.
  add column purged_at timestamptz,
  -- The group whose people this team has; null: its members are its own.
  add column group_id uuid,
  -- Of a group: some team follows it, so that a change of its members is not done with its own rows.
  add column is_mapped boolean not null default false,
  -- Where members may come from; null: as the organization says.
  add column source text collate "C" check (source in ('all', 'uiAndApi', 'managed')),
  add column sync_state text collate "C" check (sync_state in ('inSync', 'insufficientLicenses', 'outOfSync')),
  add column sync_missing integer not null default 0,
  add column sync_error text,
  add column reconciled_at timestamptz,
  add column reconcile_due timestamptz,
  -- GitHub's clients know groups and teams by integers.
  add column number bigint generated always as identity;
update teams set deleted_at = updated_at where scim_id is null;
update teams set handle = 'team-' || replace(id::text, '-', '') where scim_id is not null;
create unique index teams_handle on teams (organization_id, handle) where deleted_at is null and handle is not null;
create index teams_name on teams (organization_id, kind, display_name_key, id) where deleted_at is null;
create index teams_deleted on teams (organization_id, deleted_at) where deleted_at is not null;
create index teams_unpurged on teams (deleted_at) where deleted_at is not null and purged_at is null;
create unique index teams_number on teams (organization_id, number) where kind = 'group';
create index teams_followers on teams (organization_id, group_id) where group_id is not null;
create index teams_mapped on teams (organization_id) where is_mapped;
create index teams_reconcile on teams (reconcile_due) where group_id is not null;

-- Whether a person added the member, and no source.
alter table memberships add column is_manual boolean not null default false;

-- Who looks after a team: people with a role that is limited to it.
create index role_assignments_team on role_assignments (organization_id, team_id)
  where team_id <> '00000000-0000-0000-0000-000000000000';

create table team_settings (
  organization_id uuid primary key references organizations on delete cascade,
  source text collate "C" not null default 'all' check (source in ('all', 'uiAndApi', 'managed')),
  -- How many people may belong to the organization; null: as many as come.
  seats integer check (seats >= 0),
  version bigint not null default 1,
  updated_at timestamptz not null
);

-- Who belongs to the organization: by themselves, or as long as some mapped team has them.
create table organization_members (
  organization_id uuid not null,
  user_id uuid not null,
  is_direct boolean not null,
  joined_at timestamptz not null,
  primary key (organization_id, user_id)
);

-- Only teams with an id over SCIM are groups to an identity provider.
create or replace function groups_of(organization uuid, member uuid) returns json language plpgsql stable as $$
declare
  direct json;
  indirect json;
  nested boolean;
begin
  select json_agg(json_build_array(t.scim_id, t.display) order by t.id) filter (where t.scim_id is not null), bool_or(t.is_nested)
  into direct, nested
  from memberships m join teams t on t.organization_id = m.organization_id and t.id = m.team_id
  where m.organization_id = organization and m.member_id = member;
  if nested then
    with recursive above (id) as (
      select m.team_id from memberships m where m.organization_id = organization and m.member_id = member
      union
      select m.team_id from memberships m join above on m.member_id = above.id where m.organization_id = organization
    )
    select json_agg(json_build_array(t.scim_id, t.display) order by t.id) into indirect
    from above join teams t on t.organization_id = organization and t.id = above.id and t.scim_id is not null
    where not exists (
      select from memberships d where d.organization_id = organization and d.team_id = t.id and d.member_id = member
    );
  end if;
  return json_build_array(direct, indirect);
end
$$;

-- Who is in a team, now or as of a moment.
create function members_at(organization uuid, team uuid, moment timestamptz)
returns table (member_id uuid, member_kind text, valid_from timestamptz, is_manual boolean) language sql stable as $$
  select m.member_id, m.member_kind, m.valid_from, m.is_manual from memberships m
  where m.organization_id = organization and m.team_id = team and (moment is null or m.valid_from <= moment)
  union all
  select h.member_id, h.member_kind, h.valid_from, false from membership_history h
  where h.organization_id = organization and h.team_id = team and h.valid_from <= moment and h.valid_to > moment
$$;

create function as_member_changes(added uuid[], removed uuid[]) returns jsonb language sql immutable as $$
  select case when coalesce(cardinality(added), 0) + coalesce(cardinality(removed), 0) <= 10000
    then jsonb_build_object('added', coalesce(to_jsonb(added), '[]'), 'removed', coalesce(to_jsonb(removed), '[]'))
    else jsonb_build_object('added', '[]'::jsonb, 'removed', '[]'::jsonb,
      'addedCount', coalesce(cardinality(added), 0), 'removedCount', coalesce(cardinality(removed), 0)) end
$$;

-- People who have an account that works, so that a team may have them and a seat is theirs.
create function is_present(state text) returns boolean language sql immutable as $$ select state in ('pending', 'active') $$;

-- How many people may still join; null: as many as come. Whoever asks has his turn until the transaction ends.
create function free_seats(organization uuid) returns bigint language plpgsql volatile as $$
declare
  -- The organization's own limit or that of its plan, whichever is lower.
  seat_count integer := (select least(s.seats, (o.entitlements ->> 'seatsMax')::integer)
    from organizations o left join team_settings s on s.organization_id = o.id where o.id = organization);
begin
  if seat_count is null then return null; end if;
  perform pg_advisory_xact_lock(hashtextextended(organization::text || 'seats', 0));
  return seat_count - (select count(*) from organization_members m
    join users u on u.organization_id = m.organization_id and u.id = m.user_id
    where m.organization_id = organization and is_present(u.state));
end
$$;

-- Gives the teams the people of the groups they follow: of all people or, when they are named, of those alone.
-- A team that follows nobody any more loses its people. A function, because each step must see what the one before did,
-- and because suspensions must come here too, however they arrive.
create function move_followers(
  organization uuid, followers uuid[], named uuid[], moment timestamptz, connection uuid, who text, request text, reason text
) returns void language plpgsql volatile as $$
declare
  people uuid[] := named;
  settled uuid[] := named;
  moved uuid[];
  unsettled bigint;
  gone_teams uuid[];
  gone_people uuid[];
  new_teams uuid[];
  new_people uuid[];
  left_people uuid[];
  joining uuid[];
  refused uuid[];
  free bigint;
begin
  if named is null then
    people := array(
      select distinct m.member_id from memberships m
      where m.organization_id = organization and m.member_kind = 'user' and m.team_id in (
        select unnest(followers)
        union select t.group_id from teams t where t.organization_id = organization and t.id = any(followers)));
    settled := array(
      select distinct g.member_id from teams t join memberships g on g.organization_id = organization and g.team_id = t.group_id
      where t.organization_id = organization and t.id = any(followers) and g.member_kind = 'user' and not exists (
        select from memberships m where m.organization_id = organization and m.team_id = t.id and m.member_id = g.member_id));
  end if;
  -- Accounts, then teams, then who belongs: everybody takes the locks in this order. Nobody is suspended while we look,
  -- and whoever is about to be, is waited for.
  perform from users u where u.organization_id = organization and u.id = any(settled) order by u.id for share;
  perform from teams t where t.organization_id = organization and t.id = any(followers) order by t.id for no key update;
  select array_agg(c.team_id) filter (where c.has), array_agg(c.user_id) filter (where c.has),
    array_agg(c.team_id order by c.user_id) filter (where c.wanted and c.user_id = any(settled)),
    array_agg(c.user_id order by c.user_id) filter (where c.wanted and c.user_id = any(settled)),
    count(*) filter (where c.wanted and c.user_id <> all(settled))
  into gone_teams, gone_people, new_teams, new_people, unsettled
  from (
    select t.id as team_id, p.id as user_id,
      exists (select from memberships m
        where m.organization_id = organization and m.team_id = t.id and m.member_id = p.id) as has,
      t.group_id is not null and exists (select from memberships m
        join users u on u.organization_id = m.organization_id and u.id = m.member_id
        where m.organization_id = organization and m.team_id = t.group_id and m.member_id = p.id and is_present(u.state)) as wanted
    from teams t cross join unnest(people) p (id)
    where t.organization_id = organization and t.id = any(followers)
  ) c where c.has <> c.wanted;
  moved := coalesce(named, gone_people || new_people);
  -- Two groups may lose the same person at once: the one that comes second sees what the first has done.
  perform from organization_members o where o.organization_id = organization and o.user_id = any(moved)
  order by o.user_id for update;

  with gone as (
    delete from memberships m using unnest(gone_teams, gone_people) g (team_id, user_id)
    where m.organization_id = organization and m.team_id = g.team_id and m.member_id = g.user_id
    returning m.team_id, m.member_id, m.member_kind, m.valid_from
  )
  insert into membership_history (organization_id, team_id, member_id, member_kind, valid_from, valid_to)
  select organization, g.team_id, g.member_id, g.member_kind, g.valid_from, moment from gone g where g.valid_from < moment
  on conflict do nothing;

  with gone as (
    delete from organization_members o
    where o.organization_id = organization and o.user_id = any(moved) and not o.is_direct and not exists (
      select from memberships m join teams t on t.organization_id = m.organization_id and t.id = m.team_id
      where m.organization_id = organization and m.member_id = o.user_id and t.group_id is not null)
      and o.user_id <> all(coalesce(new_people, '{}'))
    returning o.user_id
  )
  select array_agg(user_id) into left_people from gone;

  joining := array(
    select n.id from (
      select unnest(new_people) as id
      union select m.member_id from unnest(people) p (id)
        join memberships m on m.organization_id = organization and m.member_id = p.id
        join teams t on t.organization_id = organization and t.id = m.team_id
        where t.id = any(followers) and t.group_id is not null
    ) n
    where not exists (select from organization_members o where o.organization_id = organization and o.user_id = n.id)
    order by n.id);
  if cardinality(joining) > 0 then
    free := free_seats(organization);
    if free is not null then
      refused := joining[greatest(free, 0) + 1:];
      joining := joining[:greatest(free, 0)];
    end if;
    insert into organization_members (organization_id, user_id, is_direct, joined_at)
    select organization, j.id, false, moment from unnest(joining) j (id) on conflict do nothing;
  end if;
  insert into memberships (organization_id, team_id, member_id, member_kind, valid_from)
  select organization, n.team_id, n.user_id, 'user', moment from unnest(new_teams, new_people) n (team_id, user_id)
  where n.user_id <> all(coalesce(refused, '{}')) on conflict do nothing;

  with moves as (
    select m.team_id, array_agg(m.user_id) filter (where m.came) as added, array_agg(m.user_id) filter (where not m.came) as removed
    from (select n.team_id, n.user_id, true from unnest(new_teams, new_people) n (team_id, user_id)
        where n.user_id <> all(coalesce(refused, '{}'))
      union all select g.team_id, g.user_id, false from unnest(gone_teams, gone_people) g (team_id, user_id)) m (team_id, user_id, came)
    group by m.team_id
  ), touched as (
    update teams t set version = t.version + 1, updated_at = moment from moves m
    where t.organization_id = organization and t.id = m.team_id returning t.id, t.version, m.added, m.removed
  )
  insert into changes (organization_id, at, action, subject_kind, subject_id, subject_version, connection_id, actor, request_id, cut_count, data)
  select organization, moment, 'team.members_changed', 'team', t.id, t.version, connection, who, request, 0,
    jsonb_build_object('via', reason, 'members', as_member_changes(t.added, t.removed))
  from touched t;

  if cardinality(joining) > 0 or cardinality(left_people) > 0 then
    insert into changes (organization_id, at, action, subject_kind, subject_id, subject_version, connection_id, actor, request_id, cut_count, data)
    select organization, moment, 'organization.members_changed', 'organization', organization, o.version, connection, who, request, 0,
      jsonb_build_object('via', reason, 'members', as_member_changes(joining, left_people))
    from organizations o where o.id = organization;
  end if;

  update teams t set
    sync_state = case when lacking.count > 0 then 'insufficientLicenses' when named is null then 'inSync' else t.sync_state end,
    sync_missing = case when named is null then lacking.count else t.sync_missing + lacking.count end,
    sync_error = case when named is null then null else t.sync_error end,
    reconciled_at = case when named is null then moment else t.reconciled_at end,
    -- A call that named some people is followed by a look at all of them, soon but not in the call.
    reconcile_due = moment + case when named is not null or unsettled > 0 then interval '0' when lacking.count > 0 then interval '1 hour' else interval '1 day' end
  from unnest(followers) f (id), lateral (
    select count(*) as count from unnest(new_teams, new_people) n (team_id, user_id)
    where n.team_id = f.id and n.user_id = any(refused)) lacking
  where t.organization_id = organization and t.id = f.id and t.group_id is not null;
end
$$;

-- The same, but what fails keeps nobody's request from succeeding: the teams say so and are tried again.
create function follow_groups(
  organization uuid, followers uuid[], named uuid[], moment timestamptz, connection uuid, who text, request text, reason text
) returns void language plpgsql volatile as $$
begin
  perform move_followers(organization, followers, named, moment, connection, who, request, reason);
exception
  -- These are tried again as a whole, or mean that nobody waits any more.
  when deadlock_detected or serialization_failure or query_canceled or admin_shutdown then raise;
  when others then
    update teams t set sync_state = 'outOfSync', sync_error = sqlerrm, reconcile_due = moment + interval '5 minutes'
    where t.organization_id = organization and t.id = any(followers) and t.group_id is not null;
end
$$;

-- Who is suspended, deleted, or comes back leaves mapped teams or returns to them. Deferred to the end of the
-- transaction, so that it sees the memberships that end or return with the account. It asks first whether there is
-- anything to do: in most organizations no team follows a group.
create function follow_account() returns trigger language plpgsql as $$
declare
  followers uuid[];
  origin record;
begin
  if not exists (select from teams where organization_id = new.organization_id and is_mapped) then return null; end if;
  with mine as (
    select m.team_id from memberships m where m.organization_id = new.organization_id and m.member_id = new.id
  ), following as (
    select t.id from mine join teams t on t.organization_id = new.organization_id and t.group_id = mine.team_id
    union
    select t.id from mine join teams t on t.organization_id = new.organization_id and t.id = mine.team_id where t.group_id is not null
  )
  select array_agg(f.id order by f.id) into followers from following f;
  if followers is null and not exists (
    select from organization_members where organization_id = new.organization_id and user_id = new.id and not is_direct
  ) then return null; end if;
  select c.connection_id, c.actor, c.request_id into origin from changes c
  where c.organization_id = new.organization_id and c.subject_id = new.id order by c.position desc limit 1;
  perform follow_groups(new.organization_id, coalesce(followers, '{}'), array[new.id], new.state_changed_at,
    origin.connection_id, coalesce(origin.actor, 'system'), origin.request_id, new.state);
  return null;
end
$$;
create constraint trigger users_follow after update of state on users deferrable initially deferred
  for each row when (old.state <> new.state and not (old.state in ('pending', 'active') and new.state in ('pending', 'active')))
  execute function follow_account();
