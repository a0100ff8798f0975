-- Whoever has left is deleted when the grace is over, though the source is silent then.
alter table timed_facts drop constraint timed_facts_kind_check;
alter table timed_facts add constraint timed_facts_kind_check check (kind in ('create', 'join', 'move', 'leave', 'delete'));

-- Those who have left before.
insert into timed_facts (organization_id, source_id, anchor, kind, at, lane, due_at, read_id)
select r.organization_id, r.source_id, r.anchor, 'delete', r.left_at + make_interval(days => g.days), 2,
  r.left_at + make_interval(days => g.days), r.read_id
from source_records r
join users u on u.organization_id = r.organization_id and u.id = r.user_id and u.state = 'suspended'
join sources s on s.organization_id = r.organization_id and s.id = r.source_id
join source_rules w on w.organization_id = s.organization_id and w.source_id = s.id and w.revision = s.settled_revision
cross join lateral (select (w.document #>> '{leaving,graceDays}')::integer as days) g
where r.left_at is not null and r.situation not in ('removed', 'upcoming') and g.days is not null
  and coalesce(case when r.left_reason = 'inactive' then w.document #>> '{leaving,inactive}' end, w.document #>> '{leaving,policy}')
    = 'suspendThenDelete';
