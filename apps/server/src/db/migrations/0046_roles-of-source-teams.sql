-- Whoever may manage sources says who is in which of their groups, and not what people may do here: a team of a source has no
-- roles by its name. One that is mapped by its id has, since whoever may give roles chose it.
create or replace function mapped_roles(organization uuid, people uuid[]) returns table (user_id uuid, role_id uuid, mapping_id uuid)
language sql stable as $$
  select distinct m.member_id, r.role_id, r.id
  from unnest(people) p (id)
  join memberships m on m.organization_id = organization and m.member_id = p.id and m.member_kind = 'user'
  join teams t on t.organization_id = organization and t.id = m.team_id
  join lateral (
    select r.id, r.role_id from role_mappings r where r.organization_id = organization and r.team_id = t.id
    union all
    -- A team that somebody made here may not borrow the name of a pushed group.
    select r.id, r.role_id from role_mappings r
    where r.organization_id = organization and r.group_name = t.display and t.connection_id is not null and t.scim_id is not null
      and not exists (select from sources s where s.organization_id = organization and s.id = t.connection_id)
  ) r on true
  where (select o.role_mapping_mode from organizations o where o.id = organization) <> 'off'
$$;
