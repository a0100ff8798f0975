import type { Queryable } from '../pool.ts'
import { changeColumns, type ChangeOrigin } from './changes.ts'
import { insertHistory } from './ended-memberships.ts'
import type { TeamValues } from './teams.ts'

/** Where members of a team may come from: both, people alone, or the identity provider alone. */
export type TeamSource = 'all' | 'uiAndApi' | 'managed'

/** What decides who may change a team. */
export type OwnTeam = {
  readonly id: string
  readonly version: number
  readonly scim_id: string | null
  readonly connection_id: string | null
  readonly group_id: string | null
  readonly display: string
  readonly handle: string
  /** The team's own, else the organization's. */
  readonly source: TeamSource
  /** Of the rule that decides who is in it, or will; null: none does. */
  readonly rule_revision: number | null
}

const ownColumns = `t.id, t.version, t.scim_id, t.connection_id, t.group_id, t.display, t.handle,
  coalesce(t.source, (select s.source from team_settings s where s.organization_id = t.organization_id), 'all') as source,
  (select coalesce(r.live_revision, r.pending_revision) from team_rules r
    where r.organization_id = t.organization_id and r.team_id = t.id) as rule_revision`
const live = `t.organization_id = $1 and t.kind = 'team' and t.deleted_at is null`

/** Locks the live team that has the handle or the id. */
export async function lockOwnTeam(
  tx: Queryable,
  organizationId: string,
  by: { readonly handle: string } | { readonly id: string; readonly purpose: 'change' | 'end' },
): Promise<OwnTeam | undefined> {
  const { rows } =
    'handle' in by
      ? await tx.query<OwnTeam>(lockByHandle, [organizationId, by.handle])
      : await tx.query<OwnTeam>(lockById[by.purpose], [organizationId, by.id])
  return rows[0]
}

const lockByHandle = {
  name: 'lock_team_by_handle',
  text: `select ${ownColumns} from teams t where ${live} and t.handle = $2 for no key update`,
}
const lockById = {
  change: {
    name: 'lock_team_by_id',
    text: `select ${ownColumns} from teams t where ${live} and t.id = $2 for no key update`,
  },
  // Nobody may be adding it to another team meanwhile.
  end: {
    name: 'lock_team_by_id_end',
    text: `select ${ownColumns} from teams t where ${live} and t.id = $2 for update`,
  },
}

/** A connection takes over a locked team that nobody manages; its members stay. */
export async function adoptTeam(
  tx: Queryable,
  origin: ChangeOrigin,
  team: TeamValues & { readonly id: string; readonly scimId: string },
): Promise<void> {
  const { organizationId, connectionId, now } = origin
  await tx.query(adopt, [
    organizationId,
    connectionId,
    now,
    team.id,
    team.scimId,
    team.displayNameKey,
    team.nameUniqueKey,
    team.externalId,
    team.externalIdKey,
    team.display,
    team.document,
    team.search,
    team.searchText,
  ])
}

const adopt = {
  name: 'adopt_team',
  text: `with counted as (
      insert into directory_deltas (organization_id, kind, total)
      select $1, 'teams', 1 from teams where organization_id = $1 and id = $4 and scim_id is null
    )
    update teams set connection_id = $2, scim_id = coalesce(scim_id, $5), display_name_key = $6, name_unique_key = $7,
      external_id = $8, external_id_key = $9, display = $10, document = $11, search = $12::jsonb, search_text = $13,
      version = version + 1, updated_at = $3
    where organization_id = $1 and id = $4`,
}

/** Nobody manages a locked team any more, and over SCIM it is gone. */
export async function releaseTeam(tx: Queryable, origin: ChangeOrigin, teamId: string): Promise<void> {
  await tx.query(release, [origin.organizationId, teamId, origin.now])
}

const release = {
  name: 'stop_managing_team',
  text: `with counted as (
      insert into directory_deltas (organization_id, kind, total)
      select $1, 'teams', -1 from teams where organization_id = $1 and id = $2 and scim_id is not null
    )
    update teams set connection_id = null, scim_id = null, external_id = null, external_id_key = null,
      name_unique_key = null, version = version + 1, updated_at = $3
    where organization_id = $1 and id = $2`,
}

/** Takes everybody out of a locked team; who they were. */
export async function emptyTeam(tx: Queryable, origin: ChangeOrigin, teamId: string): Promise<readonly EmptiedRow[]> {
  const { rows } = await tx.query<EmptiedRow>(empty, [origin.organizationId, teamId, origin.now])
  return rows
}

type EmptiedRow = { readonly member_id: string; readonly member_kind: 'user' | 'team' }

const empty = {
  name: 'empty_team',
  text: `with emptied as (
      delete from memberships where organization_id = $1 and team_id = $2 returning team_id, member_id, member_kind, valid_from, ends_at
    ), history as (
      ${insertHistory('emptied', '$3')}
    )
    select member_id, member_kind from emptied`,
}

/** Whoever is in a locked team counts as added by a person from now on. */
export async function keepMembers(tx: Queryable, origin: ChangeOrigin, teamId: string): Promise<void> {
  await tx.query(keep, [origin.organizationId, teamId])
}

const keep = {
  name: 'keep_members',
  text: 'update memberships set is_manual = true where organization_id = $1 and team_id = $2 and not is_manual',
}

/** Records what became of a team; its version is the one that it has now. */
export async function insertTeamChange(
  tx: Queryable,
  origin: ChangeOrigin,
  change: {
    readonly teamId: string
    readonly action: `team.${string}`
    readonly cutCount?: number
    readonly data: object
  },
): Promise<void> {
  const { organizationId, now, connectionId, actor, requestId } = origin
  const values = [organizationId, now, change.action, change.teamId, connectionId, actor, requestId]
  await tx.query(insertChange, [...values, change.cutCount ?? 0, JSON.stringify(change.data)])
}

const insertChange = {
  name: 'insert_team_change',
  text: `insert into changes (${changeColumns})
    select $1, $2, $3, 'team', id, version, $5, $6, $7, $8, $9::jsonb from teams where organization_id = $1 and id = $4`,
}
