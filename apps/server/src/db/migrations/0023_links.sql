-- Which account in an app is which person or team, what was sent to it, and what is to be done.

create table links (
  organization_id uuid not null,
  app_id uuid not null,
  kind text collate "C" not null check (kind in ('user', 'team')),
  object_id uuid not null,
  -- unlinked: no account is known; disabled: it left scope and was disabled; dead: it was deleted, kept for 30 days;
  -- ignored: a person decided that nothing happens to it.
  state text collate "C" not null check (state in ('unlinked', 'linked', 'disabled', 'dead', 'ignored')),
  is_in_scope boolean not null,
  origin text collate "C" check (origin in ('created', 'adopted')),
  target_key text,
  -- What should be there, what was sent for certain, what the target showed.
  desired_hash bytea,
  applied_hash bytea,
  observed_hash bytea,
  rules_revision integer,
  object_version bigint,
  -- Set, and applied_hash cleared, before a request leaves; cleared when its outcome is certain.
  in_flight_at timestamptz,
  in_flight_action text collate "C",
  -- A request that nobody knows the end of may still be applied until then.
  uncertain_until timestamptz,
  -- A write before that time may be overtaken by such a request: it is sent again.
  recheck_at timestamptz,
  conflicts smallint not null default 0,
  conflict_at timestamptz,
  attempts smallint not null default 0,
  failure_code text collate "C",
  failure_attribute text,
  failure_detail text,
  -- Of failures in a row: the first and the last.
  first_failed_at timestamptz,
  failed_at timestamptz,
  -- Of the error and what led to it: the same is not tried early.
  failure_fingerprint bytea,
  applied_at timestamptz,
  left_at timestamptz,
  delete_due_at timestamptz,
  primary key (organization_id, app_id, object_id)
) with (fillfactor = 80);
-- One account, one person.
create unique index links_target on links (organization_id, app_id, kind, target_key) where target_key is not null and state <> 'dead';
create index links_failure on links (organization_id, app_id, failure_code) where failure_code is not null;
create index links_object on links (organization_id, object_id);

create table link_shadows (
  organization_id uuid not null,
  app_id uuid not null,
  object_id uuid not null,
  -- What was last sent for certain (printDesired), and what the target answered to it.
  sent text not null,
  echoed text,
  primary key (organization_id, app_id, object_id)
);

-- What is to be done: at most one row an object, however often it changes.
create table work_items (
  organization_id uuid not null,
  app_id uuid not null,
  object_id uuid not null,
  kind text collate "C" not null,
  -- evaluate → (gate →) export → members; escrow: it failed and waits; held: a person decides.
  stage text collate "C" not null check (stage in ('evaluate', 'gate', 'held', 'export', 'members', 'reference', 'escrow')),
  -- 0 leaver, 1 on demand, 2 due joiner, 3 update, 4 backfill, 5 reconciliation.
  lane smallint not null,
  due_at timestamptz not null,
  -- What changed meanwhile is done again.
  generation integer not null default 1,
  -- What the gate let through or holds: disable, delete, memberRemoval, clear.
  destructive_class text collate "C",
  is_admitted boolean not null default false,
  initiator text collate "C" not null,
  cycle_id uuid,
  lease_owner text,
  lease_until timestamptz,
  lease_epoch bigint not null default 0,
  primary key (organization_id, app_id, object_id)
) with (fillfactor = 70);
-- The stage goes first: a planner without statistics would take this index for looking up one object, if it could.
create index work_items_due on work_items (stage, organization_id, app_id, lane, due_at);

create table cycles (
  organization_id uuid not null,
  id uuid not null,
  app_id uuid not null,
  kind text collate "C" not null check (kind in ('initial', 'incremental', 'full', 'reconciliation')),
  state text collate "C" not null check (state in ('evaluating', 'exporting', 'done', 'cancelled', 'failed')),
  rules_revision integer not null,
  -- What was sent counts for nothing: all of it is sent again.
  resends_all boolean not null default false,
  started_at timestamptz not null,
  ended_at timestamptz,
  estimate bigint,
  counters jsonb not null default '{}',
  primary key (organization_id, id)
);
create unique index cycles_open on cycles (organization_id, app_id) where ended_at is null;
create index cycles_app on cycles (organization_id, app_id, started_at);

create table cycle_slices (
  organization_id uuid not null,
  cycle_id uuid not null,
  kind text collate "C" not null,
  -- From here on (exclusive) up to there (inclusive; null: the end), and how far it has come.
  position smallint not null,
  after_id uuid,
  up_to_id uuid,
  reached_id uuid,
  is_done boolean not null default false,
  lease_owner text,
  lease_until timestamptz,
  lease_epoch bigint not null default 0,
  counters jsonb not null default '{}',
  primary key (organization_id, cycle_id, kind, position)
);

-- When an expression that reads the clock changes next.
create table wake_ups (
  organization_id uuid not null,
  app_id uuid not null,
  object_id uuid not null,
  kind text collate "C" not null,
  at timestamptz not null,
  primary key (organization_id, app_id, object_id)
);
create index wake_ups_due on wake_ups (at);

-- SelectUniqueValue: values of creations that are still under way.
create table reserved_values (
  organization_id uuid not null,
  app_id uuid not null,
  attribute text collate "C" not null,
  value_key text collate "C" not null,
  object_id uuid not null,
  primary key (organization_id, app_id, attribute, value_key)
);
