-- Somebody who is no member here any more, and of whom a person decided that he stays one in the app.
alter table member_edges add column is_kept boolean not null default false;
