-- Sources of people: what they are, what they read, what became of it.

-- The id is that of a connection of type `source` too, which owns the people it brought: ownership, holds, history and
-- handing over are the same whoever brings people.
create table sources (
  organization_id uuid not null references organizations on delete cascade,
  id uuid not null,
  kind text collate "C" not null check (kind in ('csv', 'upload', 'http', 'ldap', 'sql', 'scim')),
  -- draft: no rules are live yet; held: a read waits for a person.
  state text collate "C" not null check (state in ('draft', 'active', 'paused')),
  paused_reason text,
  live_revision integer,
  draft_revision integer,
  -- Address and shape, by kind; schedule, guards, who is told.
  place jsonb not null,
  settings jsonb not null default '{}',
  -- Sealed; what kind they are is no secret.
  credentials text,
  credentials_kind text collate "C",
  -- Which source wins where several say something of one person: the smaller number.
  precedence integer not null default 100,
  next_read_at timestamptz,
  version bigint not null default 1,
  created_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id)
);
create index sources_due on sources (next_read_at) where state = 'active' and next_read_at is not null;

create table source_rules (
  organization_id uuid not null,
  source_id uuid not null,
  revision integer not null,
  document json not null,
  note text,
  created_by text not null,
  created_at timestamptz not null,
  primary key (organization_id, source_id, revision),
  foreign key (organization_id, source_id) references sources (organization_id, id) on delete cascade
);

-- One read of a source, to its explicit end, and what became of what it read.
create table source_reads (
  organization_id uuid not null,
  id uuid not null,
  source_id uuid not null,
  -- session: a client pushes records and says when it is done.
  mode text collate "C" not null check (mode in ('full', 'delta', 'session')),
  -- reading → judged (read to its end, guards passed) → planned → applying → done; held: a guard or the gate; failed, cancelled.
  state text collate "C" not null,
  held_reason text,
  error_reason text,
  error_detail text,
  -- The rules that it is mapped by.
  revision integer,
  requires_approval boolean not null default false,
  -- Where it goes on after a crash.
  cursor jsonb,
  checkpoint jsonb,
  progress jsonb,
  -- Read, changed, bad, absent, then by operation: created, updated, …
  counts jsonb not null default '{}',
  -- How many records had a value in each column, for the guards of the next read.
  columns jsonb,
  started_by text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  lease_owner text,
  lease_until timestamptz,
  lease_epoch bigint not null default 0,
  primary key (organization_id, id)
);
create index source_reads_source on source_reads (organization_id, source_id, id);
create unique index source_reads_open on source_reads (organization_id, source_id)
  where state in ('reading', 'judged', 'planned', 'applying', 'held');

-- The last checkpoint of a source, written in the transaction of what it covers.
create table source_cursors (
  organization_id uuid not null,
  source_id uuid not null,
  checkpoint jsonb not null,
  read_id uuid not null,
  updated_at timestamptz not null,
  primary key (organization_id, source_id)
);

-- What a source last said of somebody, as it said it, and whose it is here.
create table source_records (
  organization_id uuid not null,
  source_id uuid not null,
  anchor text collate "C" not null,
  raw_hash bytea not null,
  -- As it came, whole; what is secret in it is sealed.
  raw text not null,
  user_id uuid,
  -- new, linked, ambiguous, taken (linked by another record), outOfScope, ignored, absent, escrowed …: the closed set is in the code.
  situation text collate "C" not null,
  -- What the rules made of it: attributes of the person and what is to come; null: not yet.
  mapped text,
  mapped_revision integer,
  -- It has changed since it was settled.
  is_pending boolean not null default true,
  place text,
  absent_reads smallint not null default 0,
  absent_since timestamptz,
  error_reason text collate "C",
  error_attribute text,
  error_detail text,
  updated_at timestamptz not null,
  primary key (organization_id, source_id, anchor)
) with (fillfactor = 85);
create index source_records_user on source_records (organization_id, user_id) where user_id is not null;
create index source_records_pending on source_records (organization_id, source_id, anchor) where is_pending;
create index source_records_situation on source_records (organization_id, source_id, situation, anchor)
  where situation not in ('linked', 'new');

-- Who was seen by a full read that is under way.
create table source_seen (
  organization_id uuid not null,
  read_id uuid not null,
  anchor text collate "C" not null,
  primary key (organization_id, read_id, anchor)
);

-- Records that could not be read or mapped.
create table source_escrow (
  organization_id uuid not null,
  source_id uuid not null,
  id uuid not null,
  read_id uuid not null,
  anchor text collate "C",
  place text not null,
  attribute text,
  reason text collate "C" not null,
  detail text not null,
  created_at timestamptz not null,
  primary key (organization_id, source_id, id)
);

-- What a person decided about a record; stronger than rules, for ever.
create table source_decisions (
  organization_id uuid not null,
  source_id uuid not null,
  anchor text collate "C" not null,
  decision text collate "C" not null check (decision in ('link', 'create', 'ignore')),
  user_id uuid,
  reason text,
  decided_by text not null,
  decided_at timestamptz not null,
  primary key (organization_id, source_id, anchor)
);

-- What a read would do, one row a person; applied as written or not at all.
create table source_operations (
  organization_id uuid not null,
  read_id uuid not null,
  -- In the order of anchors.
  ordinal bigint not null,
  anchor text collate "C" not null,
  -- create, link, update, suspend, reactivate, delete, none (told only)
  operation text collate "C" not null,
  user_id uuid,
  user_version bigint,
  -- Attribute → [old, new], secrets masked.
  differences text,
  reason text collate "C" not null,
  state text collate "C" not null default 'planned' check (state in ('planned', 'done', 'failed', 'stale', 'held', 'rejected')),
  error_detail text,
  primary key (organization_id, read_id, ordinal)
);
create index source_operations_open on source_operations (organization_id, read_id, operation, ordinal) where state = 'planned';
