-- Identity providers: SAML.

create table identity_providers (
  organization_id uuid not null references organizations on delete cascade,
  id uuid not null,
  type text collate "C" not null check (type in ('saml', 'oidc')),
  name text not null,
  state text collate "C" not null default 'enabled' check (state in ('enabled', 'disabled')),
  -- The name of the preset that it was made by.
  preset text,
  settings jsonb not null default '{}',
  -- What the identity provider says of itself, as far as we read it: addresses and certificates.
  description jsonb not null default '{}',
  -- Which values of attributes give which roles and teams.
  mappings jsonb not null default '{}',
  -- Private keys and client secrets, sealed.
  secrets text,
  version bigint not null default 1,
  created_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- When its description was read last, why that failed, and when it is read again; null: never.
  refreshed_at timestamptz,
  refresh_error text,
  refresh_due timestamptz,
  primary key (organization_id, id)
);
create unique index identity_providers_name on identity_providers (organization_id, name);
create index identity_providers_due on identity_providers (refresh_due) where refresh_due is not null;

-- Requests of ours that wait for an answer: any process takes the answer, and takes it once.
create table saml_requests (
  organization_id uuid not null,
  provider_id uuid not null,
  id text collate "C" not null,
  kind text collate "C" not null check (kind in ('signIn', 'signOut')),
  -- SHA-256 of what the browser that asked keeps in a cookie.
  browser bytea,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (organization_id, provider_id, id)
);
create index saml_requests_expiring on saml_requests (expires_at);

-- Assertions and logout requests that were taken: none is good twice.
create table saml_replays (
  organization_id uuid not null,
  provider_id uuid not null,
  id text collate "C" not null,
  expires_at timestamptz not null,
  primary key (organization_id, provider_id, id)
);
create index saml_replays_expiring on saml_replays (expires_at);

-- Who signed in by which identity provider, and what it said of him: the preview of mappings reads that.
create table identity_links (
  organization_id uuid not null,
  provider_id uuid not null,
  user_id uuid not null,
  -- NameID or sub.
  subject text collate "C" not null,
  subject_format text,
  -- Attribute → values, as they came.
  attributes jsonb not null default '{}',
  linked_at timestamptz not null,
  last_at timestamptz not null,
  primary key (organization_id, provider_id, user_id)
);
create index identity_links_user on identity_links (organization_id, user_id);

-- Sign-ins that failed, masked, for a week.
create table sign_in_failures (
  organization_id uuid not null,
  id uuid not null,
  provider_id uuid not null,
  at timestamptz not null,
  code text collate "C" not null,
  detail text not null,
  -- What was exchanged, as far as it tells anything and is no secret.
  exchange jsonb not null,
  request_id text,
  primary key (organization_id, id)
);
create index sign_in_failures_age on sign_in_failures (at);

-- Roles that an identity provider's attributes give; source_id is the identity provider.
alter table role_assignments drop constraint role_assignments_source_check;
alter table role_assignments add constraint role_assignments_source_check
  check (source in ('local', 'scim', 'mapping', 'default', 'signIn'));

-- Teams that the sign-in put the person into: it takes out of these only.
alter table identity_links add column team_ids uuid[] not null default '{}';

-- What an identity provider said of somebody goes with everything else that is personal.
create function drop_identity_links() returns trigger language plpgsql as $$
begin
  delete from identity_links where organization_id = new.organization_id and user_id = new.id;
  return null;
end
$$;
create trigger users_purged_links after update of purged_at on users
  for each row when (old.purged_at is null and new.purged_at is not null) execute function drop_identity_links();
