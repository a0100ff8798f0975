import type { Attribute, BoundElementFilter } from '@rollcall/scim'
import { compareText, negate, type Comparison } from './compare.ts'
import { joinFragments, sql, sqlFalse, sqlTrue, type Fragment } from './fragment.ts'

/** What a filter on memberships must know besides the row. */
export type MembershipScope = {
  readonly organizationId: string
  /** People whose membership is kept but not shown (style `github`). */
  readonly hidesSuspendedMembers: boolean
}

/** `members[filter]` of the team `r`; undefined: there is a member at all. */
export function someMember(filter: BoundElementFilter | undefined, scope: MembershipScope): Fragment {
  if (filter?.kind === 'or') return someOf(filter.filters, (part) => someMember(part, scope))
  const id = filter === undefined ? undefined : findValue(filter)
  const exact = sql`exists (select ${membersOf(sql`r.organization_id`, sql`r.id`, scope)} and ${memberCondition(filter)})`
  if (id === undefined) return exact
  const candidates = sql`r.id in (select m.team_id from memberships m where m.organization_id = ${scope.organizationId}::uuid and m.member_id = ${memberId(id, scope)})`
  return filter?.kind === 'compare' && !scope.hidesSuspendedMembers ? candidates : sql`(${candidates} and ${exact})`
}

/** `from memberships m … where …` of one team, with the member joined as `mu` or `mt`, hidden people left out. */
export function membersOf(organizationId: Fragment, teamId: Fragment, scope: MembershipScope): Fragment {
  const visible = scope.hidesSuspendedMembers ? sql` and mu.state is distinct from 'suspended'` : sql``
  return sql`from memberships m
    left join users mu on m.member_kind = 'user' and mu.organization_id = m.organization_id and mu.id = m.member_id
    left join teams mt on m.member_kind = 'team' and mt.organization_id = m.organization_id and mt.id = m.member_id
    where m.organization_id = ${organizationId} and m.team_id = ${teamId} and (m.member_kind = 'user' or mt.scim_id is not null)${visible}`
}

/** A condition on one row of {@link membersOf}. */
export function memberCondition(filter: BoundElementFilter | undefined): Fragment {
  return filter === undefined ? sqlTrue : rowCondition(filter, memberLeaves)
}

/** The sub-attributes of a member, on a row of {@link membersOf}. */
export const memberLeaves: ReadonlyMap<string, Fragment> = new Map([
  ['value', sql`coalesce(mu.scim_id, mt.scim_id)::text`],
  ['display', sql`coalesce(mu.display_key, mt.display_name_key)`],
  ['type', sql`(case m.member_kind when 'user' then 'user' else 'group' end)`],
  ['$ref', sql`(case m.member_kind when 'user' then '/Users/' || mu.scim_id else '/Groups/' || mt.scim_id end)`],
])

function memberId(id: string, scope: MembershipScope): Fragment {
  if (!isUuid(id)) return sql`null::uuid`
  return sql`(select id from users where organization_id = ${scope.organizationId}::uuid and scim_id = ${id}::uuid
    union all select id from teams where organization_id = ${scope.organizationId}::uuid and scim_id = ${id}::uuid)`
}

/** `groups[filter]` of the user `r`, direct and through other teams; undefined: there is one at all. */
export function someGroup(filter: BoundElementFilter | undefined, scope: MembershipScope): Fragment {
  if (filter === undefined) return sql`exists (select from (${groupsOf()}) g)`
  if (filter.kind === 'or') return someOf(filter.filters, (part) => someGroup(part, scope))
  if (!speaksOfType(filter)) return inTeamsBelow(teamCondition(filter), scope)
  const exact = sql`exists (select from (${groupsOf()}) g where ${rowCondition(filter, groupLeaves)})`
  const id = findValue(filter)
  return id === undefined ? exact : sql`(${inTeamsBelow(valueCondition(id), scope)} and ${exact})`
}

// Asked from the teams downwards, so that the cost grows with the people found and not with the directory.
// An array, and `offset 0`: how many people a team has differs too much for an estimate to choose the plan.
function inTeamsBelow(condition: Fragment, { organizationId }: MembershipScope): Fragment {
  return sql`r.id = any(array(with recursive below (id) as (
      select g.id from teams g where g.organization_id = ${organizationId}::uuid and g.scim_id is not null and ${condition}
      union select x.member_id from below, ${membersBelow(organizationId, 'team')})
    select x.member_id from below, ${membersBelow(organizationId, 'user')}))`
}

