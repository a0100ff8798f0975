-- Connections, keys and the directory. Every primary key starts with the organization.

create table connections (
  organization_id uuid not null references organizations on delete cascade,
  id uuid not null,
  type text not null,
  name text not null,
  -- Exactly one SCIM connection serves keys that name none: the one that the organization was born with.
  is_default boolean not null default false,
  state text not null default 'active' check (state in ('active', 'disabled')),
  profile text not null,
  style text not null,
  settings jsonb not null default '{}',
  version bigint not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id)
);
create unique index connections_default on connections (organization_id) where is_default;

create table service_accounts (
  organization_id uuid not null references organizations on delete cascade,
  id uuid not null,
  name text not null,
  state text not null default 'active' check (state in ('active', 'disabled')),
  version bigint not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id)
);
create unique index service_accounts_name on service_accounts (organization_id, name);

-- scm: bearer key for SCIM; adm: for the admin API; cli: OAuth client secret; tok: access token that a client secret bought.
create table keys (
  organization_id uuid not null references organizations on delete cascade,
  id uuid not null,
  kind text not null check (kind in ('scm', 'adm', 'cli', 'tok')),
  name text not null,
  -- SHA-256 of the whole key text: 128 bits of randomness need no slow hash.
  hash bytea not null,
  -- What a list may show: prefix and last four characters.
  hint text not null,
  scopes text[] not null,
  connection_id uuid,
  service_account_id uuid,
  user_id uuid,
  -- The client secret that an access token came from.
  parent_id uuid,
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  last_used_ip text,
  revoked_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, connection_id) references connections (organization_id, id) on delete cascade,
  foreign key (organization_id, service_account_id) references service_accounts (organization_id, id) on delete cascade
);
create unique index keys_hash on keys (organization_id, hash);
create index keys_user on keys (organization_id, user_id) where user_id is not null;
create index keys_expiring on keys (organization_id, expires_at) where kind = 'tok';

-- Schemas and resource types that an organization registered besides the built-in ones.
create table custom_schemas (
  organization_id uuid not null references organizations on delete cascade,
  urn_key text collate "C" not null,
  definition jsonb not null,
  created_at timestamptz not null,
  primary key (organization_id, urn_key)
);
create table custom_resource_types (
  organization_id uuid not null references organizations on delete cascade,
  name text collate "C" not null,
  definition jsonb not null,
  created_at timestamptz not null,
  primary key (organization_id, name)
);

-- The tables of the directory refer to each other without foreign keys: every check would lock the one row of the
-- organization, or of the team, for each person who is written. Rows here are never deleted but with their organization.

-- An account. Its id is ours and stays; scim_id names the connection's resource and goes with it (DESIGN §5, 14).
create table users (
  organization_id uuid not null,
  id uuid not null,
  -- Null when deprovisioned: 404 over SCIM, restorable until purged.
  scim_id uuid,
  -- The connection that owns the record; null: nobody, the first connection that writes it adopts it.
  connection_id uuid,
  state text not null check (state in ('pending', 'active', 'suspended', 'deprovisioned')),
  -- Folded by foldCase() of @rollcall/scim, the one place that knows how (RFC 7643 §4.1.1: unique without regard to case).
  user_name_key text collate "C" not null,
  external_id text collate "C",
  -- Equals external_id where the connection's style wants it unique.
  external_id_key text collate "C",
  -- What others read as the name of this member, and the same folded.
  display text,
  display_key text collate "C",
  -- JSON text as it is answered: schemas and attributes; spliced, never parsed, on the way out.
  -- externalId is a column alone, because only the connection that gave it sees it.
  document text not null,
  -- The same but for active, which is the state; every leaf folded: what filters compare (foldResource).
  search jsonb not null,
  -- Folded names and addresses, each between line feeds: what co, sw and ew look for.
  search_text text collate "C" not null,
  version bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  state_changed_at timestamptz not null,
  primary key (organization_id, id)
) with (fillfactor = 75); -- Room for one more version of a row on its page: state and version change in place.
create unique index users_scim_id on users (organization_id, scim_id) where scim_id is not null;
create unique index users_user_name on users (organization_id, user_name_key) where scim_id is not null;
create index users_external_id on users (organization_id, external_id) where external_id is not null;
create unique index users_external_id_key on users (organization_id, connection_id, external_id_key) where scim_id is not null and external_id_key is not null;
-- A BRIN index does not stand in the way of an update in place (HOT): state, version and times change without an index entry.
create index users_times on users using brin (created_at, updated_at);
create index users_search on users using gin (organization_id, search jsonb_path_ops, search_text gin_trgm_ops);

