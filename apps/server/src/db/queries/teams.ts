import type { Queryable, Statement } from '../pool.ts'
import { changeColumns, originValues, type ChangeOrigin } from './changes.ts'
import { insertHistory } from './ended-memberships.ts'
import { firstId, memberChunk, rowColumns, type MemberTuple, type ResourceRow } from './rows.ts'

/** By what a team is looked up: each has a prepared statement, with and without the first members. */
export type TeamKey = 'id' | 'displayName' | 'externalId'

export type FoundTeam = ResourceRow & { readonly total: number }

/** At most `rowsMax` teams with that key, oldest first, each with how many there are. */
export async function selectTeams(
  db: Queryable,
  by: TeamKey,
  query: {
    readonly organizationId: string
    readonly connectionId: string | null
    readonly value: string
    readonly rowsMax: number
    /** How many members come with each; 0: none is read. */
    readonly membersMax: number
    readonly hidesSuspendedMembers: boolean
  },
): Promise<readonly FoundTeam[]> {
  const values: unknown[] = [query.organizationId, query.value, query.connectionId, query.rowsMax]
  if (query.membersMax > 0) values.push(query.membersMax, query.hidesSuspendedMembers)
  const { rows } = await db.query<FoundTeam>(selects[by][query.membersMax > 0 ? 'withMembers' : 'plain'], values)
  return rows
}

const conditions = {
  id: 'p.scim_id = $2',
  displayName: 'p.display_name_key = $2 and p.scim_id is not null',
  externalId: 'p.external_id = $2 and p.connection_id = $3 and p.scim_id is not null',
} as const

function toSelects(by: TeamKey): { readonly plain: Statement; readonly withMembers: Statement } {
  const page = `select p.*, count(*) over () as total from teams p where p.organization_id = $1 and ${conditions[by]} order by p.id limit $4`
  const chunk = memberChunk({
    organization: 'p.organization_id',
    team: 'p.id',
    after: `'${firstId}'::uuid`,
    limit: '$5',
    hides: '$6',
  })
  return {
    plain: {
      name: `team_by_${by}`,
      text: `select ${rowColumns}, p.total from (${page}) p`,
      isShort: by === 'id',
    },
    withMembers: {
      name: `team_by_${by}_members`,
      text: `select ${rowColumns}, p.total, f.members from (${page}) p left join lateral (${chunk}) f on true order by p.id`,
    },
  }
}

const selects = { id: toSelects('id'), displayName: toSelects('displayName'), externalId: toSelects('externalId') }

/** The members behind one of them, in the order of our ids. */
export async function selectMembers(
  db: Queryable,
  query: {
    readonly organizationId: string
    readonly teamId: string
    readonly after: string
    readonly rowsMax: number
    readonly hidesSuspendedMembers: boolean
  },
): Promise<readonly MemberTuple[]> {
  const { organizationId, teamId, after, rowsMax, hidesSuspendedMembers } = query
  const values = [organizationId, teamId, after, rowsMax, hidesSuspendedMembers]
  const { rows } = await db.query<{ members: readonly MemberTuple[] | null }>(members, values)
  return rows[0]?.members ?? []
}

const members = {
  name: 'members_behind',
  text: memberChunk({ organization: '$1', team: '$2', after: '$3', limit: '$4', hides: '$5' }),
}

/** Columns of a team besides ids and times. */
export type TeamValues = {
  readonly displayNameKey: string
  readonly nameUniqueKey: string | null
  readonly externalId: string | null
  readonly externalIdKey: string | null
  readonly display: string
  /** Null for groups that are no teams and, in a change, to keep the one it has. */
  readonly handle: string | null
  /** Taken when another live team has `handle`; the same: then nothing is stored. */
  readonly ownHandle: string | null
  readonly document: string
  readonly search: string
  readonly searchText: string
}

function valuesOf(team: TeamValues): readonly unknown[] {
  return [
    team.displayNameKey,
    team.nameUniqueKey,
    team.externalId,
    team.externalIdKey,
    team.display,
    team.document,
    team.search,
    team.searchText,
    team.handle,
    team.ownHandle,
  ]
}

