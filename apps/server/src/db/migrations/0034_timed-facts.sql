-- What takes effect on a day that is still to come.

-- First and last days, moves: what records say of a day to come, so that it happens though the source is silent then.
create table timed_facts (
  organization_id uuid not null,
  source_id uuid not null,
  anchor text collate "C" not null,
  -- create: there may be an account, suspended; join: the first day; move: the other columns hold; leave: the last day is over.
  kind text collate "C" not null check (kind in ('create', 'join', 'move', 'leave')),
  -- The instant: local midnight where the person works.
  at timestamptz not null,
  -- Who leaves goes first.
  lane smallint not null,
  state text collate "C" not null default 'waiting' check (state in ('waiting', 'done', 'cancelled')),
  -- Not before; later than its instant once it could not be done.
  due_at timestamptz not null,
  failures integer not null default 0,
  detail text,
  -- The read that said so last: while its plan waits for a person, so does this.
  read_id uuid not null,
  -- By which it was done.
  done_read_id uuid,
  ended_at timestamptz,
  ended_by text,
  reason text,
  primary key (organization_id, source_id, anchor, kind),
  foreign key (organization_id, source_id) references sources (organization_id, id) on delete cascade
);
create index timed_facts_due on timed_facts (lane, due_at) where state = 'waiting';
create index timed_facts_next on timed_facts (organization_id, source_id, at, anchor, kind);

-- due: nothing was read; what its records had said of that day was done.
alter table source_reads drop constraint source_reads_mode_check;
alter table source_reads add constraint source_reads_mode_check check (mode in ('full', 'delta', 'session', 'due'));

-- What a source is told of its people: one row a record, the newest value only.
create table source_write_backs (
  organization_id uuid not null,
  source_id uuid not null,
  anchor text collate "C" not null,
  user_id uuid not null,
  -- Of what it was made: another version, or other settings, and it is made anew.
  user_version bigint not null,
  settings_hash text collate "C" not null,
  -- held: an attribute that it needs has no value; sending: a request is under way, or its process died in it.
  state text collate "C" not null check (state in ('held', 'waiting', 'sending', 'done', 'failed')),
  -- JSON, by field.
  fields text not null,
  fields_hash text collate "C" not null,
  -- What the source has taken last.
  sent_hash text collate "C",
  due_at timestamptz not null,
  failures integer not null default 0,
  status integer,
  detail text,
  updated_at timestamptz not null,
  sent_at timestamptz,
  primary key (organization_id, source_id, anchor),
  foreign key (organization_id, source_id) references sources (organization_id, id) on delete cascade
);
create index source_write_backs_due on source_write_backs (due_at) where state in ('waiting', 'sending');
