-- Mails: what was sent, and what waits to be sent or read here. Invitations: links by which people confirm their address.

create table mails (
  organization_id uuid not null,
  id uuid not null,
  -- A template's name and what it is filled with; the text is made when it is sent or read, in the recipient's language.
  template text collate "C" not null,
  recipient text not null,
  locale text not null,
  data json not null,
  -- canceled: what it said was not true any more before it was sent, such as the link of an invitation that was replaced.
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'failed', 'canceled')),
  -- Counted when a worker takes the mail, so that a worker that dies of it does not die of it for ever.
  attempts integer not null default 0,
  -- Not tried before then; while a worker has it, the end of its lease.
  due_at timestamptz not null,
  created_at timestamptz not null,
  sent_at timestamptz,
  last_error text,
  primary key (organization_id, id)
);
create index mails_waiting on mails (due_at) where state = 'waiting';
create index mails_created on mails using brin (created_at);

create table invitations (
  organization_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  -- due: a worker must look at it, because it has no mail yet or because the person's address may have changed.
  state text not null default 'due' check (state in ('due', 'open', 'accepted', 'replaced', 'revoked')),
  -- The address that the link confirms; null: the person has none.
  recipient text,
  mail_id uuid,
  created_at timestamptz not null,
  -- Known once the mail is made: the time to open the link counts from there.
  expires_at timestamptz,
  ended_at timestamptz,
  primary key (organization_id, id)
);
create unique index invitations_live on invitations (organization_id, user_id) where state in ('due', 'open');
create index invitations_user on invitations (organization_id, user_id, id);
create index invitations_due on invitations (created_at) where state = 'due';

-- Addresses that somebody has shown to be theirs, folded by foldCase(). No foreign keys: see 0002.
create table verified_emails (
  organization_id uuid not null,
  user_id uuid not null,
  address_key text collate "C" not null,
  address text not null,
  verified_at timestamptz not null,
  primary key (organization_id, user_id, address_key)
);

-- A UUIDv7 of that moment, for rows that the database makes itself: lists are in the order of their ids.
create function uuid_at(at timestamptz) returns uuid language sql volatile as $$
  select encode(
    overlay(
      set_bit(set_bit(uuid_send(gen_random_uuid()), 52, 1), 53, 1)
      placing substring(int8send((extract(epoch from at) * 1000)::bigint) from 3) from 1 for 6),
    'hex')::uuid
$$;

-- Whoever becomes pending is invited, however that came about, without a round trip of whoever wrote it; whoever stops
-- being pending needs no invitation any more.
create function note_invitation() returns trigger language plpgsql as $$
begin
  update invitations set state = 'revoked', ended_at = new.state_changed_at
  where organization_id = new.organization_id and user_id = new.id and state in ('due', 'open');
  if new.state = 'pending' then
    insert into invitations (organization_id, id, user_id, created_at)
    values (new.organization_id, uuid_at(new.state_changed_at), new.id, new.state_changed_at);
  end if;
  return null;
end
$$;
-- Once a statement: /Bulk makes a thousand people with one.
create function invite_newborn() returns trigger language plpgsql as $$
begin
  insert into invitations (organization_id, id, user_id, created_at)
    select organization_id, uuid_at(state_changed_at), id, state_changed_at from born where state = 'pending';
  return null;
end
$$;
create trigger users_born_pending after insert on users
  referencing new table as born for each statement execute function invite_newborn();
create trigger users_pending after update of state on users
  for each row when (old.state <> new.state and 'pending' in (old.state, new.state)) execute function note_invitation();

-- A new address needs a new mail; whether the one that counts has changed, a worker finds out.
create function note_address() returns trigger language plpgsql as $$
begin
  update invitations set state = 'due'
  where organization_id = new.organization_id and user_id = new.id and state = 'open';
  return null;
end
$$;
create trigger users_pending_address after update of document on users
  for each row when (old.state = 'pending' and new.state = 'pending'
    and (old.search -> 'emails' is distinct from new.search -> 'emails' or old.user_name_key <> new.user_name_key))
  execute function note_address();

-- A link that is dead is not sent out.
create function cancel_mail() returns trigger language plpgsql as $$
begin
  update mails set state = 'canceled' where organization_id = new.organization_id and id = new.mail_id and state = 'waiting';
  return null;
end
$$;
create trigger invitations_ended after update of state on invitations
  for each row when (new.state in ('accepted', 'replaced', 'revoked') and new.mail_id is not null)
  execute function cancel_mail();

-- When the personal data of a deleted person is purged, which empties the user name, nothing of it stays here either.
create function forget_invitations() returns trigger language plpgsql as $$
begin
  delete from mails m using invitations i
  where i.organization_id = new.organization_id and i.user_id = new.id
    and m.organization_id = i.organization_id and m.id = i.mail_id;
  delete from invitations where organization_id = new.organization_id and user_id = new.id;
  delete from verified_emails where organization_id = new.organization_id and user_id = new.id;
  return null;
end
$$;
create trigger users_purged after update of user_name_key on users
  for each row when (new.state = 'deprovisioned' and new.user_name_key = '' and old.user_name_key <> '')
  execute function forget_invitations();