/** The handle that is free; asked only where there is another one to fall back to. */
function freeHandle(handle: string, own: string, but: string): string {
  return `case when ${own}::text <> ${handle}::text and exists (
    select from teams o where o.organization_id = $1 and o.handle = ${handle} and o.deleted_at is null${but})
    then ${own} else ${handle} end`
}

/** False when a unique value is taken. */
export async function insertTeam(
  db: Queryable,
  origin: ChangeOrigin,
  team: TeamValues & { readonly id: string; readonly scimId: string; readonly kind: 'team' | 'group' },
  /** Undefined: the caller records the creation, once it knows more. */
  data: string | undefined,
): Promise<boolean> {
  const values = [...originValues(origin), ...valuesOf(team), team.id, team.scimId, data ?? null, team.kind]
  const { rowCount } = await db.query(insert, values)
  return rowCount > 0
}

const insert = {
  name: 'insert_team',
  text: `with created as (
      insert into teams (organization_id, id, scim_id, connection_id, display_name_key, name_unique_key, external_id,
        external_id_key, display, document, search, search_text, version, created_at, updated_at, kind, handle)
      values ($1, $16, $17, $2, $6, $7, $8, $9, $10, $11, $12::jsonb, $13, 1, $3, $3, $19, ${freeHandle('$14', '$15', '')})
      on conflict do nothing returning id
    ), counted as (
      insert into directory_deltas (organization_id, kind, total) select $1, 'teams', 1 from created
    ), logged as (
      insert into changes (${changeColumns})
      select $1, $3, 'team.created', 'team', id, 1, $2, $4, $5, 0, $18::jsonb from created where $18::jsonb is not null
    )
    select id from created`,
}

/** What decides whether a team may be written. */
export type TeamStanding = {
  readonly id: string
  readonly version: number
  readonly connection_id: string | null
  readonly kind: 'team' | 'group'
  /** Teams follow it: whoever changes its members takes them along. */
  readonly is_mapped: boolean
}

/**
 * Locks a team until the end of the transaction: changes of one team take turns.
 * To end it, nobody may be adding it to another team meanwhile.
 */
export async function lockTeam(
  tx: Queryable,
  organizationId: string,
  scimId: string,
  purpose: 'change' | 'end',
): Promise<TeamStanding | undefined> {
  const { rows } = await tx.query<TeamStanding>(locks[purpose], [organizationId, scimId])
  return rows[0]
}

const standingText =
  'select id, version, connection_id, kind, is_mapped from teams where organization_id = $1 and scim_id = $2'
const locks = {
  change: { name: 'lock_team_change', text: `${standingText} for no key update` },
  end: { name: 'lock_team_end', text: `${standingText} for update` },
}

/**
 * Locks the teams that the person is in, before the account itself: additions of members lock the team first, then the
 * person. The other way round both would wait for each other until PostgreSQL breaks it up, a second later.
 */
export async function lockTeamsOfUser(tx: Queryable, organizationId: string, scimId: string): Promise<void> {
  await tx.query(lockOfUser, [organizationId, scimId])
}

const lockOfUser = {
  name: 'lock_teams_of_user',
  text: `select from teams where organization_id = $1 and id in (
      select m.team_id from users u join memberships m on m.organization_id = u.organization_id and m.member_id = u.id
      where u.organization_id = $1 and u.scim_id = $2)
    order by id for no key update`,
}

/** What {@link lockTeam} finds, without a lock. */
export async function selectTeamStanding(
  db: Queryable,
  organizationId: string,
  scimId: string,
): Promise<TeamStanding | undefined> {
  const { rows } = await db.query<TeamStanding>(standing, [organizationId, scimId])
  return rows[0]
}

const standing = { name: 'team_standing', text: standingText }

/** The id over SCIM of a team by our id; undefined when it has none any more. */
export async function selectTeamScimId(db: Queryable, organizationId: string, id: string): Promise<string | undefined> {
  const text = 'select scim_id from teams where organization_id = $1 and id = $2 and scim_id is not null'
  const { rows } = await db.query<{ scim_id: string }>({ text }, [organizationId, id])
  return rows[0]?.scim_id
}

