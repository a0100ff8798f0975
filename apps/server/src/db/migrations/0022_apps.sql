-- Apps: what people and teams are provisioned into, by which rules, and who is assigned.

create table apps (
  organization_id uuid not null references organizations on delete cascade,
  id uuid not null,
  name text not null,
  -- The name of the preset that it was made by; null: by hand.
  preset text,
  -- draft: no rules are live yet; stopping: the running cycle ends first.
  state text collate "C" not null check (state in ('draft', 'active', 'paused', 'stopping', 'stopped')),
  paused_reason text,
  live_revision integer,
  draft_revision integer,
  -- Kind, address and profile of the target.
  target jsonb not null,
  -- Sealed; what kind they are is no secret.
  credentials text,
  credentials_kind text collate "C",
  -- Preset of numbers, and what differs from it; who is told.
  settings jsonb not null default '{}',
  version bigint not null default 1,
  created_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id)
);
create unique index apps_name on apps (organization_id, name);

-- Versions of the rules never change; a draft is one that no app runs by.
create table app_rules (
  organization_id uuid not null,
  app_id uuid not null,
  revision integer not null,
  -- Not jsonb: people get their rules back in the order that they wrote.
  document json not null,
  note text,
  created_by text not null,
  created_at timestamptz not null,
  primary key (organization_id, app_id, revision),
  foreign key (organization_id, app_id) references apps (organization_id, id) on delete cascade
);

-- Without a reference to apps: there may be a million, which a run deletes piece by piece.
create table app_assignments (
  organization_id uuid not null,
  app_id uuid not null,
  subject_kind text collate "C" not null check (subject_kind in ('user', 'team')),
  subject_id uuid not null,
  assigned_by text not null,
  assigned_at timestamptz not null,
  primary key (organization_id, app_id, subject_kind, subject_id)
);
create index app_assignments_subject on app_assignments (organization_id, subject_id);

-- One row an attempted operation; skips only when something changes. Partitions are days, dropped by age.
create table provisioning_log (
  organization_id uuid not null,
  -- A UUIDv7: its order is the order of time.
  id uuid not null,
  at timestamptz not null,
  app_id uuid not null,
  cycle_id uuid,
  object_kind text collate "C" not null,
  object_id uuid,
  action text collate "C" not null,
  status text collate "C" not null,
  reason text collate "C" not null,
  http_status smallint,
  duration_ms integer,
  initiator text collate "C" not null,
  target_key text,
  -- Names, modified properties, steps; redacted before it is stored.
  detail json,
  primary key (organization_id, id, at)
) partition by range (at);
create table provisioning_log_rest partition of provisioning_log default;
create index provisioning_log_app on provisioning_log (organization_id, app_id, id);
create index provisioning_log_object on provisioning_log (organization_id, object_id, id);
