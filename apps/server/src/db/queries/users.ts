import type { Queryable, Statement } from '../pool.ts'
import { changeColumns, originValues, type ChangeOrigin, type DirectoryAction } from './changes.ts'
import { groupColumns, rowColumns, shownColumns, type ResourceRow, type ShownRow } from './rows.ts'

/** By what a user is looked up: each has a prepared statement, with and without groups. */
export type UserKey = 'id' | 'userName' | 'externalId'

type LookUp = {
  readonly organizationId: string
  readonly connectionId: string | null
  readonly value: string
  readonly rowsMax: number
  readonly wantsGroups: boolean
}

/** At most `rowsMax` users with that key as SCIM shows them, oldest first. */
export async function selectShownUsers(db: Queryable, by: UserKey, query: LookUp): Promise<readonly ShownRow[]> {
  const { organizationId, connectionId, value, rowsMax, wantsGroups } = query
  const values =
    by === 'externalId' ? [organizationId, value, connectionId, rowsMax] : [organizationId, value, connectionId]
  const { rows } = await db.query<ShownRow>(shown[by][wantsGroups ? 'withGroups' : 'plain'], values)
  return rows
}

/** One user by its SCIM id, with what is needed to change it. */
export async function selectUser(
  db: Queryable,
  query: Omit<LookUp, 'value' | 'rowsMax'> & { readonly scimId: string },
): Promise<ResourceRow | undefined> {
  const { organizationId, connectionId, scimId, wantsGroups } = query
  const statement = wantsGroups ? byId.withGroups : byId.plain
  const { rows } = await db.query<ResourceRow>(statement, [organizationId, scimId, connectionId])
  return rows[0]
}

const conditions = {
  id: 'p.scim_id = $2',
  userName: 'p.user_name_key = $2 and p.scim_id is not null',
  externalId: 'p.external_id = $2 and p.connection_id = $3 and p.scim_id is not null',
} as const

type Selects = { readonly plain: Statement; readonly withGroups: Statement }

function toSelects(name: string, by: UserKey, columns: string): Selects {
  // Any number of people may have one externalId.
  const isShort = by !== 'externalId'
  const end = `where p.organization_id = $1 and ${conditions[by]}${isShort ? '' : ' order by p.id limit $4'}`
  return {
    plain: { name, text: `select ${columns} from users p ${end}`, isShort },
    withGroups: { name: `${name}_groups`, text: `select ${columns}, ${groupColumns} from users p ${end}`, isShort },
  }
}

const byId = toSelects('user_by_id', 'id', rowColumns)
const shown = {
  id: toSelects('shown_user_by_id', 'id', shownColumns),
  userName: toSelects('shown_user_by_userName', 'userName', shownColumns),
  externalId: toSelects('shown_user_by_externalId', 'externalId', `${shownColumns}, count(*) over () as total`),
}

/** Columns of a user besides ids and times. */
export type UserValues = {
  /** As it was given, for errors. */
  readonly userName: string
  readonly userNameKey: string
  readonly externalId: string | null
  readonly externalIdKey: string | null
  readonly display: string | null
  readonly displayKey: string | null
  readonly document: string
  readonly search: string
  readonly searchText: string
  /** Under styles with GitHub's logins: how the account is called there, and the same folded. */
  readonly login: string | null
  /** Of a local account: what its userName would become as a login. */
  readonly loginKey: string | null
}

export type NewUser = UserValues & {
  readonly id: string
  readonly scimId: string
  readonly state: 'pending' | 'active' | 'suspended'
  /** What the account is while nobody has suspended it. */
  readonly resumesAs: 'pending' | 'active'
}

/** `former`: a deprovisioned account with that externalId is there; `conflict`: a unique value is taken. */
export type InsertOutcome = { readonly kind: 'created' | 'conflict' } | { readonly kind: 'former'; readonly id: string }

