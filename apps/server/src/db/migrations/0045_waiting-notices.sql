-- Notices of leavers whose account stays, and of plans that a schedule has made.
alter table notices drop constraint notices_kind_check;
alter table notices add constraint notices_kind_check
  check (kind in ('keyExpiring', 'keyExpired', 'keyOwnerLeft', 'keyLeaked', 'webhookDisabled', 'certificateExpiring',
    'metadataRefused', 'holdWaiting', 'appQuarantined', 'appPaused', 'appWorkHeld', 'appEscrowGrown', 'sourceReadHeld',
    'sourceReadFailed', 'appCredentialsExpiring', 'appLeaversWaiting', 'appPlanWaiting'));
