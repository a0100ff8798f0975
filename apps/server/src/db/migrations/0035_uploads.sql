-- Records that are uploaded in bulk: they wait here, in the pages in which they came, until a read takes them.
create table source_batches (
  organization_id uuid not null,
  source_id uuid not null,
  id uuid not null,
  -- Batches are read in this order.
  position bigint generated always as identity,
  -- bulk: operations of SCIM; session: it shows everybody, in any number of requests.
  kind text collate "C" not null check (kind in ('records', 'bulk', 'session')),
  state text collate "C" not null check (state in ('open', 'received', 'cancelled')),
  -- The read that took it; null: it waits.
  read_id uuid,
  entries bigint not null default 0,
  pages integer not null default 0,
  -- False: what it held was forgotten, its read is over for long.
  has_pages boolean not null default true,
  uploaded_by text not null,
  opened_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (organization_id, id)
);
create index source_batches_waiting on source_batches (organization_id, source_id, position)
  where state = 'received' and read_id is null;
create index source_batches_read on source_batches (organization_id, read_id, position) where read_id is not null;
create index source_batches_source on source_batches (organization_id, source_id, id);
create index source_batches_changed on source_batches (changed_at) where has_pages;

-- At most 1,000 entries each, compressed.
create table source_batch_pages (
  organization_id uuid not null,
  source_id uuid not null,
  batch_id uuid not null,
  number integer not null,
  content bytea not null,
  primary key (organization_id, batch_id, number)
);
alter table source_batch_pages alter column content set storage external;
