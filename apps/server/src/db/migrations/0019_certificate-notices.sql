-- Notices may be about a certificate of an identity provider.
alter table notices add column identity_provider_id uuid;
alter table notices drop constraint notices_kind_check;
alter table notices add constraint notices_kind_check
  check (kind in ('keyExpiring', 'keyExpired', 'keyOwnerLeft', 'keyLeaked', 'webhookDisabled', 'certificateExpiring'));
create unique index notices_certificate_occasion on notices (organization_id, identity_provider_id, kind, occasion)
  where identity_provider_id is not null;
