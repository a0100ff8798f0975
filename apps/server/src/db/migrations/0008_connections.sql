-- Connections: pause, owners, activity, runs over what they brought; undo of holds; plans of organizations.

alter table connections drop constraint connections_state_check;
alter table connections add constraint connections_state_check check (state in ('active', 'paused', 'disabled'));
-- Who made it, and the account that answers for it; null: nobody was named.
alter table connections add column created_by text not null default 'system';
alter table connections add column owner_user_id uuid;
-- The name of the preset it was made by.
alter table connections add column preset text;
create index connections_owner on connections (organization_id, owner_user_id) where owner_user_id is not null;

-- A plan is a name in the code with the features that it has; entitlements are what one organization has besides or not.
alter table organizations add column plan text not null default 'everything';
alter table organizations add column entitlements jsonb not null default '{}';

-- When a connection was last heard of. Written with each batch of the request log: one row a connection.
create table connection_activity (
  organization_id uuid not null,
  connection_id uuid not null,
  last_request_at timestamptz not null,
  last_success_at timestamptz,
  last_error_at timestamptz,
  primary key (organization_id, connection_id)
) with (fillfactor = 50);

-- An act on everything that a connection brought: SCIM switched on or off, decommissioning, a change of identity provider.
create table connection_runs (
  organization_id uuid not null references organizations on delete cascade,
  id uuid not null,
  connection_id uuid not null,
  action text not null check (action in ('enable', 'disable', 'decommission', 'migrate')),
  -- What becomes of people and of teams.
  people text not null,
  teams text not null,
  -- The connection that goes on after a change of identity provider.
  successor_id uuid,
  state text not null check (state in ('running', 'done', 'undoing', 'undone')),
  started_at timestamptz not null,
  started_by text not null,
  finished_at timestamptz,
  undone_at timestamptz,
  undone_by text,
  primary key (organization_id, id)
);
create index connection_runs_open on connection_runs (id) where state in ('running', 'undoing');

-- Whom and what the run is about, as it was before: the way on after a crash, the export of links, and the way back.
create table connection_run_subjects (
  organization_id uuid not null,
  run_id uuid not null,
  kind text not null check (kind in ('user', 'team')),
  subject_id uuid not null,
  name text not null,
  scim_id uuid,
  external_id text,
  connection_id uuid,
  state text not null,
  outcome text not null default 'waiting' check (outcome in ('waiting', 'done', 'skipped', 'undone', 'kept')),
  -- Why it was skipped, or was not taken back.
  reason text,
  at timestamptz,
  primary key (organization_id, run_id, kind, subject_id),
  foreign key (organization_id, run_id) references connection_runs (organization_id, id) on delete cascade
);
create index connection_run_subjects_waiting on connection_run_subjects (organization_id, run_id, kind, subject_id)
  where outcome in ('waiting', 'done');

alter table holds drop constraint holds_state_check;
alter table holds add constraint holds_state_check check (state in ('open', 'approved', 'discarded', 'expired', 'undone'));
alter table holds add column undone_at timestamptz;
alter table holds add column undone_by text;
create index holds_waiting on holds (opened_at) where state = 'open';
-- What an approved hold really did, for its undoing: when, and the SCIM id that it took away.
alter table held_changes add column applied_at timestamptz;
alter table held_changes add column scim_id uuid;
alter table held_changes add column undone text check (undone in ('restored', 'kept'));
alter table held_changes add column reason text;
