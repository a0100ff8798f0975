-- Sign-ins that administrators try: nobody is signed in by them. What was received goes after a day.
create table sign_in_tests (
  organization_id uuid not null,
  id uuid not null,
  provider_id uuid not null,
  created_by text not null,
  created_at timestamptz not null,
  -- Until then the browser must be back.
  expires_at timestamptz not null,
  finished_at timestamptz,
  passed boolean,
  code text collate "C",
  detail text,
  failure_id uuid,
  -- Who would have been signed in.
  user_id uuid,
  creates_account boolean not null default false,
  received jsonb,
  primary key (organization_id, id),
  foreign key (organization_id, provider_id) references identity_providers on delete cascade
);
create index sign_in_tests_age on sign_in_tests (created_at);
create index sign_in_tests_provider on sign_in_tests (organization_id, provider_id, id);
