import type { Queryable } from '../pool.ts'
import { nilId } from '../../nil-id.ts'

export type NamedRow = { readonly id: string; readonly name: string }

export type OwnedKeyRow = NamedRow & { readonly hint: string; readonly scopes: readonly string[] }

/** What depends on a person, each at most so many. */
export type OwnedRows = {
  readonly teams: readonly NamedRow[]
  readonly connections: readonly NamedRow[]
  readonly serviceAccounts: readonly NamedRow[]
  readonly keys: readonly OwnedKeyRow[]
}

export async function selectOwned(
  db: Queryable,
  query: { readonly organizationId: string; readonly userId: string; readonly now: Date; readonly rowsMax: number },
): Promise<OwnedRows> {
  const { organizationId, userId, now, rowsMax } = query
  const teams = await db.query<NamedRow>(maintainedTeams, [organizationId, userId, rowsMax])
  const connections = await db.query<NamedRow>(ownedConnections, [organizationId, userId, rowsMax])
  const serviceAccounts = await db.query<NamedRow>(ownedServiceAccounts, [organizationId, userId, rowsMax])
  const keys = await db.query<OwnedKeyRow>(ownedKeys, [organizationId, userId, now, rowsMax])
  return {
    teams: teams.rows,
    connections: connections.rows,
    serviceAccounts: serviceAccounts.rows,
    keys: keys.rows,
  }
}

// Whoever maintains a team has a role that is limited to it.
const maintainedTeams = {
  name: 'maintained_teams',
  text: `select t.id, t.display as name from teams t
    where t.organization_id = $1 and t.deleted_at is null and t.id in (
      select team_id from role_assignments
      where organization_id = $1 and subject_id = $2 and source = 'local' and team_id <> '${nilId}')
    order by t.id limit $3`,
}
const ownedConnections = {
  name: 'owned_connections',
  text: 'select id, name from connections where organization_id = $1 and owner_user_id = $2 order by id limit $3',
}
const ownedServiceAccounts = {
  name: 'owned_service_accounts',
  text: 'select id, name from service_accounts where organization_id = $1 and owner_id = $2 order by id limit $3',
}
// Also those of somebody who is suspended: they come back with their owner.
const ownedKeys = {
  name: 'owned_keys',
  text: `select id, name, hint, scopes from keys
    where organization_id = $1 and user_id = $2 and kind <> 'tok' and revoked_at is null
      and (expires_at is null or expires_at > $3)
    order by id limit $4`,
}

/** Something that has another owner now, and its version. */
export type GivenRow = NamedRow & { readonly version: number }

type Gift = { readonly organizationId: string; readonly from: string; readonly to: string; readonly now: Date }

export async function giveConnections(tx: Queryable, gift: Gift): Promise<readonly GivenRow[]> {
  const { rows } = await tx.query<GivenRow>(giveConnection, [gift.organizationId, gift.from, gift.to, gift.now])
  return rows
}

const giveConnection = {
  name: 'give_connections',
  text: `update connections set owner_user_id = $3, version = version + 1, updated_at = $4
    where organization_id = $1 and owner_user_id = $2 returning id, name, version`,
}

export async function giveServiceAccounts(tx: Queryable, gift: Gift): Promise<readonly GivenRow[]> {
  const { rows } = await tx.query<GivenRow>(giveServiceAccount, [gift.organizationId, gift.from, gift.to, gift.now])
  return rows
}

const giveServiceAccount = {
  name: 'give_service_accounts',
  text: `update service_accounts set owner_id = $3, version = version + 1, updated_at = $4
    where organization_id = $1 and owner_id = $2 returning id, name, version`,
}

/** The roles that are limited to teams; whoever has one already keeps it. */
export async function giveTeams(
  tx: Queryable,
  gift: Gift & { readonly kind: 'user' | 'service_account'; readonly actor: string },
): Promise<readonly GivenRow[]> {
  const { organizationId, from, to, now, kind, actor } = gift
  const { rows } = await tx.query<GivenRow>(giveTeam, [organizationId, from, to, now, actor, kind])
  return rows
}

const giveTeam = {
  name: 'give_teams',
  text: `with given as (
      delete from role_assignments
      where organization_id = $1 and subject_id = $2 and source = 'local' and team_id <> '${nilId}'
      returning role_id, team_id
    ), taken as (
      insert into role_assignments (organization_id, subject_kind, subject_id, role_id, source, team_id, granted_at, granted_by)
      select $1, $6, $3, role_id, 'local', team_id, $4, $5 from given on conflict do nothing
    )
    select t.id, t.display as name, t.version from teams t
    where t.organization_id = $1 and t.id in (select team_id from given) order by t.id`,
}
