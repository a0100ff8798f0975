-- Rollcall.UniqueNumber: each object of an app keeps the number that it got in a sequence, whatever becomes of its account.

create table number_sequences (
  organization_id uuid not null,
  app_id uuid not null,
  name text collate "C" not null,
  last bigint not null,
  primary key (organization_id, app_id, name)
);

create table unique_numbers (
  organization_id uuid not null,
  app_id uuid not null,
  sequence text collate "C" not null,
  object_id uuid not null,
  number bigint not null,
  primary key (organization_id, app_id, sequence, object_id)
);
create unique index unique_numbers_number on unique_numbers (organization_id, app_id, sequence, number);
