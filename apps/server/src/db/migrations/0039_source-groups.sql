-- Groups of sources, and the teams that they become.

-- What a source last said of a group, and which team follows it.
create table source_groups (
  organization_id uuid not null,
  source_id uuid not null,
  anchor text collate "C" not null,
  raw_hash text collate "C" not null,
  -- Its columns, as they came; without its members.
  raw text not null,
  -- Of all its members together: the same hash, the same people.
  members_hash text collate "C",
  -- How other groups name it as a member; null: none can.
  member_key text collate "C",
  -- The team that it is; it may be another connection's or nobody's by now.
  team_id uuid,
  -- new, linked, outOfScope, vanished, nameTaken, asked, released, escrowed: the closed set is in the code.
  situation text collate "C" not null default 'new',
  -- What the rules call its team.
  name text,
  -- People are moved into its team and out of it.
  is_followed boolean not null default false,
  -- From now on: everybody who is in the team already is compared with the group.
  is_begun boolean not null default false,
  is_pending boolean not null default true,
  is_deleted boolean not null default false,
  absent_reads smallint not null default 0,
  error_reason text collate "C",
  error_attribute text,
  error_detail text,
  place text,
  updated_at timestamptz not null,
  primary key (organization_id, source_id, anchor)
);
create index source_groups_team on source_groups (organization_id, team_id) where team_id is not null;
create index source_groups_key on source_groups (member_key, source_id, organization_id) where member_key is not null;
create index source_groups_pending on source_groups (organization_id, source_id, anchor) where is_pending;

-- Who is in a group, in the words of the source: people and other groups, whether or not anybody knows them here.
create table source_group_members (
  organization_id uuid not null,
  source_id uuid not null,
  group_anchor text collate "C" not null,
  member_key text collate "C" not null,
  primary key (organization_id, source_id, group_anchor, member_key)
);
create index source_group_members_key on source_group_members (member_key, source_id, organization_id);

-- How groups name the people of records, where that is not the anchor.
create table source_member_keys (
  organization_id uuid not null,
  source_id uuid not null,
  anchor text collate "C" not null,
  member_key text collate "C" not null,
  primary key (organization_id, source_id, anchor)
);
create index source_member_keys_key on source_member_keys (member_key, source_id, organization_id);

-- What a read found other than it was; it counts once the read is accepted.
create table source_staged_groups (
  organization_id uuid not null,
  source_id uuid not null,
  read_id uuid not null,
  anchor text collate "C" not null,
  -- Null: the source says that it is gone.
  raw_hash text collate "C",
  raw text,
  members_hash text collate "C",
  member_key text collate "C",
  place text not null,
  primary key (organization_id, read_id, anchor)
);

-- Differences only, however many members a group has.
create table source_staged_members (
  organization_id uuid not null,
  source_id uuid not null,
  read_id uuid not null,
  group_anchor text collate "C" not null,
  member_key text collate "C" not null,
  is_added boolean not null,
  primary key (organization_id, read_id, group_anchor, member_key)
);

create table source_seen_groups (
  organization_id uuid not null,
  source_id uuid not null,
  read_id uuid not null,
  anchor text collate "C" not null,
  primary key (organization_id, read_id, anchor)
);

-- Members whose teams are to be looked at.
create table source_member_work (
  organization_id uuid not null,
  source_id uuid not null,
  member_key text collate "C" not null,
  primary key (organization_id, source_id, member_key)
);

-- What a read would do with teams.
create table source_team_operations (
  organization_id uuid not null,
  read_id uuid not null,
  anchor text collate "C" not null,
  source_id uuid not null,
  -- create, link, update, detach, remove, none (told only)
  operation text collate "C" not null,
  situation text collate "C" not null,
  team_id uuid,
  -- What the team is called afterwards, and was before.
  name text,
  previous_name text,
  description text,
  reason text collate "C" not null,
  state text collate "C" not null default 'planned' check (state in ('planned', 'done', 'failed', 'held', 'rejected', 'told')),
  hold_id uuid,
  error_detail text,
  primary key (organization_id, read_id, anchor)
);

-- And with the people in them.
create table source_team_moves (
  organization_id uuid not null,
  read_id uuid not null,
  anchor text collate "C" not null,
  member_key text collate "C" not null,
  source_id uuid not null,
  is_added boolean not null,
  -- Null: it is made by the same read.
  user_id uuid,
  -- waiting: there is nobody of that name yet; who arrives is put in then.
  state text collate "C" not null default 'planned' check (state in ('planned', 'done', 'failed', 'held', 'rejected', 'waiting')),
  hold_id uuid,
  primary key (organization_id, read_id, anchor, member_key)
);
create index source_team_moves_open on source_team_moves (organization_id, read_id, anchor, member_key) where state = 'planned';
