-- Roles: sets of permissions, who has them and who gave them, and which groups of identity providers give them.
-- The built-in ones are data in the code, with the same ids in every organization; only custom ones are rows.

create table roles (
  organization_id uuid not null references organizations on delete cascade,
  id uuid not null,
  name text not null,
  -- Folded, and spaces, hyphens and underscores alike: two roles that people would confuse are one.
  name_key text collate "C" not null,
  description text not null default '',
  permissions text[] not null,
  version bigint not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id)
);
create unique index roles_name on roles (organization_id, name_key);

-- Who has which role, one row for each who gave it: every source takes back only what it gave.
create table role_assignments (
  organization_id uuid not null,
  subject_kind text collate "C" not null check (subject_kind in ('user', 'service_account')),
  subject_id uuid not null,
  role_id uuid not null,
  source text collate "C" not null check (source in ('local', 'scim', 'mapping', 'default')),
  -- The connection of scim and default, the mapping of mapping; else nil, as below.
  source_id uuid not null default '00000000-0000-0000-0000-000000000000',
  -- The one team that the role is limited to; nil: everywhere.
  team_id uuid not null default '00000000-0000-0000-0000-000000000000',
  granted_at timestamptz not null,
  granted_by text not null,
  primary key (organization_id, subject_id, role_id, source, source_id, team_id)
);
create index role_assignments_role on role_assignments (organization_id, role_id, subject_id);

-- What the accounts that exist could do before there were roles.
insert into role_assignments (organization_id, subject_kind, subject_id, role_id, source, granted_at, granted_by)
  select organization_id, 'service_account', id, '00000000-0000-4000-8000-000000000002', 'default', created_at, 'system'
  from service_accounts;

-- off: mappings give nothing; add: what they give comes on top; only: people of a connection have nothing else.
alter table organizations add column role_mapping_mode text collate "C" not null default 'add'
  check (role_mapping_mode in ('off', 'add', 'only'));

create table role_mappings (
  organization_id uuid not null references organizations on delete cascade,
  id uuid not null,
  -- The displayName of pushed groups, to the letter, also of those that come later; or one team by its id.
  group_name text collate "C",
  team_id uuid,
  role_id uuid not null,
  version bigint not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id),
  check (num_nonnulls(group_name, team_id) = 1)
);
create unique index role_mappings_group on role_mappings (organization_id, group_name, role_id) where group_name is not null;
create unique index role_mappings_team on role_mappings (organization_id, team_id, role_id) where team_id is not null;

-- People whose memberships changed and whose mapped roles were not settled yet. Most are settled in the same
-- transaction; what other writers of memberships leave here, a job settles. Without a unique key nobody waits.
create table role_dues (
  organization_id uuid not null,
  position bigint generated always as identity,
  user_id uuid not null,
  primary key (organization_id, position)
);
create index role_dues_user on role_dues (organization_id, user_id);

create function note_mapped_members() returns trigger language plpgsql as $$
declare
  organization uuid;
begin
  select m.organization_id into organization from moved m limit 1;
  if not exists (select from role_mappings r where r.organization_id = organization) then
    return null;
  end if;
  insert into role_dues (organization_id, user_id)
    select distinct m.organization_id, m.member_id from moved m where m.member_kind = 'user';
  return null;
end
$$;
create trigger memberships_added after insert on memberships
  referencing new table as moved for each statement execute function note_mapped_members();
create trigger memberships_removed after delete on memberships
  referencing old table as moved for each statement execute function note_mapped_members();

-- A group that is renamed, adopted or let go matches other mappings from then on.
create function note_mapped_team() returns trigger language plpgsql as $$
begin
  insert into role_dues (organization_id, user_id)
    select m.organization_id, m.member_id from memberships m
    where m.organization_id = new.organization_id and m.team_id = new.id and m.member_kind = 'user' and exists (
      select from role_mappings r where r.organization_id = new.organization_id and r.group_name in (old.display, new.display));
  return null;
end
$$;
create trigger teams_matched after update of display, connection_id on teams for each row
  when (old.display <> new.display or (old.connection_id is null) <> (new.connection_id is null))
  execute function note_mapped_team();

-- Which mappings give which people which roles, by the memberships as they are now. Direct members only; a team that ended
-- has none.
create function mapped_roles(organization uuid, people uuid[]) returns table (user_id uuid, role_id uuid, mapping_id uuid)
language sql stable as $$
  select distinct m.member_id, r.role_id, r.id
  from unnest(people) p (id)
  join memberships m on m.organization_id = organization and m.member_id = p.id and m.member_kind = 'user'
  join teams t on t.organization_id = organization and t.id = m.team_id
  join lateral (
    select r.id, r.role_id from role_mappings r where r.organization_id = organization and r.team_id = t.id
    union all
    -- A team that somebody made here may not borrow the name of a pushed group.
    select r.id, r.role_id from role_mappings r
    where r.organization_id = organization and r.group_name = t.display and t.connection_id is not null and t.scim_id is not null
  ) r on true
  where (select o.role_mapping_mode from organizations o where o.id = organization) <> 'off'
$$;

-- Brings the mapped roles of these people in line with their memberships, writes down each difference, and says how many
-- there were. A function, because it must look after the locks were got: two changes of one person take turns.
create function settle_mapped_roles(organization uuid, people uuid[], at timestamptz, actor text, request text,
  connection uuid, names jsonb) returns bigint language plpgsql volatile as $$
declare
  differences bigint;
