-- Identity providers: OpenID Connect.

-- Sign-ins and sign-outs that wait for the identity provider's answer: any process takes the answer, and takes it once.
-- Nothing in a row opens anything: nonce and code verifier are made of what the browser keeps.
create table oidc_requests (
  organization_id uuid not null,
  provider_id uuid not null,
  -- SHA-256 of the state.
  state bytea not null,
  kind text collate "C" not null check (kind in ('signIn', 'signOut')),
  -- SHA-256 of what the browser that asked keeps in a cookie.
  browser bytea not null,
  -- Where the person wanted to go: a path of ours.
  next text,
  -- The ID token of a session that was ended here, sealed, for its end there.
  id_token text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (organization_id, provider_id, state)
);
create index oidc_requests_expiring on oidc_requests (expires_at);

-- ID tokens of sessions, sealed: an identity provider that ends its session wants to see the one it gave.
create table oidc_id_tokens (
  organization_id uuid not null,
  session_id uuid not null,
  provider_id uuid not null,
  id_token text not null,
  expires_at timestamptz not null,
  primary key (organization_id, session_id)
);
create index oidc_id_tokens_expiring on oidc_id_tokens (expires_at);

-- Logout tokens that were taken: none is good twice.
create table oidc_logout_tokens (
  organization_id uuid not null,
  provider_id uuid not null,
  -- SHA-256 of jti.
  id bytea not null,
  expires_at timestamptz not null,
  primary key (organization_id, provider_id, id)
);
create index oidc_logout_tokens_expiring on oidc_logout_tokens (expires_at);

-- Verified domains of the organization whose people sign in by this identity provider: the sign-in page leads them on to it.
alter table identity_providers add column domains text[] collate "C" not null default '{}';
