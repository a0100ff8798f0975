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