/** Creates an account, its change and its place in the totals in one round trip. */
export async function insertUser(
  db: Queryable,
  origin: ChangeOrigin,
  user: NewUser,
  options: { readonly relinks: boolean; readonly data: string },
): Promise<InsertOutcome> {
  const values: unknown[] = [...userParameters(origin, user), user.id, user.scimId, user.state, options.data]
  values.push(options.relinks, user.resumesAs)
  const { rows } = await db.query<{ created: boolean; former: string | null }>(insert, values)
  const row = rows[0]
  if (row?.created === true) return { kind: 'created' }
  return row?.former === null || row?.former === undefined ? { kind: 'conflict' } : { kind: 'former', id: row.former }
}

// $1 to $15: who, when, and the columns of the user; the statements below go on from $16.
export function userParameters(origin: ChangeOrigin, user: UserValues): readonly unknown[] {
  return [
    ...originValues(origin),
    user.userNameKey,
    user.externalId,
    user.externalIdKey,
    user.display,
    user.displayKey,
    user.document,
    user.search,
    user.searchText,
    user.login,
    user.loginKey,
  ]
}

const formerOf = `from users f where f.organization_id = $1 and f.external_id = $7::text and f.connection_id = $2
  and f.scim_id is null and f.state = 'deprovisioned'`

const insert = {
  name: 'insert_user',
  text: `with created as (
      insert into users (organization_id, id, scim_id, connection_id, state, user_name_key, external_id, external_id_key,
        display, display_key, document, search, search_text, version, created_at, updated_at, state_changed_at, resumes_as, login, login_key)
      select $1, $16, $17, $2, $18, $6, $7, $8, $9, $10, $11, $12::jsonb, $13, 1, $3, $3, $3, $21, $14, $15
      where not ($20 and exists (select ${formerOf})) and not ($14::text is not null and exists (
        select from users l where l.organization_id = $1 and l.login_key = $15 and l.scim_id is not null))
      on conflict do nothing returning id
    ), counted as (
      insert into directory_deltas (organization_id, kind, total, active)
      select $1, 'users', 1, case when $18 = 'suspended' then 0 else 1 end from created
    ), logged as (
      insert into changes (${changeColumns})
      select $1, $3, 'user.created', 'user', id, 1, $2, $4, $5, 0, $19::json from created
    )
    select exists (select from created) as created,
      case when $20 and not exists (select from created) then (select f.id ${formerOf} limit 1) end as former`,
}

/** What an update does to the state of the account. */
export type StateChange = 'keep' | 'suspend' | 'reactivate'

export type UserUpdate = {
  readonly scimId: string
  readonly version: number
  readonly state: StateChange
  readonly action: DirectoryAction
  readonly data: string
  /** At most so many cuts since then, this one included; undefined: nobody counts. */
  readonly allowance: { readonly cutsMax: number; readonly since: Date } | undefined
  /** What this change adds to the cuts of the connection. */
  readonly cutCount: 0 | 1
  /** Ends the person's keys for good; otherwise they stop with the state and come back with it. */
  readonly revokesKeys: boolean
  readonly wantsGroups: boolean
  /** Writes also whose attributes somebody overrides: the caller has looked at them, or is that somebody. */
  readonly ignoresOverrides: boolean
}

/** Undefined when no such user of that version may be written by the connection, overrides stand in the way, or the allowance is used up. */
export async function updateUser(
  db: Queryable,
  origin: ChangeOrigin,
  user: UserValues,
  update: UserUpdate,
): Promise<ResourceRow | undefined> {
  const values = [...userParameters(origin, user), ...updateParameters(update)]
  const statements = update.state === 'keep' ? updates : update.revokesKeys ? revokingUpdates : stateUpdates
  const { rows } = await db.query<ResourceRow>(statements[update.wantsGroups ? 'withGroups' : 'plain'], values)
  return rows[0]
}

/**
 * The same where nothing but `active` changes, of a user that the connection owns: what is looked up by and searched in
 * stays, so it is neither folded, sent nor read again.
 */
export async function switchUser(
  db: Queryable,
  origin: ChangeOrigin,
  document: string,
  update: UserUpdate & { readonly state: 'suspend' | 'reactivate' },
): Promise<ResourceRow | undefined> {
  const values = [...originValues(origin), document, ...updateParameters(update)]
  const statements = update.revokesKeys ? revokingSwitches : switches
  const { rows } = await db.query<ResourceRow>(statements[update.wantsGroups ? 'withGroups' : 'plain'], values)
  return rows[0]
}

