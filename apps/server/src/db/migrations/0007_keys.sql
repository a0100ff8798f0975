-- Service accounts, keys and notices; windows of rate limits that several processes share.

alter table service_accounts
  add email text,
  add created_by text not null default 'system',
  -- The person who answers for it: whoever made it, until it is handed over.
  add owner_id uuid,
  -- Name and address, folded by foldCase(): what a search looks in.
  add search_key text collate "C" not null default '';
create index service_accounts_owner on service_accounts (organization_id, owner_id) where owner_id is not null;

-- api: names the organization to intake-type calls, belongs to nobody and outlives whoever made it.
-- ref: refresh token; buys access tokens for the client that it belongs to.
-- ent: lets in what a tenant of Entra ID signs itself; its hash is that of the tenant's id, no secret's.
alter table keys drop constraint keys_kind_check;
alter table keys
  add constraint keys_kind_check check (kind in ('scm', 'adm', 'cli', 'tok', 'api', 'ent', 'ref')),
  -- CIDR ranges that the key may come from; null: anywhere.
  add allowed_networks text[],
  -- Public keys (RFC 7517) of an OAuth client that signs its requests instead of showing a secret.
  add jwks json,
  -- Where an authorization code of this client may be sent; null: it asks for none.
  add redirect_uris text[],
  -- The successor of a rotation: nobody needs to hear that the old one ends.
  add replaced_by uuid;
create unique index keys_api_name on keys (organization_id, name) where kind = 'api' and revoked_at is null;
create index keys_service_account on keys (organization_id, service_account_id) where service_account_id is not null;
create index keys_ending on keys (expires_at) where expires_at is not null and revoked_at is null and kind not in ('tok', 'ref');

-- What an administrator has consented to, until the client fetches its tokens (RFC 6749 §4.1).
create table authorization_codes (
  organization_id uuid not null references organizations on delete cascade,
  hash bytea not null,
  key_id uuid not null,
  redirect_uri text not null,
  -- S256 of the verifier (RFC 7636); null: the client used none.
  code_challenge text,
  scopes text[] not null,
  approved_by text not null,
  expires_at timestamptz not null,
  primary key (organization_id, hash)
);

-- The ids of assertions that were used, so that none is used twice (RFC 7523 §3).
create table used_assertions (
  organization_id uuid not null references organizations on delete cascade,
  key_id uuid not null,
  jti_hash bytea not null,
  expires_at timestamptz not null,
  primary key (organization_id, key_id, jti_hash)
);

-- What administrators must hear of: shown until somebody has acknowledged it, and told by mail once.
create table notices (
  organization_id uuid not null references organizations on delete cascade,
  id uuid not null,
  kind text collate "C" not null check (kind in ('keyExpiring', 'keyExpired', 'keyOwnerLeft', 'keyLeaked')),
  key_id uuid not null,
  -- Which of its kind about that key: days left, or when it happened. One each.
  occasion text collate "C" not null,
  data json not null,
  created_at timestamptz not null,
  mailed_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  primary key (organization_id, id)
);
create unique index notices_occasion on notices (organization_id, key_id, kind, occasion);
create index notices_unmailed on notices (created_at) where mailed_at is null;

-- When a person leaves, however it came about, administrators hear which provisioning stops with their keys.
-- A trigger, because no way of leaving must forget it, and because it costs nothing where nobody leaves.
create function note_owner_left() returns trigger language plpgsql as $$
begin
  -- Most people have no key, and asking costs half of what the insert does.
  if not exists (select from keys where organization_id = new.organization_id and user_id = new.id) then return null; end if;
  insert into notices (organization_id, id, kind, key_id, occasion, data, created_at)
  select k.organization_id, uuid_at(new.state_changed_at), 'keyOwnerLeft', k.id, new.version::text,
    json_build_object('key', k.name, 'hint', k.hint, 'owner', coalesce(new.display, new.user_name_key), 'state', new.state,
      'connection', c.name),
    new.state_changed_at
  from keys k
  left join connections c on c.organization_id = k.organization_id
    and (c.id = k.connection_id or (k.connection_id is null and c.is_default))
  where k.organization_id = new.organization_id and k.user_id = new.id and k.kind not in ('tok', 'ref')
    and k.scopes && array['scim', 'admin:enterprise']
    and (k.revoked_at is null or k.revoked_at = new.state_changed_at)
    and (k.expires_at is null or k.expires_at > new.state_changed_at)
  on conflict do nothing;
  return null;
end
$$;
create trigger users_owner_left after update of state on users
  for each row when (old.state in ('pending', 'active') and new.state in ('suspended', 'deprovisioned'))
  execute function note_owner_left();

-- How much of a limit is used up in the current window; one row a thing that is limited.
create table rate_windows (
  organization_id uuid not null references organizations on delete cascade,
  name text collate "C" not null,
  started_at timestamptz not null,
  used integer not null,
  primary key (organization_id, name)
) with (fillfactor = 70);

-- Somebody who may do it himself made this key for a person who had no role: until the person is given one, the key may do
-- what its scopes say. Taking the role away again must not give the key back what the role has ended.
alter table keys add column is_vouched boolean not null default false;
create function end_vouching() returns trigger language plpgsql as $$
begin
  update keys k set is_vouched = false from (select distinct organization_id, subject_id from granted) g
  where k.organization_id = g.organization_id and k.user_id = g.subject_id and k.is_vouched;
  return null;
end
$$;
create trigger role_assignments_vouching after insert on role_assignments
  referencing new table as granted for each statement execute function end_vouching();
