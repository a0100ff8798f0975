-- When an app that somebody paused goes on by itself; null: when somebody resumes it.
alter table apps add column paused_until timestamptz;
create index apps_paused_until on apps (paused_until) where paused_until is not null;

-- Who said until when nothing is sent: `app` by `Retry-After` or another header, or `us`, since it did not say.
alter table app_pace add column blocked_by text collate "C";
