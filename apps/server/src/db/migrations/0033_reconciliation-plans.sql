-- Plans of reconciliations, and members in plans and reports.

-- Null: what rules and assignments would do. Otherwise what a reconciliation has found: links to be made, or what differs to be
-- made what it should be.
alter table app_plans add column policy text collate "C" check (policy in ('adopt', 'enforce'));

-- Whether the object is in scope when that is done.
alter table app_plan_operations add column is_in_scope boolean not null default true;

-- Of each team the members that its group would get and lose: all of them counted, the first of them named.
create table app_plan_members (
  organization_id uuid not null,
  plan_id uuid not null,
  team_id uuid not null,
  name text,
  target_key text,
  -- Members that the group has by our doing.
  present integer not null,
  joining integer not null,
  -- Of those who leave, they stay in the app: the gate counts them.
  leaving integer not null,
  -- They leave the group since their account goes or is disabled.
  leaving_app integer not null,
  -- More leave than the gate lets pass unseen.
  is_held boolean not null default false,
  -- Lists of {kind, id, name}.
  joins json not null,
  leaves json not null,
  primary key (organization_id, plan_id, team_id)
);

-- Of a group that was listed: members of ours that it does not show, and members that others brought in.
alter table app_accounts add column members_missing uuid[];
-- By their ids in the app.
alter table app_accounts add column members_foreign text[];

-- When apps are reconciled by themselves next.
create table app_reconciliation_times (
  organization_id uuid not null,
  app_id uuid not null,
  due_at timestamptz not null,
  primary key (organization_id, app_id)
);

update apps set settings = settings || '{"reconciliation": {"every": "weekly", "policy": "report"}}'
  where not settings ? 'reconciliation';