/** Stores new attributes and a new version of a locked team; its change is written beside it, with the memberships. */
export async function updateTeam(
  tx: Queryable,
  origin: ChangeOrigin,
  team: TeamValues & { readonly id: string },
): Promise<void> {
  const { organizationId, connectionId, now } = origin
  await tx.query(update, [organizationId, connectionId, now, team.id, ...valuesOf(team)])
}

const update = {
  name: 'update_team',
  text: `update teams set connection_id = $2, display_name_key = $5, name_unique_key = $6, external_id = $7, external_id_key = $8,
      display = $9, document = $10, search = $11::jsonb, search_text = $12, version = version + 1, updated_at = $3,
      handle = case when $13::text is null or kind = 'group' then handle else ${freeHandle('$13', '$14', ' and o.id <> $4')} end
    where organization_id = $1 and id = $4`,
}

/** Gives a locked team whose members changed its new version. */
export async function touchTeam(tx: Queryable, origin: ChangeOrigin, teamId: string): Promise<void> {
  await tx.query(touch, [origin.organizationId, origin.connectionId, origin.now, teamId])
}

const touch = {
  name: 'touch_team',
  text: `update teams set connection_id = $2, version = version + 1, updated_at = $3 where organization_id = $1 and id = $4`,
}

/** Ends the resource of a locked team: its memberships, and those in other teams, go to history. Counts its people. */
export async function endTeam(
  tx: Queryable,
  origin: ChangeOrigin,
  command: { readonly id: string; readonly via: string },
): Promise<{ readonly people: readonly string[] }> {
  const values = [...originValues(origin), command.id, command.via]
  const { rows } = await tx.query<{ people: readonly string[] | null }>(end, values)
  return { people: rows[0]?.people ?? [] }
}

const end = {
  name: 'end_team',
  text: `with was as (
      select scim_id from teams where organization_id = $1 and id = $6
    ), gone as (
      update teams set scim_id = null, external_id_key = null, name_unique_key = null, version = version + 1, updated_at = $3,
        deleted_at = $3, is_mapped = false
      where organization_id = $1 and id = $6 returning id, version
    ), counted as (
      insert into directory_deltas (organization_id, kind, total) select $1, 'teams', -1 from was where scim_id is not null
    ), emptied as (
      delete from memberships where organization_id = $1 and team_id = $6 returning team_id, member_id, member_kind, valid_from, ends_at
    ), left_teams as (
      delete from memberships where organization_id = $1 and member_id = $6 returning team_id, member_id, member_kind, valid_from, ends_at
    ), history as (
      ${insertHistory('(select * from emptied union all select * from left_teams) m', '$3')}
    ), parents as (
      update teams t set version = t.version + 1, updated_at = $3 from left_teams l
      where t.organization_id = $1 and t.id = l.team_id returning t.id, t.version
    ), logged as (
      insert into changes (${changeColumns})
      select $1, $3, 'team.members_changed', 'team', id, version, $2, $4, $5, 0,
        jsonb_build_object('via', $7::text, 'members', as_member_changes('{}', array[$6::uuid]))
      from parents
    )
    select (select array_agg(member_id::text) from emptied where member_kind = 'user') as people`,
}

/** Which unique value of a team is taken. */
export async function selectTakenTeam(
  db: Queryable,
  origin: ChangeOrigin,
  team: Pick<TeamValues, 'nameUniqueKey' | 'externalIdKey' | 'handle'>,
): Promise<'displayName' | 'externalId' | 'handle' | undefined> {
  const values = [origin.organizationId, origin.connectionId, team.nameUniqueKey, team.externalIdKey, team.handle]
  const { rows } = await db.query<{ attribute: 'displayName' | 'externalId' | 'handle' }>(taken, values)
  return rows[0]?.attribute
}

const taken = {
  name: 'team_taken',
  text: `select 'displayName' as attribute from teams
    where organization_id = $1 and connection_id = $2 and name_unique_key = $3 and scim_id is not null
    union all
    select 'externalId' from teams
    where organization_id = $1 and connection_id = $2 and external_id_key = $4 and scim_id is not null
    union all
    select 'handle' from teams where organization_id = $1 and handle = $5 and deleted_at is null
    limit 1`,
}
