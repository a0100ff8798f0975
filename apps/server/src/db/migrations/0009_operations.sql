-- Operations: long runs and their results.

-- Work that takes longer than a request may (202 Accepted): asked for in a request, done by the work loop.
create table runs (
  -- All zeros: a run of the instance, which belongs to no organization.
  organization_id uuid not null,
  id uuid not null,
  kind text collate "C" not null,
  -- Who may read it: the permission that it took to start it.
  permission text collate "C" not null,
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed')),
  input json not null,
  -- Where the next piece begins; null: at the beginning.
  checkpoint json,
  done bigint not null default 0,
  total bigint,
  -- Counts the workers that took it: one that lost its lease without noticing can write nothing any more.
  attempt integer not null default 0,
  -- Attempts in a row that came no further.
  failures integer not null default 0,
  lease_until timestamptz,
  -- Not taken before then.
  due_at timestamptz not null,
  created_by text not null,
  request_id text,
  created_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  result json,
  error text,
  primary key (organization_id, id)
);
create index runs_open on runs (due_at, id) where state in ('queued', 'running');
create index runs_ended on runs (ended_at) where ended_at is not null;

-- Organizations that `rollcall demo` made up: a server that holds one listens to its own machine only.
create table demo_organizations (
  organization_id uuid primary key references organizations on delete cascade,
  seed bigint not null,
  people integer not null,
  created_at timestamptz not null
);
