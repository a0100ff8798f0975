-- Events and webhooks. Events are not stored: they are read from `changes`, in the order of its positions.

-- How far a consumer of the outbox has come; what follows is still to be read. A consumer has one row in each organization
-- that it follows, and none elsewhere: nothing is read for those who asked for nothing.
create table outbox_cursors (
  organization_id uuid not null references organizations on delete cascade,
  consumer text collate "C" not null,
  position bigint not null,
  primary key (organization_id, consumer)
);
