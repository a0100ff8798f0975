-- Notices may be about metadata of an identity provider that was refused when it was read again.
alter table notices drop constraint notices_kind_check;
alter table notices add constraint notices_kind_check
  check (kind in ('keyExpiring', 'keyExpired', 'keyOwnerLeft', 'keyLeaked', 'webhookDisabled', 'certificateExpiring',
    'metadataRefused'));
