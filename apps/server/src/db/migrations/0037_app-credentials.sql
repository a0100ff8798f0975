-- Credentials of apps whose end is known: administrators are told before.
alter table apps add column credentials_expire_at timestamptz;
create index apps_credentials_expire on apps (credentials_expire_at) where credentials_expire_at is not null;

alter table notices drop constraint notices_kind_check;
alter table notices add constraint notices_kind_check
  check (kind in ('keyExpiring', 'keyExpired', 'keyOwnerLeft', 'keyLeaked', 'webhookDisabled', 'certificateExpiring',
    'metadataRefused', 'holdWaiting', 'appQuarantined', 'appPaused', 'appWorkHeld', 'appEscrowGrown', 'sourceReadHeld',
    'sourceReadFailed', 'appCredentialsExpiring'));