-- Who is suspended, to be found without reading everybody. Not an index on the state: that would cost each suspension
-- an entry in every index of users.
create table suspended_users (
  organization_id uuid not null,
  user_id uuid not null,
  primary key (organization_id, user_id)
);
create function note_suspension() returns trigger language plpgsql as $$
begin
  if new.state = 'suspended' then
    insert into suspended_users (organization_id, user_id) values (new.organization_id, new.id) on conflict do nothing;
  else
    delete from suspended_users where organization_id = new.organization_id and user_id = new.id;
  end if;
  return null;
end
$$;
create trigger users_born_suspended after insert on users
  for each row when (new.state = 'suspended') execute function note_suspension();
create trigger users_state after update of state on users
  for each row when (old.state <> new.state and 'suspended' in (old.state, new.state)) execute function note_suspension();

create table passwords (
  organization_id uuid not null,
  user_id uuid not null,
  hash text not null,
  updated_at timestamptz not null,
  primary key (organization_id, user_id),
  foreign key (organization_id, user_id) references users (organization_id, id) on delete cascade
);

create table teams (
  organization_id uuid not null,
  id uuid not null,
  scim_id uuid,
  connection_id uuid,
  display_name_key text collate "C" not null,
  -- Equals display_name_key where the connection's style wants group names unique.
  name_unique_key text collate "C",
  external_id text collate "C",
  external_id_key text collate "C",
  display text not null,
  -- Whether this team was ever a member of another one: only then is there anything indirect to compute.
  is_nested boolean not null default false,
  document text not null,
  search jsonb not null,
  search_text text collate "C" not null,
  version bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id)
) with (fillfactor = 80);
create unique index teams_scim_id on teams (organization_id, scim_id) where scim_id is not null;
create index teams_display_name on teams (organization_id, display_name_key) where scim_id is not null;
create unique index teams_name_unique on teams (organization_id, connection_id, name_unique_key) where scim_id is not null and name_unique_key is not null;
create index teams_external_id on teams (organization_id, external_id) where external_id is not null;
create unique index teams_external_id_key on teams (organization_id, connection_id, external_id_key) where scim_id is not null and external_id_key is not null;
create index teams_times on teams using brin (created_at, updated_at);
create index teams_search on teams using gin (organization_id, search jsonb_path_ops, search_text gin_trgm_ops);

-- Who is in which team now. A change of membership writes the named rows and reads no other.
create table memberships (
  organization_id uuid not null,
  team_id uuid not null,
  member_id uuid not null,
  member_kind text not null check (member_kind in ('user', 'team')),
  valid_from timestamptz not null,
  primary key (organization_id, team_id, member_id)
);
create index memberships_member on memberships (organization_id, member_id, team_id);

-- The groups of a member as lists of [id over SCIM, name] pairs: those it is in itself, and those it is in only through
-- other groups; a circle ends where it began. A function in PL/pgSQL keeps its plans for the session: a statement that
-- held the recursion would set it up each time, and most people need it never.
create function groups_of(organization uuid, member uuid) returns json language plpgsql stable as $$
declare
  direct json;
  indirect json;
  nested boolean;
begin
  select json_agg(json_build_array(t.scim_id, t.display) order by t.id), bool_or(t.is_nested) into direct, nested
  from memberships m join teams t on t.organization_id = m.organization_id and t.id = m.team_id
  where m.organization_id = organization and m.member_id = member;
  if nested then
    with recursive above (id) as (
      select m.team_id from memberships m where m.organization_id = organization and m.member_id = member
      union
      select m.team_id from memberships m join above on m.member_id = above.id where m.organization_id = organization
    )
    select json_agg(json_build_array(t.scim_id, t.display) order by t.id) into indirect
    from above join teams t on t.organization_id = organization and t.id = above.id
    where not exists (
      select from memberships d where d.organization_id = organization and d.team_id = t.id and d.member_id = member
    );
  end if;
  return json_build_array(direct, indirect);
end
$$;

-- Who was: [valid_from, valid_to).
create table membership_history (
  organization_id uuid not null,
  team_id uuid not null,
  member_id uuid not null,
  member_kind text not null,
  valid_from timestamptz not null,
  valid_to timestamptz not null,
  primary key (organization_id, team_id, member_id, valid_from)
);
create index membership_history_member on membership_history (organization_id, member_id, valid_from);

