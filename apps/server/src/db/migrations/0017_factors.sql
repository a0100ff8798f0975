-- Passkeys, one-time codes, recovery codes.

-- What a person's device or key ring signs with (WebAuthn).
create table passkeys (
  organization_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  -- The id that the authenticator gave it, and its public key (COSE).
  credential_id bytea not null,
  public_key bytea not null,
  -- Of authenticators that count; one that goes back was copied.
  counter bigint not null,
  transports text[] not null,
  -- The host that it works for; under another public address it is stranded.
  rp_id text collate "C" not null,
  name text not null,
  is_backed_up boolean not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, user_id) references users (organization_id, id) on delete cascade
);
create unique index passkeys_credential on passkeys (organization_id, credential_id);
create index passkeys_user on passkeys (organization_id, user_id, id);

-- Challenges that were answered well, so that none is answered twice. Those that nobody answers are stored nowhere.
create table used_challenges (
  organization_id uuid not null references organizations on delete cascade,
  hash bytea not null,
  expires_at timestamptz not null,
  primary key (organization_id, hash)
);

-- An authenticator app (RFC 6238).
create table one_time_codes (
  organization_id uuid not null,
  user_id uuid not null,
  -- Sealed.
  secret text not null,
  -- The time step of the last code that was taken: none is taken twice, nor an older one.
  last_step bigint not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  primary key (organization_id, user_id),
  foreign key (organization_id, user_id) references users (organization_id, id) on delete cascade
);

create table recovery_codes (
  organization_id uuid not null,
  user_id uuid not null,
  -- SHA-256.
  hash bytea not null,
  created_at timestamptz not null,
  used_at timestamptz,
  primary key (organization_id, user_id, hash),
  foreign key (organization_id, user_id) references users (organization_id, id) on delete cascade
);
