-- Provisioning on demand, and saved plans: what would be sent, by name, and is then sent exactly so.

-- Of each object that somebody provisioned by hand: every step. Kept for a week.
create table provisioning_traces (
  organization_id uuid not null,
  id uuid not null,
  app_id uuid not null,
  -- Of many at once; null: of a call that waited for it.
  run_id uuid,
  at timestamptz not null,
  object_kind text collate "C" not null,
  object_id uuid not null,
  -- Null: nothing was to be done.
  action text collate "C",
  status text collate "C" not null,
  reason text collate "C" not null,
  -- Name, steps, requests; redacted before it is stored.
  detail json not null,
  primary key (organization_id, id)
);
create index provisioning_traces_run on provisioning_traces (organization_id, app_id, run_id, id);
create index provisioning_traces_at on provisioning_traces (at);

create table app_plans (
  organization_id uuid not null,
  id uuid not null,
  app_id uuid not null,
  state text collate "C" not null check (state in ('planning', 'ready', 'applied', 'discarded', 'failed')),
  -- The rules that were live when it was made; null: none. What is applied to others is stale.
  base_revision integer,
  -- The rules that it is about.
  revision integer not null,
  -- Who would be assigned, and who no more: lists of {kind, id}.
  assign json not null default '[]',
  unassign json not null default '[]',
  counts jsonb not null default '{}',
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  run_id uuid not null,
  ended_by text,
  ended_at timestamptz,
  primary key (organization_id, id)
);
create index app_plans_app on app_plans (organization_id, app_id, id);
create index app_plans_created on app_plans (created_at);

create table app_plan_operations (
  organization_id uuid not null,
  plan_id uuid not null,
  object_id uuid not null,
  kind text collate "C" not null,
  operation text collate "C" not null
    check (operation in ('create', 'adopt', 'update', 'enable', 'disable', 'delete', 'unlink', 'conflict')),
  -- changed: object or account changed after the plan was made, so that it is not covered by it.
  state text collate "C" not null default 'planned' check (state in ('planned', 'changed', 'applied')),
  name text,
  target_key text,
  -- Attributes that change, as they were sent and as they would be; redacted.
  modified json not null,
  reason text collate "C" not null,
  destructive_class text collate "C",
  facts jsonb,
  -- What it was made from.
  object_version bigint,
  desired_hash bytea not null,
  applied_hash bytea,
  link_state text collate "C",
  -- What an account is looked for by: two that look for the same are a conflict.
  match_key text collate "C",
  primary key (organization_id, plan_id, object_id)
);
create index app_plan_operations_kind on app_plan_operations (organization_id, plan_id, operation, object_id);
