-- Events and webhooks. Events are not stored: they are read from `changes`, in the order of its positions.

-- How far a consumer of the outbox has come; what follows is still to be read. A consumer has one row in each organization
-- that it follows, and none elsewhere: nothing is read for those who asked for nothing.
create table outbox_cursors (
  organization_id uuid not null references organizations on delete cascade,
  consumer text collate "C" not null,
  position bigint not null,
  primary key (organization_id, consumer)
);

-- Endpoints that are told of events by HTTP (Standard Webhooks).
create table webhooks (
  organization_id uuid not null references organizations on delete cascade,
  id uuid not null,
  name text not null,
  url text not null,
  -- Types or nouns (`user.*`); none: everything.
  types text[] not null,
  format text collate "C" not null check (format in ('standard', 'cloudEvents')),
  state text collate "C" not null check (state in ('enabled', 'disabled')),
  disabled_reason text collate "C" check (disabled_reason in ('manual', 'gone', 'failing')),
  -- Sealed; the one before signs too until that time.
  secret text not null,
  previous_secret text,
  previous_until timestamptz,
  -- What happened up to here it is not told.
  after_position bigint not null,
  -- Since when nothing arrived; null: the last one did.
  failing_since timestamptz,
  last_success_at timestamptz,
  last_failure_at timestamptz,
  version bigint not null default 1,
  created_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id)
);

-- One event for one endpoint. Whoever takes it moves its time on, so that it comes up again if he dies.
create table webhook_deliveries (
  organization_id uuid not null,
  id uuid not null,
  webhook_id uuid not null,
  -- Of the change; null for a test event, which brings its body along.
  position bigint,
  type text not null,
  body json,
  state text collate "C" not null check (state in ('waiting', 'delivered', 'failed')),
  -- How often it was taken, and how often it was sent since its schedule began.
  attempts integer not null default 0,
  tries integer not null default 0,
  due_at timestamptz not null,
  created_at timestamptz not null,
  last_at timestamptz,
  last_status integer,
  -- The last attempts: when, status, milliseconds, error, the beginning of the answer without secrets.
  log jsonb not null default '[]',
  primary key (organization_id, id)
);
-- Each event once an endpoint, however often it is replayed.
create unique index webhook_deliveries_event on webhook_deliveries (organization_id, webhook_id, position);
create index webhook_deliveries_due on webhook_deliveries (organization_id, webhook_id, due_at, id) where state = 'waiting';
create index webhook_deliveries_age on webhook_deliveries using brin (created_at) with (pages_per_range = 16);

-- Notices may be about an endpoint in the place of a key.
alter table notices alter column key_id drop not null;
alter table notices add column webhook_id uuid;
alter table notices drop constraint notices_kind_check;
alter table notices add constraint notices_kind_check
  check (kind in ('keyExpiring', 'keyExpired', 'keyOwnerLeft', 'keyLeaked', 'webhookDisabled'));
create unique index notices_webhook_occasion on notices (organization_id, webhook_id, kind, occasion) where webhook_id is not null;