function membersBelow(organizationId: string, kind: 'user' | 'team'): Fragment {
  return sql`lateral (select m.member_id from memberships m
    where m.organization_id = ${organizationId}::uuid and m.team_id = below.id and m.member_kind = ${kind} offset 0) x`
}

/** The groups of the user `r` as rows (id, value, display, type); cycles end because a team is visited once. */
export function groupsOf(): Fragment {
  return sql`with recursive above (id) as (
      select m.team_id from memberships m where m.organization_id = r.organization_id and m.member_id = r.id
      union select m.team_id from memberships m join above on m.member_id = above.id
        where m.organization_id = r.organization_id)
    select t.id, t.scim_id::text as value, t.display_name_key as display,
      case when exists (select from memberships d where d.organization_id = t.organization_id and d.team_id = t.id and d.member_id = r.id)
        then 'direct' else 'indirect' end as type
    from above join teams t on t.organization_id = r.organization_id and t.id = above.id and t.scim_id is not null`
}

/** The sub-attributes of a group, on a row of {@link groupsOf} named `g`. */
export const groupLeaves: ReadonlyMap<string, Fragment> = new Map([
  ['value', sql`g.value`],
  ['display', sql`g.display`],
  ['type', sql`g.type`],
  ['$ref', sql`('/Groups/' || g.value)`],
])

const teamLeaves: ReadonlyMap<string, Fragment> = new Map([
  ['value', sql`g.scim_id::text`],
  ['display', sql`g.display_name_key`],
  ['$ref', sql`('/Groups/' || g.scim_id)`],
])

function teamCondition(filter: BoundElementFilter): Fragment {
  const id = findValue(filter)
  const exact = rowCondition(filter, teamLeaves)
  return id === undefined ? exact : sql`${valueCondition(id)} and ${exact}`
}

function valueCondition(id: string): Fragment {
  return isUuid(id) ? sql`g.scim_id = ${id}::uuid` : sqlFalse
}

function speaksOfType(filter: BoundElementFilter): boolean {
  switch (filter.kind) {
    case 'compare':
    case 'present':
      return filter.attribute.name === 'type'
    case 'and':
    case 'or':
      return filter.filters.some(speaksOfType)
    case 'not':
      return speaksOfType(filter.filter)
    default:
      return filter satisfies never
  }
}

function rowCondition(filter: BoundElementFilter, leaves: ReadonlyMap<string, Fragment>): Fragment {
  switch (filter.kind) {
    case 'compare':
      return compareText(leafOf(filter.attribute, leaves), filter)
    case 'present':
      return sql`${leafOf(filter.attribute, leaves)} <> ''`
    case 'and':
    case 'or': {
      const parts = filter.filters.map((part) => rowCondition(part, leaves))
      return sql`(${joinFragments(parts, ` ${filter.kind} `, filter.kind === 'and' ? sqlTrue : sqlFalse)})`
    }
    case 'not':
      return negate(rowCondition(filter.filter, leaves))
    default:
      return filter satisfies never
  }
}

function leafOf(attribute: Attribute, leaves: ReadonlyMap<string, Fragment>): Fragment {
  return leaves.get(attribute.name) ?? sql`null::text`
}

function someOf(
  filters: readonly BoundElementFilter[],
  toFragment: (filter: BoundElementFilter) => Fragment,
): Fragment {
  return sql`(${joinFragments(filters.map(toFragment), ' or ', sqlFalse)})`
}

/** The id that `value eq` demands, when nothing can match without it. */
export function findValue(filter: BoundElementFilter): string | undefined {
  if (filter.kind === 'and') return filter.filters.map(findValue).find((value) => value !== undefined)
  return filter.kind === 'compare' && isValueEquality(filter) ? String(filter.value) : undefined
}

function isValueEquality(filter: Comparison & { readonly attribute: Attribute }): boolean {
  return filter.operator === 'eq' && filter.attribute.name === 'value'
}

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Ids are compared case-exactly and stored in lower case (RFC 7643 §3.1). */
export function isUuid(text: string): boolean {
  return uuidShape.test(text)
}
