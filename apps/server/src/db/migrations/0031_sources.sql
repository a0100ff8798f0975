-- Sources of people: what they are, what they read, what became of it.

-- The id is that of a connection of type `source` too, which owns the people it brought: ownership, holds, history and
-- handing over are the same whoever brings people.
create table sources (
  organization_id uuid not null references organizations on delete cascade,
  id uuid not null,
  kind text collate "C" not null check (kind in ('file', 'folder', 'url', 'upload', 'http', 'ldap', 'sql', 'scim')),
  -- draft: no rules are live yet.
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
  -- reading → accepted (read to its end, guards passed or overruled) → judged (its records are those of the source, absences
  -- counted) → planned → applying → done. held: a guard waits for a person. rejected: that person said no.
  state text collate "C" not null check (state in (
    'reading', 'held', 'accepted', 'judged', 'planned', 'applying', 'done', 'failed', 'cancelled', 'rejected')),
  held_reason text collate "C",
  held_detail text,
  error_reason text collate "C",
  error_detail text,
  -- The rules that it is mapped by.
  revision integer,
  requires_approval boolean not null default false,
  -- Where it goes on after a crash, within its state.
  cursor jsonb,
  -- Where the next delta begins, once this read is judged.
  checkpoint jsonb,
  progress jsonb,
  -- Read, changed, deleted, bad, absent, then by operation: created, updated, …
  counts jsonb not null default '{}',
  -- How many records had a value in each column, for the guards of the next read.
  columns jsonb not null default '{}',
  -- Of a read of an uploaded file.
  file_id uuid,
  started_by text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  -- What could not be reached is tried again, so often and not before.
  failures integer not null default 0,
  retry_at timestamptz,
  lease_owner text,
  lease_until timestamptz,
  lease_epoch bigint not null default 0,
  primary key (organization_id, id)
);
create index source_reads_source on source_reads (organization_id, source_id, id);
create unique index source_reads_open on source_reads (organization_id, source_id)
  where state in ('reading', 'held', 'accepted', 'judged', 'planned', 'applying');
create index source_reads_work on source_reads (started_at) where state in ('reading', 'accepted', 'judged', 'planned', 'applying');

-- The last checkpoint of a source, written in the transaction of what it covers.
create table source_cursors (
  organization_id uuid not null,
  source_id uuid not null,
  checkpoint jsonb not null,
  read_id uuid not null,
  updated_at timestamptz not null,
  primary key (organization_id, source_id)
);

-- Files that were uploaded, in pieces that are compressed each by itself: a read goes on at any byte, in any process.
create table source_files (
  organization_id uuid not null,
  source_id uuid not null,
  id uuid not null,
  name text not null,
  bytes bigint not null,
  sha256 text collate "C" not null,
  is_complete boolean not null default false,
  uploaded_by text not null,
  uploaded_at timestamptz not null,
  primary key (organization_id, source_id, id)
);
create table source_file_pieces (
  organization_id uuid not null,
  source_id uuid not null,
  file_id uuid not null,
  start_byte bigint not null,
  end_byte bigint not null,
  content bytea not null,
  primary key (organization_id, file_id, start_byte)
);
alter table source_file_pieces alter column content set storage external;

