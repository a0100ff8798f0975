-- What rules call secret is kept sealed. Rows of before are sealed by a job, which notes by which rules it went through all of them;
-- null: it has not yet.
alter table sources add column sealed_revision integer;
