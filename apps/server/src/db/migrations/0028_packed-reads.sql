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
);

-- pglz would cost more than the lines. A PostgreSQL that was built without lz4 keeps them as they are.
do $$
begin
  alter table request_log_reads alter column lines set compression lz4;
exception when feature_not_supported then
  alter table request_log_reads alter column lines set storage external;
end
$$;
