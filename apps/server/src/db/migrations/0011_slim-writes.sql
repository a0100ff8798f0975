-- What every new person and every change of state costs PostgreSQL: rows that few need are made by those who need them.

-- Who is to be invited. Most invitations used to be written twice, with four indexes, by whoever made the person; the
-- worker that makes the mail makes the invitation from this. Its id is there already, because lists show it.
-- Without an index on the time: read from its beginning, the table gives about the oldest, and whole organizations do not
-- wait for each other.
create table invitation_dues (
  organization_id uuid not null,
  user_id uuid not null,
  id uuid not null,
  created_at timestamptz not null,
  primary key (organization_id, user_id)
);
with moved as (
  delete from invitations where state = 'due' and mail_id is null and recipient is null and expires_at is null
  returning organization_id, user_id, id, created_at
)
insert into invitation_dues (organization_id, user_id, id, created_at)
  select organization_id, user_id, id, created_at from moved order by created_at;

-- One trigger with one statement for all that comes with new people, where there were two of each.
drop trigger users_born_pending on users;
drop function invite_newborn;
create or replace function note_newborn() returns trigger language plpgsql as $$
begin
  with stated as (
    insert into user_states (organization_id, state, user_id) select organization_id, state, id from born
  )
  insert into invitation_dues (organization_id, user_id, id, created_at)
  select organization_id, id, uuid_at(state_changed_at), state_changed_at from born where state = 'pending';
  return null;
end
$$;

-- First the queue, then the invitations, each with a look of its own: a worker that was just making one of the other is
-- waited for, and what it made is found.
create or replace function note_invitation() returns trigger language plpgsql as $$
begin
  delete from invitation_dues where organization_id = new.organization_id and user_id = new.id;
  if not found then
    update invitations set state = 'revoked', ended_at = new.state_changed_at
    where organization_id = new.organization_id and user_id = new.id and state in ('due', 'open');
  end if;
  if new.state = 'pending' then
    insert into invitation_dues (organization_id, user_id, id, created_at)
    values (new.organization_id, new.id, uuid_at(new.state_changed_at), new.state_changed_at);
  end if;
  return null;
end
$$;

-- Accounts that leave or come back in this transaction, where teams follow groups: empty when it is over.
create table account_moves (
  organization_id uuid not null,
  user_id uuid not null,
  position bigint generated always as identity,
  state text not null,
  at timestamptz not null,
  primary key (organization_id, user_id, position)
);

create function follow_move() returns trigger language plpgsql as $$
declare
  followers uuid[];
  origin record;
begin
  delete from account_moves
  where organization_id = new.organization_id and user_id = new.user_id and position = new.position;
  with mine as (
    select m.team_id from memberships m where m.organization_id = new.organization_id and m.member_id = new.user_id
  ), following as (
    select t.id from mine join teams t on t.organization_id = new.organization_id and t.group_id = mine.team_id
    union
    select t.id from mine join teams t on t.organization_id = new.organization_id and t.id = mine.team_id where t.group_id is not null
  )
  select array_agg(f.id order by f.id) into followers from following f;
  if followers is null and not exists (
    select from organization_members where organization_id = new.organization_id and user_id = new.user_id and not is_direct
  ) then return null; end if;
  select c.connection_id, c.actor, c.request_id into origin from changes c
  where c.organization_id = new.organization_id and c.subject_id = new.user_id order by c.position desc limit 1;
  perform follow_groups(new.organization_id, coalesce(followers, '{}'), array[new.user_id], new.at,
    origin.connection_id, coalesce(origin.actor, 'system'), origin.request_id, new.state);
  return null;
end
$$;
-- Deferred, so that it sees the memberships that end or return with the account.
create constraint trigger account_moves_follow after insert on account_moves deferrable initially deferred
  for each row execute function follow_move();

create function notice_owner_left(person users) returns void language sql volatile as $$
  insert into notices (organization_id, id, kind, key_id, occasion, data, created_at)
  select k.organization_id, uuid_at(person.state_changed_at), 'keyOwnerLeft', k.id, person.version::text,
    json_build_object('key', k.name, 'hint', k.hint, 'owner', coalesce(person.display, person.user_name_key),
      'state', person.state, 'connection', c.name),
    person.state_changed_at
  from keys k
  left join connections c on c.organization_id = k.organization_id
    and (c.id = k.connection_id or (k.connection_id is null and c.is_default))
  where k.organization_id = person.organization_id and k.user_id = person.id and k.kind not in ('tok', 'ref')
    and k.scopes && array['scim', 'admin:enterprise']
    and (k.revoked_at is null or k.revoked_at = person.state_changed_at)
    and (k.expires_at is null or k.expires_at > person.state_changed_at)
  on conflict do nothing
$$;

-- Whoever stops working, or works again: one function with one question, because most people own nothing, have no key
-- and are in no team that follows a group, and each trigger of its own cost a twentieth of the write that it came with.
create or replace function note_state() returns trigger language plpgsql as $$
declare
  leaves boolean := old.state in ('pending', 'active');
  owns boolean;
  has_keys boolean;
  follows boolean;
begin
  update user_states set state = new.state
  where organization_id = old.organization_id and state = old.state and user_id = old.id;
  if leaves = (new.state in ('pending', 'active')) and leaves then return null; end if;
  select
    leaves and exists (
      select from role_assignments a where a.organization_id = new.organization_id and a.subject_id = new.id
        and a.role_id = '00000000-0000-4000-8000-000000000001'),
    leaves and exists (select from keys k where k.organization_id = new.organization_id and k.user_id = new.id),
    exists (select from teams t where t.organization_id = new.organization_id and t.is_mapped)
  into owns, has_keys, follows;
  if owns and exists (
    select from role_assignments a join organizations o on o.id = a.organization_id
    where a.organization_id = new.organization_id and a.subject_id = new.id
      and a.role_id = '00000000-0000-4000-8000-000000000001'
      and role_counts(o.role_mapping_mode, a.source, old.connection_id)
  ) then
    perform refuse_last_owner(new.organization_id);
  end if;
  if has_keys then perform notice_owner_left(new); end if;
  if follows then
    insert into account_moves (organization_id, user_id, state, at)
    values (new.organization_id, new.id, new.state, new.state_changed_at);
  end if;
  return null;
end
$$;
drop trigger users_follow on users;
drop function follow_account;
drop trigger users_owner_left on users;
drop function note_owner_left;
-- Ownership by a connection may end what an owner can do too, without a change of state.
drop trigger users_owner on users;
create trigger users_owner after update of connection_id on users for each row
  when (old.state in ('pending', 'active') and new.state in ('pending', 'active')
    and is_local(old.connection_id) and not is_local(new.connection_id))
  execute function keep_owner_able();
