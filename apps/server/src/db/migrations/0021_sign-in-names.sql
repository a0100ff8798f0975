-- Names that sign-in keeps, and reminders of what waits.

-- How the identity provider wrote the NameID of a session: { format, nameQualifier, spNameQualifier }, those that it gave.
-- A request to log out names the person exactly so (saml-core-2.0-os §3.7.1, §2.2.2).
alter table sessions add column external_name_form jsonb;

-- Notices may be about a hold that nobody decides.
alter table notices add column hold_id uuid;
alter table notices drop constraint notices_kind_check;
alter table notices add constraint notices_kind_check
  check (kind in ('keyExpiring', 'keyExpired', 'keyOwnerLeft', 'keyLeaked', 'webhookDisabled', 'certificateExpiring',
    'metadataRefused', 'holdWaiting'));
create unique index notices_hold_occasion on notices (organization_id, hold_id, kind, occasion) where hold_id is not null;

-- The role of accounts that a sign-in makes was kept by its name, which may change.
update identity_providers p set settings = jsonb_set(p.settings, '{justInTime,role}', to_jsonb(r.id))
from (
  select organization_id, id::text, name from roles
  union all
  select o.id, b.id, b.name from organizations o cross join (values
    ('00000000-0000-4000-8000-000000000001', 'owner'),
    ('00000000-0000-4000-8000-000000000002', 'admin'),
    ('00000000-0000-4000-8000-000000000003', 'team maintainer'),
    ('00000000-0000-4000-8000-000000000004', 'auditor'),
    ('00000000-0000-4000-8000-000000000005', 'member'),
    ('00000000-0000-4000-8000-000000000006', 'guest'),
    ('00000000-0000-4000-8000-000000000007', 'billing manager')) b (id, name)
) r
where r.organization_id = p.organization_id
  and lower(translate(r.name, '_-', '  ')) = lower(translate(p.settings #>> '{justInTime,role}', '_-', '  '));
