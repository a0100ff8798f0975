-- What an app really has: accounts as the last reconciliation listed them, compared with links and with the directory.

-- The last one of an app that came to its end.
create table app_reconciliations (
  organization_id uuid not null,
  app_id uuid not null,
  run_id uuid not null,
  policy text collate "C" not null check (policy in ('report', 'adopt', 'enforce')),
  started_at timestamptz not null,
  ended_at timestamptz not null,
  counts jsonb not null,
  primary key (organization_id, app_id)
);

-- Filled while a run lists the app; those of the run before stand until it has ended.
create table app_accounts (
  organization_id uuid not null,
  app_id uuid not null,
  run_id uuid not null,
  kind text collate "C" not null check (kind in ('user', 'team')),
  target_key text collate "C" not null,
  -- pending: something was on its way to it, so it was not compared.
  class text collate "C" not null check (class in ('equal', 'drift', 'missing', 'pending', 'orphan')),
  name text,
  -- Of accounts without a link: folded values by which people are found.
  match_key text collate "C",
  own_key text collate "C",
  -- Whose it is; of an account without a link, whose it may be.
  object_id uuid,
  candidates integer not null default 0,
  is_assigned boolean not null default false,
  is_in_scope boolean not null default false,
  -- There was a link once, or it carries an id that only we give.
  was_ours boolean not null default false,
  -- Of drift: attributes, what was sent, and what was found; redacted.
  differences json,
  primary key (organization_id, app_id, run_id, kind, target_key)
);
create index app_accounts_match on app_accounts (organization_id, app_id, run_id, kind, match_key) where class = 'orphan';
create index app_accounts_own on app_accounts (organization_id, app_id, run_id, kind, own_key) where class = 'orphan';
