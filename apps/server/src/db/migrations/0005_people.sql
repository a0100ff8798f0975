-- People: states, ownership by attribute, recycle bin, verified domains.

-- What an account is while nobody has suspended it: it returns to that (pending: the invitation was not accepted yet).
alter table users add column resumes_as text not null default 'active' check (resumes_as in ('pending', 'active'));

-- Who is in which state, in the order of people: a list by state reads a page of it, however rare the state is.
-- Not an index on users: that would cost each change of state an entry in every index of users.
create table user_states (
  organization_id uuid not null,
  state text collate "C" not null,
  user_id uuid not null,
  primary key (organization_id, state, user_id)
);
insert into user_states (organization_id, state, user_id) select organization_id, state, id from users;

drop trigger users_born_suspended on users;
drop trigger users_state on users;
drop function note_suspension;
drop table suspended_users;

create function note_state() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into user_states (organization_id, state, user_id) values (new.organization_id, new.state, new.id);
  else
    update user_states set state = new.state
    where organization_id = old.organization_id and state = old.state and user_id = old.id;
  end if;
  return null;
end
$$;
create trigger users_born after insert on users for each row execute function note_state();
create trigger users_state after update of state on users
  for each row when (old.state <> new.state) execute function note_state();