-- What a source last said of somebody, as it said it, and whose it is here.
create table source_records (
  organization_id uuid not null,
  source_id uuid not null,
  anchor text collate "C" not null,
  raw_hash text collate "C" not null,
  -- As it came, whole; what its rules call secret is shown to nobody.
  raw text not null,
  -- The read that brought this version of it.
  read_id uuid not null,
  user_id uuid,
  -- new, linked, ambiguous, taken (linked by another record), outOfScope, ignored, absent, escrowed …: the closed set is in the code.
  situation text collate "C" not null,
  -- What the rules made of it: attributes of the person and what is to come; null: not yet.
  mapped text,
  mapped_revision integer,
  -- It has changed since it was settled.
  is_pending boolean not null default true,
  -- The source itself said that it is gone.
  is_deleted boolean not null default false,
  place text,
  -- Complete full reads in a row that did not show it.
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

-- What a read found changed; it becomes what the source says once the read is accepted, and is forgotten otherwise.
create table source_staged (
  organization_id uuid not null,
  source_id uuid not null,
  read_id uuid not null,
  anchor text collate "C" not null,
  -- Null: the source says that it is gone.
  raw_hash text collate "C",
  raw text,
  place text not null,
  primary key (organization_id, read_id, anchor)
);

-- Who was seen by a full read that is under way.
create table source_seen (
  organization_id uuid not null,
  source_id uuid not null,
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

-- Administrators hear of reads that wait and of sources that cannot be read.
alter table notices add column source_id uuid;
alter table notices drop constraint notices_kind_check;
alter table notices add constraint notices_kind_check
  check (kind in ('keyExpiring', 'keyExpired', 'keyOwnerLeft', 'keyLeaked', 'webhookDisabled', 'certificateExpiring', 'metadataRefused', 'holdWaiting', 'appQuarantined', 'appPaused', 'appWorkHeld', 'appEscrowGrown',
    'sourceReadHeld', 'sourceReadFailed'));
create unique index notices_source_occasion on notices (organization_id, source_id, kind, occasion) where source_id is not null;

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

-- What a read would do, one row a person and round; applied as written or not at all.
create table source_operations (
  organization_id uuid not null,
  read_id uuid not null,
  -- What becomes possible or is out of date by what was applied is planned again: the next round.
  round smallint not null,
  anchor text collate "C" not null,
  source_id uuid not null,
  -- create, link, update, suspend, reactivate, delete, none (told only)
  operation text collate "C" not null,
  situation text collate "C" not null,
  user_id uuid,
  user_version bigint,
  -- Who it is, for people.
  name text,
  -- Folded; reserved for somebody who is to be created or renamed.
  user_name_key text collate "C",
  -- The person's attributes afterwards, as JSON; null where nothing but the state changes, and once it is done.
  attributes text,
  -- What changes, as history writes it: JSON.
  differences text,
  -- Whom the record might be, where nobody can say.
  candidates uuid[],
  reason text collate "C" not null,
  -- The record is settled again once this is done.
  is_again boolean not null default false,
  -- Others name whom this makes, so he is made before them.
  is_needed boolean not null default false,
  state text collate "C" not null default 'planned' check (state in ('planned', 'done', 'failed', 'stale', 'held', 'rejected', 'told')),
  hold_id uuid,
  error_detail text,
  primary key (organization_id, read_id, round, anchor)
);
create index source_operations_open on source_operations (organization_id, read_id, round, operation, anchor) where state = 'planned';
-- Begin with what is looked for: without statistics PostgreSQL would rather read all of a read by another index.
create index source_operations_names on source_operations (user_name_key, read_id, organization_id)
  where user_name_key is not null and state = 'planned';

-- People whom records name and who are not known yet: when one arrives, those who wait for him are settled again.
create table source_references (
  organization_id uuid not null,
  source_id uuid not null,
  -- The attribute by which the other one is found; empty: his anchor.
  match_on text collate "C" not null,
  needed text collate "C" not null,
  -- Who waits, and for which of his attributes.
  anchor text collate "C" not null,
  target text not null,
  primary key (organization_id, source_id, match_on, needed, anchor, target)
);
create index source_references_needed on source_references (needed, source_id, organization_id);
create index source_references_anchor on source_references (anchor, source_id, organization_id);

-- What settling and applying keep of sources, reads and records.
-- The revision by which all records of the source were mapped.
alter table sources add column settled_revision integer;
alter table source_reads add column round smallint not null default 0, add column approved_by text;
-- Since when the person counts as gone from this source, and why; null: he is there.
alter table source_records add column left_at timestamptz, add column left_reason text collate "C";
create index source_records_absent on source_records (organization_id, source_id, anchor) where absent_reads > 0 or left_at is not null;
