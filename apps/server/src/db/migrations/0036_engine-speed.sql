-- A first cycle changes every link and every work item soon after they were made, where they stand: with room on the page no
-- index hears of it.
alter table links set (fillfactor = 60);
alter table work_items set (fillfactor = 50);
