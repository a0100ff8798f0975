-- People who run the server: signed in they may do what keys of the instance may do. The right rests while somebody is
-- suspended or deleted, since then nobody is signed in as him.
create table operators (
  organization_id uuid not null references organizations on delete cascade,
  user_id uuid not null,
  granted_by text not null,
  granted_at timestamptz not null,
  primary key (organization_id, user_id)
);
