-- Accounts of an app that a plan has read to find out who has one already: by what each may be found. Gone when the plan is made.
create table app_plan_accounts (
  organization_id uuid not null,
  app_id uuid not null,
  plan_id uuid not null,
  kind text collate "C" not null,
  -- Which question of the rules it answers.
  question smallint not null,
  -- Hashes of the values: as loosely as an app may compare them, and as they are written.
  key bytea not null,
  target_key text collate "C" not null,
  written bytea not null,
  primary key (organization_id, plan_id, kind, question, key, target_key)
);

-- How accounts were looked for, and how far that is. Null: not yet begun, or there was nobody to look for.
alter table app_plans add column search jsonb;
