-- Destructive work of the engine: counted before it is sent, held by name above the allowance. And the health of apps.

create table app_health (
  organization_id uuid not null,
  app_id uuid not null,
  health text collate "C" not null default 'healthy' check (health in ('healthy', 'degraded', 'quarantined', 'probing')),
  reason text collate "C",
  since timestamptz not null,
  next_probe_at timestamptz,
  probes integer not null default 0,
  probes_passed smallint not null default 0,
  primary key (organization_id, app_id)
) with (fillfactor = 50);
