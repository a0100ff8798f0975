-- SCIM events, asynchronous requests, shared signals.

-- Writes that a client wants to be done behind its back (RFC 9967 §2.5.1). The id is the transaction that Set-Txn named.
create table async_requests (
  organization_id uuid not null references organizations on delete cascade,
  id uuid not null,
  connection_id uuid not null,
  key_id uuid not null,
  -- Address of the mount as it was asked: its answers begin with it.
  base_url text not null,
  prefix text not null,
  method text not null,
  path text not null,
  headers json not null,
  -- Sealed, for it may hold a password; null: none, or the request is done.
  body text,
  ip text not null,
  state text not null default 'queued' check (state in ('queued', 'done')),
  attempts integer not null default 0,
  -- Not taken before then.
  due_at timestamptz not null,
  -- `request_id` of the changes that it made.
  executed_as text,
  created_at timestamptz not null,
  ended_at timestamptz,
  primary key (organization_id, id)
);
-- The requests of one connection are done in the order in which they came.
create index async_requests_queued on async_requests (organization_id, connection_id, id) where state = 'queued';
create index async_requests_executed on async_requests (organization_id, executed_as) where executed_as is not null;
create index async_requests_ended on async_requests (ended_at) where ended_at is not null;

-- How each operation of such a request ended: one completion event each.
create table async_completions (
  organization_id uuid not null references organizations on delete cascade,
  request_id uuid not null,
  -- Place in a bulk request; -1: it was none.
  place integer not null,
  -- `jti` of the token, so that it is one event however often it is read.
  token_id uuid not null,
  uri text not null,
  payload json not null,
  at timestamptz not null,
  primary key (organization_id, request_id, place),
  foreign key (organization_id, request_id) references async_requests (organization_id, id) on delete cascade
);

-- Receivers of security event tokens: shared signals (SSF 1.0) and SCIM events (RFC 9967).
create table event_streams (
  organization_id uuid not null references organizations on delete cascade,
  id uuid not null,
  -- The service account, person or key that made it by the stream API: nobody else reads or changes it there. Null: an administrator's.
  owner_id uuid,
  description text,
  -- Whose asynchronous requests are told, and whose externalIds are named; null: no connection's.
  connection_id uuid,
  -- `iss` as it was when the stream was made: both parties hold on to it.
  issuer text not null,
  audience text[] not null,
  events_requested text[] not null,
  method text not null check (method in ('push', 'poll')),
  endpoint_url text,
  -- Header that the receiver wants with each push, sealed.
  authorization_sealed text,
  subject_format text not null check (subject_format in ('email', 'iss_sub', 'opaque')),
  -- Whether all people and teams are told about, or only those in event_stream_subjects.
  all_subjects boolean not null default true,
  state text not null check (state in ('enabled', 'paused', 'disabled')),
  state_reason text,
  -- A push that failed is tried again then; what follows it waits.
  due_at timestamptz not null,
  failures integer not null default 0,
  failing_since timestamptz,
  last_error text,
  last_delivered_at timestamptz,
  verified_at timestamptz,
  version bigint not null default 1,
  created_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id)
);
create index event_streams_due on event_streams (due_at) where method = 'push';

-- With all_subjects those that are left out, else those that are told about.
create table event_stream_subjects (
  organization_id uuid not null references organizations on delete cascade,
  stream_id uuid not null,
  subject_id uuid not null,
  added_at timestamptz not null,
  primary key (organization_id, stream_id, subject_id),
  foreign key (organization_id, stream_id) references event_streams (organization_id, id) on delete cascade
);

-- What is to be told to a stream, in order; signed when it leaves. Kept for a while after it was taken.
create table event_tokens (
  organization_id uuid not null references organizations on delete cascade,
  stream_id uuid not null,
  position bigint generated always as identity,
  -- `jti`: the same however often it is sent.
  id uuid not null,
  -- The claims that are its own; `iss` and `aud` are the stream's.
  claims json not null,
  -- About the stream itself: it leaves also while the stream is paused or disabled.
  is_control boolean not null default false,
  created_at timestamptz not null,
  attempts integer not null default 0,
  -- Taken by the receiver, or refused by it with a reason; null: it waits.
  settled_at timestamptz,
  error text,
  primary key (organization_id, stream_id, position),
  foreign key (organization_id, stream_id) references event_streams (organization_id, id) on delete cascade
);
create unique index event_tokens_id on event_tokens (organization_id, stream_id, id);
create index event_tokens_waiting on event_tokens (organization_id, stream_id, position) where settled_at is null;
create index event_tokens_settled on event_tokens (settled_at) where settled_at is not null;

-- Those whose signals are acted on: identity providers and others that tell when an account is to be disabled or its sessions
-- to be ended (SSF 1.0, global token revocation).
create table transmitters (
  organization_id uuid not null references organizations on delete cascade,
  id uuid not null,
  name text not null,
  -- `iss` of its tokens.
  issuer text not null,
  -- Where its keys are published; null: jwks holds them.
  jwks_url text,
  jwks json,
  -- Any one of these must be in `aud`.
  audience text[] not null,
  -- push: it sends; poll: it is asked at poll_url.
  method text not null check (method in ('push', 'poll')),
  poll_url text,
  -- Authorization header for poll_url, sealed.
  authorization_sealed text,
  on_account_disabled text not null check (on_account_disabled in ('suspend', 'endSessions', 'ignore')),
  on_account_enabled text not null check (on_account_enabled in ('reactivate', 'ignore')),
  on_session_revoked text not null check (on_session_revoked in ('endSessions', 'ignore')),
  state text not null check (state in ('enabled', 'disabled')),
  due_at timestamptz not null,
  failures integer not null default 0,
  last_error text,
  last_received_at timestamptz,
  verified_at timestamptz,
  version bigint not null default 1,
  created_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id)
);
create index transmitters_due on transmitters (due_at) where method = 'poll' and state = 'enabled';

-- What was received, so that nothing is acted on twice; and what became of it.
create table received_signals (
  organization_id uuid not null references organizations on delete cascade,
  transmitter_id uuid not null,
  jti text collate "C" not null,
  event text not null,
  user_id uuid,
  outcome text not null,
  received_at timestamptz not null,
  primary key (organization_id, transmitter_id, jti),
  foreign key (organization_id, transmitter_id) references transmitters (organization_id, id) on delete cascade
);
create index received_signals_time on received_signals (organization_id, transmitter_id, received_at);
