import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

/** An app that hears of changes. */
export type ListeningApp = {
  readonly organizationId: string
  readonly appId: string
  readonly revision: number
  readonly version: number
  readonly settings: JsonObject
  readonly createdAt: Date
}

/** Apps of these organizations by whose rules somebody was provisioned; paused ones gather what changes meanwhile. */
export async function selectListeningApps(
  db: Queryable,
  organizationIds: readonly string[],
): Promise<readonly ListeningApp[]> {
  const { rows } = await db.query<ListeningApp>(listening, [organizationIds])
  return rows
}

const listening = {
  name: 'listening_apps',
  text: `select organization_id as "organizationId", id as "appId", live_revision as revision, version, settings,
      created_at as "createdAt"
    from apps where organization_id = any($1::uuid[]) and live_revision is not null order by organization_id, id`,
}

/** People in these teams, in teams within them, and so on. */
export async function selectPeopleWithin(
  db: Queryable,
  organizationId: string,
  teamIds: readonly string[],
): Promise<readonly string[]> {
  if (teamIds.length === 0) return []
  const { rows } = await db.query<{ id: string }>(within, [organizationId, teamIds])
  return rows.map(({ id }) => id)
}

const within = {
  name: 'people_within_teams',
  text: `with recursive below (id) as (
      select unnest($2::uuid[])
      union
      select m.member_id from below b
      join memberships m on m.organization_id = $1 and m.team_id = b.id and m.member_kind = 'team'
    )
    select distinct m.member_id as id from below b
    join memberships m on m.organization_id = $1 and m.team_id = b.id and m.member_kind = 'user'`,
}

/** The teams that these are in, and what those are in. */
export async function selectTeamsAbove(
  db: Queryable,
  organizationId: string,
  teamIds: readonly string[],
): Promise<readonly string[]> {
  if (teamIds.length === 0) return []
  const { rows } = await db.query<{ id: string }>(above, [organizationId, teamIds])
  return rows.map(({ id }) => id)
}

const above = {
  name: 'teams_above',
  text: `with recursive above (id) as (
      select m.team_id from unnest($2::uuid[]) t (id)
      join memberships m on m.organization_id = $1 and m.member_id = t.id
      union
      select m.team_id from above a join memberships m on m.organization_id = $1 and m.member_id = a.id
    )
    select id from above`,
}

/** Whom a change of a team's members was about that did not name them all. */
export async function selectMembersChangedAt(
  db: Queryable,
  organizationId: string,
  change: { readonly teamId: string; readonly at: Date },
): Promise<readonly { readonly id: string; readonly kind: 'user' | 'team' }[]> {
  const { rows } = await db.query<{ id: string; kind: 'user' | 'team' }>(
    {
      text: `select member_id as id, member_kind as kind from memberships
          where organization_id = $1 and team_id = $2 and valid_from >= $3
        union
        select member_id, member_kind from membership_history
          where organization_id = $1 and team_id = $2 and (valid_from >= $3 or valid_to >= $3)`,
    },
    [organizationId, change.teamId, change.at],
  )
  return rows
}

/** What others name these people by as their manager. */
export async function selectManagerNames(
  db: Queryable,
  organizationId: string,
  ids: readonly string[],
): Promise<readonly { readonly scimId: string | null; readonly externalId: string | null }[]> {
  if (ids.length === 0) return []
  const { rows } = await db.query<{ scimId: string | null; externalId: string | null }>(
    {
      name: 'manager_names',
      text: `select scim_id as "scimId", external_id as "externalId" from users
        where organization_id = $1 and id = any($2::uuid[])`,
    },
    [organizationId, ids],
  )
  return rows
}

/** Whose manager has one of these names, as they are compared. */
export async function selectReports(
  db: Queryable,
  organizationId: string,
  names: readonly string[],
): Promise<readonly string[]> {
  if (names.length === 0) return []
  const { rows } = await db.query<{ id: string }>(reports, [organizationId, names])
  return rows.map(({ id }) => id)
}

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const reports = {
  name: 'reports_of',
  text: `select u.id from unnest($2::text[]) n (name)
    join users u on u.organization_id = $1
      and u.search @> jsonb_build_object('${enterprise}', jsonb_build_object('manager', jsonb_build_object('value', n.name)))`,
}
