-- What one act on many people came to, person by person: by it the act is undone, and whoever was left out is named.
create table people_act_items (
  organization_id uuid not null,
  run_id uuid not null,
  user_id uuid not null,
  outcome text collate "C" not null check (outcome in ('done', 'failed', 'undone')),
  -- Of those who were left out: why.
  code text collate "C",
  detail text,
  primary key (organization_id, run_id, user_id),
  foreign key (organization_id, run_id) references runs (organization_id, id) on delete cascade
);
