-- Reads that were answered with 200, many lines of the request log in one row: of one key, from a moment. A line of its own
-- cost a read a row and an index entry, more than the look-up it tells about. All other requests stay in request_log.
create table request_log_reads (
  organization_id uuid not null,
  -- Ids of the latest and the earliest of its lines, UUIDv7 as everywhere: packs may overlap, by a minute at most.
  last_id uuid not null,
  first_id uuid not null,
  connection_id uuid not null,
  key_id uuid not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  line_count integer not null,
  -- Lines between U+001E, their fields between U+001F, U+001D for null (db/queries/packed-line.ts).
  lines text not null,
  primary key (organization_id, last_id)
) with (toast_tuple_target = 8160);
-- A pack fills a page and stays in it: pieces elsewhere (TOAST) would be rows and index entries again, and compressing would
-- cost more than writing.
alter table request_log_reads alter column lines set storage external;