begin
  perform from users u where u.organization_id = organization and u.id = any(people) order by u.id for no key update;
  delete from role_dues d where d.organization_id = organization and d.user_id = any(people);
  with wanted as materialized (
    select w.user_id, w.role_id, w.mapping_id from mapped_roles(organization, people) w
  ), removed as (
    delete from role_assignments a
    where a.organization_id = organization and a.subject_id = any(people) and a.source = 'mapping' and not exists (
      select from wanted w where w.user_id = a.subject_id and w.role_id = a.role_id and w.mapping_id = a.source_id)
    returning a.subject_id, a.role_id, a.source_id
  ), added as (
    insert into role_assignments (organization_id, subject_kind, subject_id, role_id, source, source_id, granted_at, granted_by)
    select organization, 'user', w.user_id, w.role_id, 'mapping', w.mapping_id, at, actor from wanted w
    on conflict do nothing returning subject_id, role_id, source_id
  ), logged as (
    insert into changes (organization_id, at, action, subject_kind, subject_id, subject_version, connection_id, actor, request_id, data)
    select organization, at, x.action, 'user', x.subject_id, u.version, connection, actor, request,
      json_build_object('via', 'mapping', 'role', json_build_object('id', x.role_id, 'name',
        coalesce(names ->> x.role_id::text, (select r.name from roles r where r.organization_id = organization and r.id = x.role_id))),
        'source', 'mapping', 'sourceId', x.source_id)
    from (select 'role.granted' as action, a.* from added a union all select 'role.revoked', r.* from removed r) x
    join users u on u.organization_id = organization and u.id = x.subject_id
    returning 1
  )
  select count(*) into differences from logged;
  return differences;
end
$$;

-- Whether no connection answers for an account: nobody has it, or an administrator made it here.
create function is_local(connection uuid) returns boolean language sql immutable as $$
  select coalesce(connection, '00000000-0000-0000-0000-000000000000') = '00000000-0000-0000-0000-000000000000'
$$;

-- Whether somebody's role counts: with mode only, people of a connection have nothing but what mappings give.
create function role_counts(mode text, source text, connection uuid) returns boolean language sql immutable as $$
  select mode <> 'only' or source = 'mapping' or is_local(connection)
$$;

-- The people who can do everything: those who are left when somebody is about to lose it.
create function able_people(organization uuid, roles uuid[]) returns bigint language sql stable as $$
  select count(distinct u.id) from role_assignments a
  join users u on u.organization_id = organization and u.id = a.subject_id and u.state in ('pending', 'active')
  join organizations o on o.id = organization
  where a.organization_id = organization and a.role_id = any(roles) and a.team_id = '00000000-0000-0000-0000-000000000000'
    and role_counts(o.role_mapping_mode, a.source, u.connection_id)
$$;

-- An organization that has an owner keeps one, whichever way the last one would go. Those who take an owner away take
-- turns: each looks at what the one before has left.
create function refuse_last_owner(organization uuid) returns void language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('owners ' || organization::text, 0));
  if able_people(organization, array['00000000-0000-4000-8000-000000000001'::uuid]) = 0 then
    raise exception 'the last owner stays' using errcode = 'check_violation', constraint = 'last_owner';
  end if;
end
$$;

create function keep_owner_role() returns trigger language plpgsql as $$
begin
  if exists (
    select from users u join organizations o on o.id = u.organization_id
    where u.organization_id = old.organization_id and u.id = old.subject_id and u.state in ('pending', 'active')
      and role_counts(o.role_mapping_mode, old.source, u.connection_id)
  ) then
    perform refuse_last_owner(old.organization_id);
  end if;
  return null;
end
$$;
create trigger role_assignments_owner after delete on role_assignments for each row
  when (old.role_id = '00000000-0000-4000-8000-000000000001') execute function keep_owner_role();

create function keep_owner_able() returns trigger language plpgsql as $$
begin
  if exists (
    select from role_assignments a join organizations o on o.id = a.organization_id
    where a.organization_id = old.organization_id and a.subject_id = old.id
      and a.role_id = '00000000-0000-4000-8000-000000000001'
      and role_counts(o.role_mapping_mode, a.source, old.connection_id)
  ) then
    perform refuse_last_owner(old.organization_id);
  end if;
  return null;
end
$$;
create trigger users_owner after update of state, connection_id on users for each row
  when (old.state in ('pending', 'active')
    and (new.state not in ('pending', 'active') or (is_local(old.connection_id) and not is_local(new.connection_id))))
  execute function keep_owner_able();

-- An account that a connection takes back is not what it was: roles from before are given anew or not at all. Who did it
-- stands in the change that the same statement wrote. An account that a person restored keeps everything.
create function end_former_roles() returns trigger language plpgsql as $$
declare
  origin changes%rowtype;
begin
  select * into origin from changes c
    where c.organization_id = new.organization_id and c.subject_id = new.id order by c.position desc limit 1;
  if origin.action is distinct from 'user.relinked' then
    return null;
  end if;
  with removed as (
    delete from role_assignments a
    where a.organization_id = new.organization_id and a.subject_id = new.id and a.source in ('scim', 'default')
    returning a.role_id, a.source, a.source_id
  )
  insert into changes (organization_id, at, action, subject_kind, subject_id, subject_version, connection_id, actor, request_id, data)
    select new.organization_id, origin.at, 'role.revoked', 'user', new.id, new.version, origin.connection_id, origin.actor,
      origin.request_id, json_build_object('via', 'relink', 'role', json_build_object('id', r.role_id, 'name',
        (select x.name from roles x where x.organization_id = new.organization_id and x.id = r.role_id)),
        'source', r.source, 'sourceId', r.source_id)
    from removed r;
  return null;
end
$$;
create trigger users_relinked after update of scim_id on users for each row
  when (old.scim_id is null and new.scim_id is not null) execute function end_former_roles();
