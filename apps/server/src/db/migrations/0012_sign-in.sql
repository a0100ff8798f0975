-- Sign-in: sessions, and what people sign in with.

-- One browser of one person. Whoever is suspended or deleted has no session from that moment on, and gets none back: what
-- reads a session looks at the person's state and at the time of its last change, so those writes cost nothing more.
create table sessions (
  organization_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  -- SHA-256 of the secret in the cookie.
  hash bytea not null,
  method text not null check (method in ('password', 'passkey', 'saml', 'oidc', 'recoveryCode', 'invitation')),
  -- What the person has proven so far, such as password and totp.
  factors text[] not null,
  -- Half signed in: it leads to the second step, or to its enrolment, and to nothing else.
  stage text not null default 'full' check (stage in ('full', 'secondStep')),
  identity_provider_id uuid,
  -- What the identity provider calls the person (NameID, sub) and the session (SessionIndex, sid), for its logout.
  external_subject text,
  external_session text,
  ip text,
  user_agent text,
  started_at timestamptz not null,
  -- When the person last proved something: dangerous acts ask for it anew.
  proved_at timestamptz not null,
  -- Written once a minute at most.
  last_seen_at timestamptz not null,
  -- What the identity provider, or the organization at that time, allowed at most.
  expires_at timestamptz not null,
  ended_at timestamptz,
  end_reason text,
  ended_by text,
  primary key (organization_id, id)
);
create unique index sessions_hash on sessions (organization_id, hash);
create index sessions_user on sessions (organization_id, user_id, id);
create index sessions_external_subject on sessions (organization_id, identity_provider_id, external_subject)
  where ended_at is null and identity_provider_id is not null;
create index sessions_external_session on sessions (organization_id, identity_provider_id, external_session)
  where ended_at is null and identity_provider_id is not null;
create index sessions_expiring on sessions (organization_id, expires_at);

-- Ways to sign in of single people, in place of what the organization says.
create table sign_in_methods (
  organization_id uuid not null,
  user_id uuid not null,
  methods text[] not null,
  set_by text not null,
  set_at timestamptz not null,
  primary key (organization_id, user_id)
);

-- Which organization a mail address belongs to is asked before an organization is known.
create index domains_discovery on domains (domain) where verified_at is not null;

-- Links by which people choose a password: after the invitation, or when the one before is forgotten.
create table password_links (
  organization_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- Used, or replaced by a newer one.
  ended_at timestamptz,
  primary key (organization_id, id)
);
create index password_links_user on password_links (organization_id, user_id) where ended_at is null;

-- A new mail address of a person, to be confirmed at both. A link names the row by the id of its side.
create table email_changes (
  organization_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  -- Null: the person had none.
  old_address text,
  new_address text not null,
  old_link uuid not null,
  new_link uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  old_confirmed_at timestamptz,
  new_confirmed_at timestamptz,
  -- Done, or replaced by another one.
  ended_at timestamptz,
  primary key (organization_id, id)
);
create index email_changes_user on email_changes (organization_id, user_id) where ended_at is null;
create unique index email_changes_old on email_changes (organization_id, old_link);
create unique index email_changes_new on email_changes (organization_id, new_link);
