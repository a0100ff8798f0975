-- Counts for charts and the overview, kept so that a million people cost no more than ten. A job adds what came since its
-- mark; whoever asks adds what came since then.
create table activity_counts (
  organization_id uuid not null,
  series text collate "C" not null check (series in ('people', 'changes', 'requestErrors', 'appOperations')),
  -- The hour; after two days the day, in UTC. Of people: the day.
  from_at timestamptz not null,
  -- The connection, source or app; nil: none.
  subject_id uuid not null,
  -- people: the state. changes: what was done. appOperations: the outcome.
  kind text collate "C" not null,
  -- changes: who did it. Of errors and operations: why.
  cause text collate "C" not null,
  count bigint not null,
  primary key (organization_id, series, from_at, subject_id, kind, cause)
);

-- Up to where each organization was counted, by position or by id. since: where its counts begin.
create table activity_marks (
  organization_id uuid not null,
  series text collate "C" not null,
  position bigint not null default 0,
  last_id uuid not null default '00000000-0000-0000-0000-000000000000',
  since timestamptz not null,
  primary key (organization_id, series)
);

-- What administrators do not want to be told of for a while.
create table dismissals (
  organization_id uuid not null,
  -- Code of the need, and what it is about; nil: nothing in particular.
  code text collate "C" not null,
  subject_id uuid not null,
  reason text not null,
  dismissed_by text not null,
  dismissed_at timestamptz not null,
  until timestamptz not null,
  primary key (organization_id, code, subject_id)
);
