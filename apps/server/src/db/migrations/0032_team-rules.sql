-- Teams by rule, and memberships that end.

-- When a person said that the membership ends; null: when somebody ends it. History keeps it, so that who comes back with a
-- restored account comes back for as long as it was meant.
alter table memberships add column ends_at timestamptz;
alter table membership_history add column ends_at timestamptz;
create index memberships_ending on memberships (ends_at) where ends_at is not null;

-- A team whose people a rule decides; the row stays when the rule is taken away, so that revisions go on counting.
create table team_rules (
  organization_id uuid not null,
  team_id uuid not null,
  -- The revision that decides; null: none does.
  live_revision integer,
  -- The one that is being counted, or that waits for an approval.
  pending_revision integer,
  last_revision integer not null default 0,
  -- What of a person the live revision reads: a change of anything else moves nobody.
  interests text[] not null default '{}',
  version bigint not null default 1,
  primary key (organization_id, team_id)
);
create index team_rules_live on team_rules (organization_id) where live_revision is not null;

create table team_rule_revisions (
  organization_id uuid not null,
  team_id uuid not null,
  revision integer not null,
  rule jsonb not null,
  state text collate "C" not null check (state in ('counting', 'held', 'live', 'replaced', 'discarded', 'ended')),
  note text,
  made_by text not null,
  made_at timestamptz not null,
  -- What the count found before it went live.
  entering integer,
  leaving integer,
  undecided integer,
  -- How many may leave without an approval.
  threshold integer,
  live_at timestamptz,
  decided_by text,
  decided_at timestamptz,
  primary key (organization_id, team_id, revision)
);

-- Who would leave by a revision that waits for an approval.
create table team_rule_leaving (
  organization_id uuid not null,
  team_id uuid not null,
  revision integer not null,
  user_id uuid not null,
  primary key (organization_id, team_id, revision, user_id)
);

-- People whom the rule does not decide about, and who said so.
create table team_rule_exceptions (
  organization_id uuid not null,
  team_id uuid not null,
  user_id uuid not null,
  kind text collate "C" not null check (kind in ('always', 'never')),
  reason text not null,
  made_by text not null,
  made_at timestamptz not null,
  primary key (organization_id, team_id, user_id)
);
create index team_rule_exceptions_user on team_rule_exceptions (organization_id, user_id);

-- People of whom something changed that a rule reads; roots: what, null: anything.
create table team_rule_work (
  organization_id uuid not null,
  user_id uuid not null,
  roots text[],
  queued_at timestamptz not null,
  primary key (organization_id, user_id)
);
