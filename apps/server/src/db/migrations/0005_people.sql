-- People: states, ownership by attribute, recycle bin, verified domains.

-- What an account is while nobody has suspended it: it returns to that (pending: the invitation was not accepted yet).
alter table users add column resumes_as text not null default 'active' check (resumes_as in ('pending', 'active'));

-- Who is in which state, in the order of people: a list by state reads a page of it, however rare the state is.
-- Not an index on users: that would cost each change of state an entry in every index of users. Who is purged is in no list.
create table user_states (
  organization_id uuid not null,
  state text collate "C" not null,
  user_id uuid not null,
  primary key (organization_id, state, user_id)
);
insert into user_states (organization_id, state, user_id) select organization_id, state, id from users;

drop trigger users_born_suspended on users;
drop trigger users_state on users;
drop function note_suspension;
drop table suspended_users;

create function note_state() returns trigger language plpgsql as $$
begin
  update user_states set state = new.state
  where organization_id = old.organization_id and state = old.state and user_id = old.id;
  return null;
end
$$;
-- Once a statement, as the invitations of 0004.
create function note_newborn() returns trigger language plpgsql as $$
begin
  insert into user_states (organization_id, state, user_id) select organization_id, state, id from born;
  return null;
end
$$;
create trigger users_born after insert on users
  referencing new table as born for each statement execute function note_newborn();
create trigger users_state after update of state on users
  for each row when (old.state <> new.state) execute function note_state();

-- Accounts that administrators made belong to the owner 00000000-0000-0000-0000-000000000000: connections list them and
-- name them as members, but none may write them. A built-in one is not adopted either.
alter table users add column is_built_in boolean not null default false;
-- A login in the manner of GitHub, made from userName under the styles that have one, and the same folded.
alter table users add column login text;
-- Of a local account without a login: what its userName would become, to be found for adoption.
alter table users add column login_key text collate "C";
-- Somebody overrides attributes that a connection manages: its writes must look at attribute_overrides.
alter table users add column has_overrides boolean not null default false;
-- The personal data is gone; only the bare account stays for history.
alter table users add column purged_at timestamptz;
create unique index users_login on users (organization_id, login_key) where scim_id is not null and login is not null;
create index users_login_key on users (organization_id, login_key) where login_key is not null;
create index users_connection on users (organization_id, connection_id, id);

-- Attributes of a managed person that an administrator keeps against the source for a while.
create table attribute_overrides (
  organization_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  -- An attribute of the User schema by its canonical name; of an extension `urn:…:name`.
  attribute text collate "C" not null,
  reason text not null,
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  ended_by text,
  -- What the source said last; null: nothing, the attribute is unassigned.
  pushed json,
  -- The source has the attribute back: nothing is left to do with this row.
  settled_at timestamptz,
  primary key (organization_id, id)
);
create unique index attribute_overrides_unsettled on attribute_overrides (organization_id, user_id, attribute)
  where settled_at is null;
create index attribute_overrides_user on attribute_overrides (organization_id, user_id, id);

-- Domains that the organization claims; verified when DNS says so.
create table domains (
  organization_id uuid not null references organizations on delete cascade,
  id uuid not null,
  -- In ASCII (punycode) and lower case.
  domain text collate "C" not null,
  token text not null,
  created_by text not null,
  created_at timestamptz not null,
  checked_at timestamptz,
  verified_at timestamptz,
  last_error text,
  primary key (organization_id, id)
);
create unique index domains_domain on domains (organization_id, domain);

-- "What happened at that moment": found in a few pages, for next to nothing with each change.
create index changes_at on changes using brin (at) with (pages_per_range = 16);
