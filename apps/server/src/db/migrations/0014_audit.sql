-- The audit log: its chain, its retention, its streams.

-- One row an event; a chain an organization. Written by one sealer, behind the writes that it tells about.
create table audit_events (
  organization_id uuid not null,
  -- From 1, without gaps.
  sequence bigint not null,
  id uuid not null,
  at timestamptz not null,
  action text collate "C" not null,
  result text collate "C" not null check (result in ('success', 'failure')),
  actor text collate "C" not null,
  connection_id uuid,
  request_id text,
  -- Ids as they are outside, in the order of their importance.
  targets text[] not null,
  -- JSON without personal data.
  details text not null,
  -- JSON of personal data of who did it and of who it was done to. Erased: data and salt are null, the digest stays,
  -- and with it the chain. The digest is SHA-256 over the salt and the data.
  actor_data text,
  actor_salt bytea,
  actor_digest bytea not null,
  subject_data text,
  subject_salt bytea,
  subject_digest bytea not null,
  previous_hash bytea not null,
  hash bytea not null,
  -- What it is found by; made of the columns above, so no part of the chain.
  terms text[] collate "C" not null,
  primary key (organization_id, sequence)
);
create index audit_events_id on audit_events (organization_id, id);
create index audit_events_action on audit_events (organization_id, action, sequence);
-- Events are written about in the order of their times.
create index audit_events_at on audit_events using brin (at) with (pages_per_range = 16, autosummarize = on);
create index audit_events_failed on audit_events (organization_id, sequence) where result = 'failure';
create index audit_events_terms on audit_events using gin (organization_id, terms);

-- Where a chain ends, and what is no longer kept of it. The signatures are of a key that is not in the database.
create table audit_chains (
  organization_id uuid primary key,
  sequence bigint not null,
  hash bytea not null,
  signature text not null,
  -- Up to here rows may be gone; null: all are there.
  checkpoint jsonb
);

-- How far the sealer has come: in `changes` by their positions, in the request log by its ids.
create table audit_cursors (
  source text collate "C" primary key,
  position bigint not null,
  line_id uuid not null
);

-- Where the calls of the admin API came from; kept for a day.
create table audit_requests (
  organization_id uuid not null,
  request_id text not null,
  at timestamptz not null,
  ip text,
  user_agent text,
  method text not null,
  route text not null,
  primary key (organization_id, request_id)
);
create index audit_requests_at on audit_requests using brin (at);

-- Append-only. What may happen to a row besides: personal data is erased; the row is below the checkpoint of its chain;
-- its organization is deleted.
create function keep_audit_event() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if (old.organization_id, old.sequence, old.id, old.at, old.action, old.result, old.actor, old.targets, old.details)
        is not distinct from (new.organization_id, new.sequence, new.id, new.at, new.action, new.result, new.actor, new.targets, new.details)
      and (old.connection_id, old.request_id, old.actor_digest, old.subject_digest, old.previous_hash, old.hash)
        is not distinct from (new.connection_id, new.request_id, new.actor_digest, new.subject_digest, new.previous_hash, new.hash)
      and (new.actor_data, new.actor_salt) is not distinct from (case when new.actor_data is not null then old.actor_data end, case when new.actor_data is not null then old.actor_salt end)
      and (new.subject_data, new.subject_salt) is not distinct from (case when new.subject_data is not null then old.subject_data end, case when new.subject_data is not null then old.subject_salt end)
    then return new; end if;
    raise exception 'the audit log is append-only' using errcode = 'restrict_violation';
  end if;
  if old.sequence <= coalesce((select (checkpoint ->> 'sequence')::bigint from audit_chains c where c.organization_id = old.organization_id), 0)
    or not exists (select from organizations o where o.id = old.organization_id)
  then return old; end if;
  raise exception 'the audit log is append-only' using errcode = 'restrict_violation';
end
$$;
create trigger audit_events_stay before update or delete on audit_events
  for each row execute function keep_audit_event();

-- Where the audit log is sent besides: at least once, from `position` on.
create table audit_streams (
  organization_id uuid not null references organizations on delete cascade,
  id uuid not null,
  name text not null,
  kind text not null check (kind in ('http', 's3', 'splunk', 'datadog', 'syslog')),
  format text not null check (format in ('rollcall', 'ocsf')),
  state text not null check (state in ('active', 'paused')),
  -- Which events; empty: all.
  query text not null,
  settings jsonb not null,
  -- Sealed.
  secret text,
  -- The last event of the chain that was delivered, or that the query leaves out.
  position bigint not null,
  version bigint not null default 1,
  created_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  delivered bigint not null default 0,
  last_success_at timestamptz,
  last_error_at timestamptz,
  last_error text,
  -- Attempts in a row that came to nothing.
  failures integer not null default 0,
  due_at timestamptz not null,
  primary key (organization_id, id)
);
create unique index audit_streams_name on audit_streams (organization_id, name);
create index audit_streams_due on audit_streams (due_at) where state = 'active';
