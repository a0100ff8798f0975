-- Links by which the administrator of a customer, who has no account, connects an identity provider. The secret of a link is
-- derived from its id and is stored nowhere.
create table customer_links (
  organization_id uuid not null references organizations on delete cascade,
  id uuid not null,
  purpose text collate "C" not null check (purpose in ('scim', 'saml', 'both')),
  provider text collate "C" not null
    check (provider in ('okta', 'entra', 'onelogin', 'jumpcloud', 'google', 'ping', 'generic')),
  -- What is connected; of an identity provider the id that it will have, so that its addresses are known before it is there.
  connection_id uuid,
  identity_provider_id uuid,
  -- The key that was made by the link last.
  key_id uuid,
  recipient text,
  locale text not null,
  -- Steps that were ticked off by hand, and the one that is being looked at.
  done_steps text[] not null default '{}',
  step text collate "C",
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  opened_at timestamptz,
  done_at timestamptz,
  revoked_at timestamptz,
  version bigint not null default 1,
  primary key (organization_id, id)
);
