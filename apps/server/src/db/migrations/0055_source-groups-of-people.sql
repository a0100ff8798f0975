-- Groups that sources list with their people, which rules of teams may read: JSON with names and ids, null where there are none.

-- As it counts: what a plan brought that was carried out, of whoever is linked.
alter table source_records add column groups text;
-- As the last read found it.
alter table source_records add column next_groups text;
create index source_records_groups on source_records (organization_id, source_id)
  where user_id is not null and groups is distinct from next_groups;