function updateParameters({ scimId, version, action, data, ignoresOverrides, ...update }: UserUpdate): unknown[] {
  const values: unknown[] = [scimId, version, action, data, ignoresOverrides]
  if (update.state === 'keep') return values
  const { state, cutCount, allowance } = update
  return [...values, state, cutCount, allowance?.cutsMax ?? null, allowance?.since ?? null]
}

/** What of a row a write sets, from {@link userParameters}. */
export const userAssignments = `connection_id = $2, user_name_key = $6, external_id = $7, external_id_key = $8, display = $9,
  display_key = $10, document = $11, search = $12::jsonb, search_text = $13, version = version + 1, updated_at = $3,
  login = $14, login_key = $15`
export const changedColumns = `p.id, p.scim_id, p.version, p.created_at, p.updated_at, p.document, p.external_id`

function toUpdates(name: string, ctes: string): { readonly plain: Statement; readonly withGroups: Statement } {
  return {
    plain: { name, text: `${ctes} select ${changedColumns} from changed p` },
    withGroups: {
      name: `${name}_groups`,
      text: `${ctes} select ${changedColumns}, ${groupColumns} from changed p`,
    },
  }
}

/** Where the values of {@link updateParameters} stand. */
type Places = { readonly [name in (typeof placeNames)[number]]: string }

const placeNames = ['scimId', 'version', 'action', 'data', 'ignores', 'state', 'cutCount', 'cutsMax', 'since'] as const

function placesFrom(first: number): Places {
  return Object.fromEntries(placeNames.map((name, index) => [name, `$${first + index}`])) as Places // As many as names.
}

function toWritable({ scimId, version, ignores }: Places): string {
  return `organization_id = $1 and scim_id = ${scimId} and version = ${version} and (${ignores} or not has_overrides)`
}

const ownedOrFree = '(connection_id is null or connection_id = $2)'
const afterUser = placesFrom(16)

const updates = toUpdates(
  'update_user',
  `with changed as (
    update users set ${userAssignments} where ${toWritable(afterUser)} and ${ownedOrFree} returning *
  ), logged as (
    insert into changes (${changeColumns})
    select $1, $3, ${afterUser.action}, 'user', id, version, $2, $4, $5, 0, ${afterUser.data}::json from changed
  )`,
)

function toStateUpdate(assignments: string, owned: string, places: Places): string {
  const { action, data, state, cutCount, cutsMax, since } = places
  return `with changed as (
    update users set ${assignments}, state_changed_at = $3, state = case ${state} when 'suspend' then 'suspended' else resumes_as end,
      resumes_as = case when ${state} = 'suspend' and state in ('pending', 'active') then state else resumes_as end
    where ${toWritable(places)} and ${owned}
      and case when ${cutsMax}::integer is null then true else count_cuts($1, $2, ${since}) + ${cutCount} <= ${cutsMax} end
    returning *
  ), counted as (
    insert into directory_deltas (organization_id, kind, total, active)
    select $1, 'users', 0, case ${state} when 'suspend' then -1 else 1 end from changed
  ), logged as (
    insert into changes (${changeColumns})
    select $1, $3, ${action}, 'user', id, version, $2, $4, $5, ${cutCount},
      case ${state} when 'suspend' then ${data}::jsonb else ${data}::jsonb || jsonb_build_object('state', state) end from changed
  )`
}

const revoked = `, revoked as (
    update keys k set revoked_at = $3 from changed c
    where k.organization_id = $1 and k.user_id = c.id and k.revoked_at is null
  )`

const stateUpdate = toStateUpdate(userAssignments, ownedOrFree, afterUser)
const stateUpdates = toUpdates('update_user_state', stateUpdate)
const revokingUpdates = toUpdates('update_user_state_keys', stateUpdate + revoked)

const switchUpdate = toStateUpdate(
  'document = $6, version = version + 1, updated_at = $3',
  'connection_id = $2',
  placesFrom(7),
)
const switches = toUpdates('switch_user', switchUpdate)
const revokingSwitches = toUpdates('switch_user_keys', switchUpdate + revoked)

