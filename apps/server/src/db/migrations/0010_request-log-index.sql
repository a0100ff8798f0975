-- No query could use it: a line is looked for by our id or the identity provider's, and only one of them was in it.
-- It cost a read of a resource as much as the rest of its line.
drop index request_log_resource;
