-- The instance itself: the few tables that belong to no organization.

create extension if not exists btree_gin;
create extension if not exists pg_trgm;

-- Secrets of the instance, sealed with ROLLCALL_ENCRYPTION_KEYS; `rollcall keys rotate` seals them anew.
create table instance_secrets (
  name text primary key,
  sealed text not null,
  updated_at timestamptz not null
);

-- Keys that may do everything in every organization: the owner's, and the one in the data folder that the CLI reads.
create table instance_keys (
  id uuid primary key,
  hash bytea not null unique,
  name text not null,
  hint text not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);

-- One-time links for the first owner.
create table setup_links (
  id uuid primary key,
  hash bytea not null unique,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table organizations (
  id uuid primary key,
  slug text collate "C" not null unique,
  -- Six base62 characters inside every key of the organization, so that even the look-up of a key starts with it.
  short_id text collate "C" not null unique,
  name text not null,
  settings jsonb not null default '{}',
  version bigint not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
