-- Mails: what was sent, and what waits to be sent or read here.

create table mails (
  organization_id uuid not null,
  id uuid not null,
  -- A template's name and what it is filled with; the text is made when it is sent or read, in the recipient's language.
  template text collate "C" not null,
  recipient text not null,
  locale text not null,
  data json not null,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'failed')),
  attempts integer not null default 0,
  -- Not tried before then.
  due_at timestamptz not null,
  created_at timestamptz not null,
  sent_at timestamptz,
  last_error text,
  primary key (organization_id, id)
);
create index mails_waiting on mails (due_at) where state = 'waiting';
