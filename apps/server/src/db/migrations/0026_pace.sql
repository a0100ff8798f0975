-- How fast an app is sent to: what all processes that send to it found out, and who they are.

create table app_pace (
  organization_id uuid not null,
  app_id uuid not null,
  -- Requests a second of all processes together.
  rate double precision not null,
  -- So many were too many at the last refusal.
  ceiling double precision,
  -- Nothing is sent before then: the app asked for it.
  blocked_until timestamptz,
  blocked_reason text collate "C",
  -- Refusals since a rise.
  refusals smallint not null default 0,
  changed_at timestamptz not null,
  -- Two processes that decide at once from the same number: one of them counts.
  revision bigint not null default 1,
  primary key (organization_id, app_id),
  foreign key (organization_id, app_id) references apps (organization_id, id) on delete cascade
) with (fillfactor = 50);

-- The processes that send to an app share its permits.
create table app_senders (
  organization_id uuid not null,
  app_id uuid not null,
  owner text collate "C" not null,
  joined_at timestamptz not null,
  seen_at timestamptz not null,
  primary key (organization_id, app_id, owner),
  foreign key (organization_id, app_id) references apps (organization_id, id) on delete cascade
) with (fillfactor = 50);