-- Resources of every other type: Role, Entitlement and what an organization registers.
create table resources (
  organization_id uuid not null,
  id uuid not null,
  type text collate "C" not null,
  scim_id uuid not null,
  connection_id uuid,
  external_id text collate "C",
  document text not null,
  search jsonb not null,
  search_text text collate "C" not null,
  version bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id)
);
create unique index resources_scim_id on resources (organization_id, type, scim_id);
create index resources_order on resources (organization_id, type, id);
create index resources_search on resources using gin (organization_id, type, search jsonb_path_ops);
-- Values of attributes whose uniqueness is server or global.
create table unique_values (
  organization_id uuid not null,
  type text collate "C" not null,
  attribute text collate "C" not null,
  value text collate "C" not null,
  resource_id uuid not null,
  primary key (organization_id, type, attribute, value)
);
create index unique_values_resource on unique_values (organization_id, resource_id);

-- Every change, in the transaction that made it: audit, events, the engine's change log and history read this one table.
create table changes (
  organization_id uuid not null,
  position bigint generated always as identity,
  -- Together with a snapshot's xmin it gives readers a safe watermark: positions alone may commit out of order.
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null,
  action text not null,
  subject_kind text not null,
  subject_id uuid not null,
  subject_version bigint not null,
  connection_id uuid,
  actor text not null,
  request_id text,
  -- People cut off by this change (deactivated, deleted, removed from a team): what the mass-change guard adds up.
  cut_count integer not null default 0,
  -- Written with every change and read back rarely: json costs less to write than jsonb.
  data json not null,
  primary key (organization_id, position)
);
create index changes_subject on changes (organization_id, subject_id, position);
create index changes_cut on changes (organization_id, connection_id, at) where cut_count > 0;

-- How many resources the lists show, and how many people are active: the totals, and what came after them.
-- A writer only adds a row to the deltas and so waits for nobody; the work loop folds them into the totals.
create table directory_totals (
  organization_id uuid not null references organizations on delete cascade,
  kind text collate "C" not null check (kind in ('users', 'teams')),
  total bigint not null,
  active bigint not null default 0,
  primary key (organization_id, kind)
);
create table directory_deltas (
  organization_id uuid not null,
  kind text collate "C" not null,
  position bigint generated always as identity,
  total integer not null,
  active integer not null default 0,
  primary key (organization_id, kind, position)
);

-- A mass change that waits for a person (DESIGN §5, 9).
create table holds (
  organization_id uuid not null references organizations on delete cascade,
  id uuid not null,
  connection_id uuid not null,
  state text not null check (state in ('open', 'approved', 'discarded')),
  threshold integer not null,
  opened_at timestamptz not null,
  decided_at timestamptz,
  decided_by text,
  version bigint not null default 1,
  primary key (organization_id, id)
);
create unique index holds_open on holds (organization_id, connection_id) where state = 'open';
create table held_changes (
  organization_id uuid not null,
  hold_id uuid not null,
  -- One row a thing that would happen, however often the client retries it.
  action text not null,
  subject_kind text not null,
  subject_id uuid not null,
  member_id uuid not null,
  requested_at timestamptz not null,
  primary key (organization_id, hold_id, action, subject_id, member_id),
  foreign key (organization_id, hold_id) references holds (organization_id, id) on delete cascade
);

-- Makes the cutting writes of one connection take turns and says how many people it has cut off since.
-- A function, because its query must look after the lock was got: one statement alone would look before.
create function count_cuts(organization uuid, connection uuid, since timestamptz) returns bigint
language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(organization::text || connection::text, 0));
  return (select coalesce(sum(cut_count), 0) from changes
    where organization_id = organization and connection_id = connection and at > since and cut_count > 0);
end
$$;

-- What identity providers sent and what they got, for people who look for the cause of an error.
create table request_log (
  -- Without a foreign key: its check would cost a third of every line.
  organization_id uuid not null,
  -- A UUIDv7: its order is the order of arrival.
  id uuid not null,
  at timestamptz not null,
  connection_id uuid,
  key_id uuid,
  client text,
  ip text,
  method text not null,
  path text not null,
  resource_type text,
  resource_id text,
  external_id text,
  status smallint not null,
  scim_type text,
  detail text,
  duration_us integer not null,
  rules text[] not null default '{}',
  changes jsonb,
  request_body text,
  response_body text,
  primary key (organization_id, id)
);
create index request_log_failed on request_log (organization_id, id) where status >= 400;
create index request_log_resource on request_log (organization_id, resource_id, id) where resource_id is not null;

-- Idempotency-Key of the admin API: the same key gives the same answer for 24 hours.
create table idempotency_keys (
  organization_id uuid not null,
  key text not null,
  principal text not null,
  fingerprint bytea not null,
  status smallint,
  body text,
  headers jsonb,
  created_at timestamptz not null,
  primary key (organization_id, principal, key)
);
