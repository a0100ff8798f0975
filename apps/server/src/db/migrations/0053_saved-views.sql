-- What somebody looks at again and again: a page of the console with its filters, under a name.
create table saved_views (
  organization_id uuid not null references organizations on delete cascade,
  id uuid not null,
  screen text collate "C" not null,
  name text not null,
  -- What the address of the page holds: words, filters, order.
  search json not null,
  -- Whose; null: of everybody who may see the page.
  user_id uuid,
  created_by text not null,
  created_at timestamptz not null,
  primary key (organization_id, id),
  foreign key (organization_id, user_id) references users (organization_id, id) on delete cascade
);
