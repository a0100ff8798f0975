-- References and memberships in apps.

-- Memberships that we brought about in the app; those that others made there are no rows.
create table member_edges (
  organization_id uuid not null,
  app_id uuid not null,
  team_id uuid not null,
  member_id uuid not null,
  -- The id of the account in the app, as it was sent.
  member_key text collate "C" not null,
  -- Null: a request about it is under way, or nobody knows its end. False: it was removed, and is once more at recheck_at.
  is_present boolean,
  -- A request that nobody knows the end of may still be applied until then; afterwards the last word is sent again.
  recheck_at timestamptz,
  primary key (organization_id, app_id, team_id, member_id)
);
create index member_edges_member on member_edges (organization_id, app_id, member_id);

-- What an app knows of one team beyond its link.
create table team_pushes (
  organization_id uuid not null,
  app_id uuid not null,
  team_id uuid not null,
  -- The group that the edges are about; another one holds no members of ours yet.
  group_key text collate "C",
  -- So many members go in one request; null: as many as the app takes.
  chunk_size integer check (chunk_size > 0),
  -- When the members that the app shows were last compared with ours.
  compared_at timestamptz,
  -- Of changes of its members that did not go through.
  attempts smallint not null default 0,
  first_failed_at timestamptz,
  -- What an administrator decided for this team: nothing is sent for now; the group keeps the name that it has there;
  -- it is not pushed any more, and its group stays as it is or is deleted.
  is_paused boolean not null default false,
  keeps_name boolean not null default false,
  ending text collate "C" check (ending in ('leave', 'delete')),
  primary key (organization_id, app_id, team_id)
);

-- An attribute waits until the object that it names has an account in the app.
create table pending_references (
  organization_id uuid not null,
  app_id uuid not null,
  needed_id uuid not null,
  dependent_id uuid not null,
  dependent_kind text collate "C" not null,
  attribute text collate "C" not null,
  primary key (organization_id, app_id, needed_id, dependent_id, attribute)
);
create index pending_references_dependent on pending_references (organization_id, app_id, dependent_id);
