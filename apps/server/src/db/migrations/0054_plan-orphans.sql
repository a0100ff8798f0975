-- Accounts of an app that nobody is assigned to: what plans of reconciliations do about them.

-- Whether the app shows the account as switched off; null: it does not show that.
alter table app_accounts add column is_disabled boolean;

create table app_plan_orphans (
  organization_id uuid not null,
  plan_id uuid not null,
  app_id uuid not null,
  -- Its id in the app.
  target_key text collate "C" not null,
  name text,
  operation text collate "C" not null check (operation in ('disable', 'delete')),
  -- held: the gate would hold it, unless somebody applies the plan who may decide on holds. approved: a run does it.
  -- changed: it is somebody's, or another one, since the plan was made.
  state text collate "C" not null default 'planned' check (state in ('planned', 'held', 'approved', 'done', 'changed', 'failed')),
  -- Whose it may be.
  object_id uuid,
  was_ours boolean not null,
  detail text,
  primary key (organization_id, plan_id, target_key)
);