/** Gives a deprovisioned account a new resource; who was active before needs no invitation. Undefined when it has one again. */
export async function relinkUser(
  db: Queryable,
  origin: ChangeOrigin,
  user: NewUser,
  data: string,
): Promise<ResourceRow | undefined> {
  const values: unknown[] = [...userParameters(origin, user), user.id, user.scimId, user.state, data]
  values.push(user.resumesAs)
  const { rows } = await db.query<ResourceRow>(relink, values)
  return rows[0]
}

const relink = {
  name: 'relink_user',
  text: `with changed as (
      update users set ${userAssignments}, scim_id = $17, created_at = $3, state_changed_at = $3,
        state = case when $18 = 'suspended' then $18 when resumes_as = 'active' then 'active' else $20 end,
        resumes_as = case when resumes_as = 'active' then 'active' else $20 end
      where organization_id = $1 and id = $16 and scim_id is null returning *
    ), counted as (
      insert into directory_deltas (organization_id, kind, total, active)
      select $1, 'users', 1, case when $18 = 'suspended' then 0 else 1 end from changed
    ), logged as (
      insert into changes (${changeColumns})
      select $1, $3, 'user.relinked', 'user', id, version, $2, $4, $5, 0, $19::jsonb || jsonb_build_object('state', state) from changed
    )
    select ${changedColumns} from changed p`,
}

/** What decides whether a user may be written. */
export type UserStanding = {
  readonly id: string
  readonly version: number
  readonly state: 'pending' | 'active' | 'suspended' | 'deprovisioned'
  readonly connection_id: string | null
  readonly document: string
  readonly external_id: string | null
  readonly has_overrides: boolean
}

/** With `lock`, the account changes for nobody else until the transaction ends. */
export async function selectStanding(
  db: Queryable,
  organizationId: string,
  scimId: string,
  options: { readonly lock: boolean },
): Promise<UserStanding | undefined> {
  const { rows } = await db.query<UserStanding>(options.lock ? lockStanding : readStanding, [organizationId, scimId])
  return rows[0]
}

const standingColumns = 'id, scim_id, version, state, connection_id, document, external_id, has_overrides'
const standing = `select ${standingColumns} from users where organization_id = $1 and scim_id = $2`
const readStanding = { name: 'user_standing', text: standing }
// Members are added under `for key share`, which waits for this one and then does not find the person any more.
const lockStanding = { name: 'user_standing_lock', text: `${standing} for update` }

/** The standing of an account by our id, locked. */
export async function selectStandingById(
  tx: Queryable,
  organizationId: string,
  id: string,
): Promise<(UserStanding & { readonly scim_id: string | null }) | undefined> {
  const { rows } = await tx.query<UserStanding & { readonly scim_id: string | null }>(lockById, [organizationId, id])
  return rows[0]
}

const lockById = {
  name: 'user_standing_by_id',
  text: `select ${standingColumns} from users where organization_id = $1 and id = $2 for update`,
}

/** What of a user must be unique. */
export type UniqueAttribute = 'userName' | 'externalId' | 'login'

/** Which unique value of a user is taken. */
export async function selectTaken(
  db: Queryable,
  origin: ChangeOrigin,
  user: Pick<UserValues, 'userNameKey' | 'externalIdKey' | 'login' | 'loginKey'>,
): Promise<{ readonly attribute: UniqueAttribute } | undefined> {
  const { userNameKey, externalIdKey, login, loginKey } = user
  const values = [
    origin.organizationId,
    origin.connectionId,
    userNameKey,
    externalIdKey,
    login === null ? null : loginKey,
  ]
  const { rows } = await db.query<{ attribute: UniqueAttribute }>(taken, values)
  return rows[0]
}

const taken = {
  name: 'user_taken',
  text: `select 'userName' as attribute from users where organization_id = $1 and user_name_key = $3 and scim_id is not null
    union all
    select 'externalId' from users
    where organization_id = $1 and connection_id = $2 and external_id_key = $4 and scim_id is not null
    union all
    select 'login' from users where organization_id = $1 and login_key = $5 and scim_id is not null
    limit 1`,
}
