-- Destructive work of the engine: counted before it is sent, held by name above the allowance. And the health of apps.

-- Of an item that the gate has to judge: how many accounts or members it costs, why, and which attributes it clears or changes
-- (GateFacts).
alter table work_items add column destructive jsonb;

-- What the gate let through, by the minute. `detail`: '' for the whole class, the attribute of `clear` and `change`, the team
-- of `memberRemoval`.
create table gate_usage (
  organization_id uuid not null,
  app_id uuid not null,
  class text collate "C" not null,
  detail text collate "C" not null,
  minute timestamptz not null,
  count integer not null,
  primary key (organization_id, app_id, class, detail, minute)
);

-- A gate that is off for a while, because somebody said why.
create table gate_pauses (
  organization_id uuid not null,
  app_id uuid not null,
  reason text not null,
  until timestamptz not null,
  paused_by text not null,
  paused_at timestamptz not null,
  primary key (organization_id, app_id)
);

create table gate_holds (
  organization_id uuid not null,
  id uuid not null,
  app_id uuid not null,
  class text collate "C" not null check (class in ('disable', 'delete', 'memberRemoval', 'clear')),
  state text collate "C" not null check (state in ('open', 'decided', 'lapsed')),
  -- What would have passed, and what had passed in the window.
  allowance integer not null,
  used integer not null,
  opened_at timestamptz not null,
  lapses_at timestamptz not null,
  decided_at timestamptz,
  version bigint not null default 1,
  primary key (organization_id, id)
);
create unique index gate_holds_open on gate_holds (organization_id, app_id, class) where state = 'open';
create index gate_holds_app on gate_holds (organization_id, app_id, id);
create index gate_holds_lapsing on gate_holds (lapses_at) where state = 'open';

create table gate_hold_items (
  organization_id uuid not null,
  hold_id uuid not null,
  object_id uuid not null,
  kind text collate "C" not null,
  -- reversed: it is not destructive any more, and left by itself; lapsed: nobody decided in time.
  state text collate "C" not null default 'held' check (state in ('held', 'approved', 'rejected', 'reversed', 'lapsed')),
  cause text not null,
  facts jsonb,
  cycle_id uuid,
  held_at timestamptz not null,
  decided_at timestamptz,
  decided_by text,
  -- When an approval was used up: it is for one passage.
  passed_at timestamptz,
  primary key (organization_id, hold_id, object_id)
) with (fillfactor = 80);
create index gate_hold_items_object on gate_hold_items (organization_id, object_id, state);

create table app_health (
  organization_id uuid not null,
  app_id uuid not null,
  health text collate "C" not null default 'healthy' check (health in ('healthy', 'degraded', 'quarantined', 'probing')),
  reason text collate "C",
  detail text,
  since timestamptz not null,
  next_probe_at timestamptz,
  probes integer not null default 0,
  probes_passed smallint not null default 0,
  -- The newest outcomes, the last one at the end: '' is a success, else the code of the reason.
  recent text[] not null default '{}',
  -- In a row, without any answer in between that proves the contrary.
  credential_failures integer not null default 0,
  connect_failures integer not null default 0,
  -- Since the last whole cycle that went well.
  outcomes bigint not null default 0,
  failures bigint not null default 0,
  reference_failures bigint not null default 0,
  primary key (organization_id, app_id)
) with (fillfactor = 50);
create index app_health_probes on app_health (next_probe_at) where next_probe_at is not null;

-- What administrators should hear of apps: one that does not work, one that was paused for it, work that waits for them.
alter table notices add column app_id uuid;
alter table notices drop constraint notices_kind_check;
alter table notices add constraint notices_kind_check
  check (kind in ('keyExpiring', 'keyExpired', 'keyOwnerLeft', 'keyLeaked', 'webhookDisabled', 'certificateExpiring',
    'metadataRefused', 'holdWaiting', 'appQuarantined', 'appPaused', 'appWorkHeld', 'appEscrowGrown'));
create unique index notices_app_occasion on notices (organization_id, app_id, kind, occasion) where app_id is not null;
