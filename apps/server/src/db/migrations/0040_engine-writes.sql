-- Nobody asks which apps know an object without naming the app: all queries find a link by the primary key.
drop index links_object;

-- All links of a page are marked in one statement, and stay on it only where there is room for two versions of each: else
-- every second mark went into each index too.
alter table links set (fillfactor = 45);
