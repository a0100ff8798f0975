import type { Queryable } from '../pool.ts'
import { changeColumns, type ChangeOrigin } from './changes.ts'
import type { ResourceRow } from './rows.ts'
import { changedColumns, userAssignments, userParameters, type UserValues } from './users.ts'

/** An account that a person of the source may be. */
export type AdoptableRow = {
  readonly id: string
  readonly connection_id: string | null
  readonly is_built_in: boolean
  readonly state: 'pending' | 'active' | 'suspended'
  readonly version: number
  readonly user_name_key: string
  readonly login_key: string | null
  readonly document: string
  readonly external_id: string | null
}

/** Accounts with one of these user names or logins, all folded, whoever owns them. */
export async function selectNamesakes(
  db: Queryable,
  organizationId: string,
  keys: { readonly userNames: readonly string[]; readonly logins: readonly string[] },
): Promise<readonly AdoptableRow[]> {
  const { rows } = await db.query<AdoptableRow>(namesakes, [organizationId, keys.userNames, keys.logins])
  return rows
}

const columns = `id, connection_id, is_built_in, state, version, user_name_key, login_key, document, external_id`
const namesakes = {
  name: 'namesakes',
  text: `select ${columns} from users where organization_id = $1 and user_name_key = any($2::text[]) and scim_id is not null
    union
    select ${columns} from users where organization_id = $1 and login_key = any($3::text[]) and scim_id is not null`,
}

/** Gives a local account of that version to a connection, with the connection's attributes; undefined when it is none any more. */
export async function adoptUser(
  db: Queryable,
  origin: ChangeOrigin,
  user: UserValues,
  adoption: {
    readonly id: string
    readonly version: number
    readonly isActive: boolean
    readonly localOwner: string
    readonly data: string
  },
): Promise<ResourceRow | undefined> {
  const { id, version, isActive, localOwner, data } = adoption
  const values = [...userParameters(origin, user), id, version, isActive, localOwner, data]
  const { rows } = await db.query<ResourceRow>(adopt, values)
  return rows[0]
}

const adopt = {
  name: 'adopt_user',
  text: `with before as (
      select id, state, user_name_key, connection_id from users
      where organization_id = $1 and id = $16 and version = $17 and scim_id is not null and not is_built_in
        and (connection_id is null or connection_id = $19)
      for update
    ), changed as (
      update users u set ${userAssignments},
        state = case when not $18 then 'suspended' when u.state = 'suspended' then u.resumes_as else u.state end,
        resumes_as = case when not $18 and u.state in ('pending', 'active') then u.state else u.resumes_as end,
        state_changed_at = case when $18 = (u.state = 'suspended') then $3 else u.state_changed_at end
      from before b where u.organization_id = $1 and u.id = b.id returning u.*
    ), counted as (
      insert into directory_deltas (organization_id, kind, total, active)
      select $1, 'users', 0, case when $18 then 1 else -1 end from before where $18 = (state = 'suspended')
    ), logged as (
      insert into changes (${changeColumns})
      select $1, $3, 'user.adopted', 'user', c.id, c.version, $2, $4, $5,
        case when not $18 and b.state <> 'suspended' then 1 else 0 end, $20::jsonb || jsonb_build_object('state', c.state)
      from changed c, before b
    )
    select ${changedColumns} from changed p`,
}

export type LocalRow = { readonly id: string; readonly userName: string; readonly isBuiltIn: boolean }

/** Local accounts and those that nobody owns, oldest first. */
export async function selectLocalPeople(
  db: Queryable,
  query: {
    readonly organizationId: string
    readonly localOwner: string
    readonly rowsMax: number
    readonly after?: string | undefined
  },
): Promise<readonly LocalRow[]> {
  const { organizationId, localOwner, rowsMax, after } = query
  const { rows } = await db.query<LocalRow>(locals, [organizationId, localOwner, rowsMax, after ?? null])
  return rows
}

const locals = {
  text: `select id, document::json ->> 'userName' as "userName", is_built_in as "isBuiltIn" from users
    where organization_id = $1 and (connection_id = $2 or connection_id is null) and scim_id is not null
      and ($4::uuid is null or id > $4) order by id limit $3`,
}
