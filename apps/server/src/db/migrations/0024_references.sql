-- References and memberships in apps.

-- Memberships that we know are applied in the app.
create table member_edges (
  organization_id uuid not null,
  app_id uuid not null,
  team_id uuid not null,
  member_id uuid not null,
  primary key (organization_id, app_id, team_id, member_id)
);
create index member_edges_member on member_edges (organization_id, app_id, member_id);

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
